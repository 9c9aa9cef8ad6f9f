//! How the sheet is read.

use clap::Args;

use super::READING;

/// How the sheet is read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = READING)]
pub struct ReadingArguments {
    /// The sheet: its name, or its number from 1 (hidden sheets count)
    #[arg(long, value_name = "NAME|N")]
    pub sheet: Option<String>,
    /// The row the header stands in, from 1; found by itself otherwise
    #[arg(long, value_name = "N")]
    pub header_row: Option<String>,
    /// Which column is a field, such as --map start="Go live"; repeatable
    #[arg(long, value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// The order in dates made of numbers alone, such as 03/02/2030
    #[arg(long, value_name = "ORDER", value_parser = ["dmy", "mdy", "ymd"])]
    pub date_order: Option<String>,
    /// The zone the sheet's times are written in, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// The zone the platform reads times in; the sheet's by default, so digits go out as written
    #[arg(long, value_name = "ZONE")]
    pub platform_timezone: Option<String>,
    /// What stands between cells in text: a character, or comma, semicolon, tab, pipe
    #[arg(long, value_name = "CHARACTER")]
    pub delimiter: Option<String>,
    /// The encoding of text, such as windows-1252; found by itself otherwise
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
}
