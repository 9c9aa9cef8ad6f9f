//! The program: parse, call, print the error chain, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    campaign_scheduler::cli::main(std::env::args_os().collect())
}
