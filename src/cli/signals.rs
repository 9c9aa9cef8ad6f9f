//! Signals: the first asks the batch to end, the second leaves at once.
//!
//! They are heard on a thread of their own, so that the second needs nothing of a loop that may be
//! stuck.

use tokio::sync::mpsc;

use crate::model::Signal;

/// Listens from now on. The first signal comes through the channel; any after it ends the process
/// with its code.
///
/// # Errors
/// If the system gives no thread or no handler.
pub fn listen() -> std::io::Result<mpsc::Receiver<Signal>> {
    let (sender, receiver) = mpsc::channel(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
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
            // Nobody listens any more when the program is about to end anyway.
            let _ = sender.try_send(first);
            let second = signals.next().await;
            leave(second);
        });
    })?;
    is_ready.recv().map_err(std::io::Error::other)??;
    Ok(receiver)
}

#[expect(clippy::exit, reason = "a second signal leaves at once; the journal is made for that")]
fn leave(signal: Signal) {
    std::process::exit(i32::from(signal.exit_code()));
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.hang_up.recv() => Signal::HangUp,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Signal::Interrupt
    }
}
