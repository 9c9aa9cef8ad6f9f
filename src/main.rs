//! The program: parse, call, print the error chain, exit code.

use clap::Parser;

fn main() {
    let _arguments = campaign_scheduler::cli::arguments::Arguments::parse();
}
