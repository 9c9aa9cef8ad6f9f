//! The simulator on a thread of its own: the binary is waited for on the test's.

use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use campaign_scheduler::clock::SystemClock;
use campaign_scheduler::simulator::{LedgerView, Settings, Simulator};
use tokio::sync::oneshot;

/// The simulator, until it is dropped.
pub struct Server {
    pub url: String,
    pub ledger: LedgerView,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(settings: Settings) -> Self {
        let (started, is_started) = mpsc::channel();
        let (end, ends) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listen = SocketAddr::from(([127, 0, 0, 1], 0));
                let simulator = Simulator::start(settings, listen, Arc::new(SystemClock::start())).await.unwrap();
                started.send((simulator.url(), simulator.ledger())).unwrap();
                let _ = ends.await;
            });
        });
        let (url, ledger) = is_started.recv().unwrap();
        Self { url, ledger, end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.end.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
