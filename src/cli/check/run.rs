//! The command itself: the reader's rows into the checker, and what it says to stdout.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::online::{Asked, Online};
use super::{Body, Checker, Plan, View, late};
use crate::cli::arguments::CheckFormat;
use crate::cli::error::{Failure, warn};
use crate::cli::settings::{Given, Settings};
use crate::cli::signals;
use crate::cli::stdout::stdout;
use crate::clock::{Clock, SystemClock};
use crate::model::Moment;
use crate::platform::wire;
use crate::reader::{Input, Stop, read};
use crate::report::summary::next::run_of_checked;

/// Reads and validates; sends nothing. If `is_online`, the platform is asked for every campaign too.
///
/// # Errors
/// If an input can't be read as a whole, the platform can't be asked, or stdout can't be written.
pub fn run(files: &[PathBuf], format: CheckFormat, is_online: bool, given: Given) -> anyhow::Result<u8> {
    let next = run_of_checked(files, &given.general.typed);
    let mut settings = Settings::of_process(given)?;
    let signals = signals::listen_before_sending(format == CheckFormat::Json)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let now = clock.wall();
    let online = is_online.then(|| Online::of(&settings, now)).transpose()?;
    if let Some(online) = &online {
        settings.read.default_stream = Some(online.target.stream.clone());
    }
    let inputs: Vec<Input> = files
        .iter()
        .map(|path| if path == Path::new("-") { Input::Stdin } else { Input::File(path.clone()) })
        .collect();
    let body: Body = wire::body;
    let no_room = |error: io::Error| {
        Failure::new("system", format!("the rows can't be kept in a temporary file: {error}"))
            .hint("set TMPDIR to a folder with room that you may write to")
    };
    let mut checker = Checker::new((format == CheckFormat::Jsonl).then_some(body)).map_err(no_room)?;
    let reading =
        read(&inputs, &settings.read, now, &mut io::stdin().lock(), &mut checker).map_err(|stop| match stop {
            Stop::Unreadable(error) => anyhow::Error::from(Failure::from(error)),
            Stop::Sink(error) => no_room(error).into(),
        })?;
    checker.passed_over(reading.blank_rows);
    for warning in &reading.warnings {
        warn(&warning.to_string());
    }
    let send = &settings.send;
    let Asked { late: of_platform, outlook, begin } = match online {
        Some(online) => online.ask(&settings, &mut checker, signals, &clock)?,
        None => Asked { late: Vec::new(), outlook: send.fresh_outlook(), begin: Moment::START },
    };
    let late = late::in_order(reading.cross_rows, of_platform);
    let plan = Plan { outlook, order: send.order, begin, now, all_or_nothing: send.all_or_nothing };
    let totals =
        checker.finish(late, &plan, View::of(format, settings.out.quiet), &next, &mut UntilClosed(Some(stdout())))?;
    Ok(totals.exit_code())
}

/// A stream whose reader may have seen enough, as `head` does: the rest is for nobody, and how the
/// check ends doesn't change by that.
struct UntilClosed<W>(Option<W>);

impl<W: Write> UntilClosed<W> {
    fn write_with<T>(&mut self, rest: T, write: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        let Some(out) = &mut self.0 else { return Ok(rest) };
        match write(out) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.0 = None;
                Ok(rest)
            }
            written => written,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_with(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_with((), W::flush)
    }
}
