//! Signals: the first asks the batch to end, the second leaves at once.
//!
//! They are heard on a thread of their own, so that the second needs nothing of a loop that may be
//! stuck. Before anything can have been sent, the first leaves at once too: the program may be
//! waiting for its input, for an answer on the terminal or for the journal, where no loop of ours
//! would hear of it. What was journaled until then is discarded by the next opening, as after a kill.

use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::error::Failure;
use crate::model::Signal;
use crate::stderr::on_stderr;

/// A stop that was meant once may come twice: `timeout` sends it to the program and to its group, when a terminal
/// closes shell and system both do, and a service manager may send a hang-up behind it. So the same signal, or a
/// hang-up, is no second one so soon.
const ECHO: Duration = Duration::from_millis(100);

/// What a first signal does.
#[derive(Debug, Clone, Copy)]
enum First {
    /// Ends the process, and says so in the shape that was asked for.
    Leaves { as_json: bool },
    /// Goes through the channel.
    IsHeard,
}

/// Listening in a program that can't have sent anything yet.
#[derive(Debug)]
pub struct BeforeSending {
    first: Arc<Mutex<First>>,
    receiver: mpsc::Receiver<Signal>,
}

impl BeforeSending {
    /// Calls may leave from now on: the first signal comes through the channel.
    #[must_use]
    pub fn end(self) -> mpsc::Receiver<Signal> {
        // Held by a signal that is on its way out, the lock keeps the first call from leaving.
        *lock(&self.first) = First::IsHeard;
        self.receiver
    }
}

fn lock(first: &Mutex<First>) -> MutexGuard<'_, First> {
    first.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Listens from now on. Until [`BeforeSending::end`] any signal ends the process with its code.
///
/// # Errors
/// If the system gives no thread or no handler.
pub fn listen_before_sending(as_json: bool) -> io::Result<BeforeSending> {
    let first = Arc::new(Mutex::new(First::Leaves { as_json }));
    let receiver = start(Arc::clone(&first))?;
    Ok(BeforeSending { first, receiver })
}

/// Listens from now on. The first signal comes through the channel; any after it ends the process
/// with its code.
///
/// # Errors
/// If the system gives no thread or no handler.
pub fn listen() -> io::Result<mpsc::Receiver<Signal>> {
    start(Arc::new(Mutex::new(First::IsHeard)))
}

/// A file that meets the limit that a service manager may set ends no program of ours any more: what is written fails
/// instead, as on a full disk.
///
/// # Errors
/// If the system gives no handler.
#[cfg(unix)]
pub fn outlive_file_limits() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    // SIGXFSZ, which would end it in the middle of its calls or leave half a file behind.
    const FILE_TOO_LARGE: i32 = 25;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _entered = runtime.enter();
    // Once it is heard, it ends nothing, whether or not anybody listens.
    signal(SignalKind::from_raw(FILE_TOO_LARGE)).map(drop)
}

fn start(what_first_does: Arc<Mutex<First>>) -> io::Result<mpsc::Receiver<Signal>> {
    let (sender, receiver) = mpsc::channel(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (ready, is_ready) = std::sync::mpsc::channel();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async move {
            let mut signals = match Signals::new() {
                Ok(signals) => signals,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            let _ = ready.send(Ok(()));
            let first = signals.next().await;
            leave_if_nothing_was_sent(&lock(&what_first_does), first);
            // Nobody listens any more when the program is about to end anyway.
            let _ = sender.try_send(first);
            leave(signals.next_after(first).await);
        });
    })?;
    is_ready.recv().map_err(io::Error::other)??;
    Ok(receiver)
}

impl Signals {
    /// The next that is meant as one of its own.
    async fn next_after(&mut self, first: Signal) -> Signal {
        let other = async {
            loop {
                let signal = self.next().await;
                if signal != first && signal != Signal::HangUp {
                    return signal;
                }
            }
        };
        match tokio::time::timeout(ECHO, other).await {
            Ok(other) => other,
            Err(_) => self.next().await,
        }
    }
}

/// The lock is held meanwhile, so that no call leaves while the process ends.
fn leave_if_nothing_was_sent(what_first_does: &First, signal: Signal) {
    if let First::Leaves { as_json } = *what_first_does {
        if signal == Signal::Interrupt && io::stderr().is_terminal() {
            // The terminal shows what was pressed, perhaps behind a question: what is said next begins a line.
            on_stderr("\n");
        }
        nothing_sent(signal).say(as_json);
        leave(signal);
    }
}

fn nothing_sent(signal: Signal) -> Failure {
    Failure::new("stopped", format!("stopped by {} before anything was sent", signal.as_str()))
        .hint("run it again")
        .exits(signal.exit_code())
}

#[expect(clippy::exit, reason = "a second signal leaves at once; the journal is made for that")]
fn leave(signal: Signal) {
    std::process::exit(i32::from(signal.exit_code()));
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// None if `nohup` had it ignored.
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: if is_hang_up_ignored() { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            Some(_) = async { self.hang_up.as_mut()?.recv().await } => Signal::HangUp,
        }
    }
}

/// True if whoever started the program had it ignore the end of its terminal, as `nohup` does. Only Linux can be asked.
/// An interrupt that is ignored is heard all the same: a shell has every program in the background ignore it.
#[cfg(unix)]
fn is_hang_up_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    // Signals are counted from 1, and SIGHUP is the first.
    mask & 1 == 1
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Interrupt
    }
}
