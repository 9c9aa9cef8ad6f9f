//! The command line: arguments, settings, one file per command. Glue, no logic.

pub mod arguments;
pub mod error;
pub mod settings;
