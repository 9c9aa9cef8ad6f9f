//! A server that knows one answer, in a process of its own, and the harness's end of it.
//!
//! It finds the end of each request, looks at nothing in it, and answers after the latency. It is
//! told over stdin how many calls it may take before it refuses all others (`take N`), and says when
//! the first of them came (`first`).
//!
//! Where it answers at once, one thread serves all connections, which takes the least of the machine.
//! Where it waits, each has its own: the runtime's timers count in milliseconds, and round up.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const SUCCESS: &str = "{\"status\":\"success\",\"message\":\"Campaign scheduled successfully\",\
     \"id\":\"cd-671b3bd-a7a1-4709-bd6a-70803e3aaaaa\"}";
const REFUSAL: &str = "{\"errors\":[{\"msg\":\"Invalid SDK credentials\",\"code\":4002}]}";

/// What all connections share.
struct Counter {
    /// How many calls are still taken.
    left: AtomicU64,
    /// When the first call came, in microseconds since 1970; 0 before it.
    first: AtomicU64,
    success: String,
    refusal: String,
}

/// Serves until stdin is closed.
pub(super) fn serve(latency: Duration) -> anyhow::Result<()> {
    let answer = |head: &str, body: &str| {
        format!("HTTP/1.1 {head}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    let (success, refusal) = (answer("200 OK", SUCCESS), answer("401 Unauthorized", REFUSAL));
    let (left, first) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
    let counter = Arc::new(Counter { left, first, success, refusal });
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let serving = Arc::clone(&counter);
    std::thread::spawn(move || {
        if latency.is_zero() { at_once(listener, serving) } else { after(latency, &listener, &serving) }
    });
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "http://{address}")?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if let Some(calls) = line.strip_prefix("take ") {
            counter.first.store(0, Ordering::SeqCst);
            counter.left.store(calls.parse()?, Ordering::SeqCst);
        }
        writeln!(stdout, "{}", counter.first.load(Ordering::SeqCst))?;
    }
    Ok(())
}

/// Answers all connections at once.
fn at_once(listener: TcpListener, counter: Arc<Counter>) -> anyhow::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (mut stream, _) = listener.accept().await?;
            let counter = Arc::clone(&counter);
            tokio::spawn(async move {
                stream.set_nodelay(true)?;
                let mut received = Vec::with_capacity(4096);
                while stream.read_buf(&mut received).await? > 0 {
                    while let Some(length) = request_length(&received) {
                        received.drain(..length);
                        stream.write_all(counter.take().as_bytes()).await?;
                    }
                }
                // A client that goes away is no affair of ours.
                std::io::Result::Ok(())
            });
        }
    })
}

/// Answers each call after the latency.
fn after(latency: Duration, listener: &TcpListener, counter: &Arc<Counter>) -> anyhow::Result<()> {
    loop {
        let (mut stream, _) = listener.accept()?;
        let counter = Arc::clone(counter);
        std::thread::spawn(move || {
            stream.set_nodelay(true)?;
            let (mut received, mut chunk) = (Vec::with_capacity(4096), [0; 4096]);
            loop {
                match stream.read(&mut chunk)? {
                    0 => return std::io::Result::Ok(()),
                    count => received.extend_from_slice(&chunk[..count]),
                }
                while let Some(length) = request_length(&received) {
                    received.drain(..length);
                    let answer = counter.take();
                    std::thread::sleep(latency);
                    stream.write_all(answer.as_bytes())?;
                }
            }
        });
    }
}

impl Counter {
    /// Counts a call; the answer to it.
    fn take(&self) -> &str {
        if self.first.load(Ordering::Relaxed) == 0 {
            let _ = self.first.compare_exchange(0, now(), Ordering::SeqCst, Ordering::Relaxed);
        }
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::Relaxed, |left| left.checked_sub(1));
        if left.is_ok() { &self.success } else { &self.refusal }
    }
}

/// How long the first request is; `None` if its end hasn't come.
fn request_length(received: &[u8]) -> Option<usize> {
    let head = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let lines = received[..head].split(|byte| *byte == b'\n');
    let name = b"content-length:";
    let value = lines.filter(|line| line.len() > name.len()).find_map(|line| {
        let (start, value) = line.split_at(name.len());
        start.eq_ignore_ascii_case(name).then_some(value)
    });
    let body = value.and_then(|value| std::str::from_utf8(value).ok()?.trim().parse().ok()).unwrap_or(0);
    (received.len() >= head + body).then_some(head + body)
}

/// Microseconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}

/// A server at work; ends when it is dropped.
pub(crate) struct Server {
    child: Child,
    control: Control,
    /// Where it listens.
    pub(crate) host: String,
}

/// The two ends of the talk with it.
struct Control {
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Server {
    /// Starts one whose answers take so long.
    pub(crate) fn start(latency: Duration) -> anyhow::Result<Self> {
        let mut command = super::command("server", &[&latency.as_millis().to_string()])?;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let to = child.stdin.take().context("no stdin")?;
        let mut control = Control { to, from: BufReader::new(child.stdout.take().context("no stdout")?) };
        let host = control.line()?;
        Ok(Self { child, control, host })
    }

    /// Takes so many calls from now on and refuses all after them.
    pub(crate) fn take(&mut self, calls: u64) -> anyhow::Result<()> {
        self.control.ask(&format!("take {calls}")).map(drop)
    }

    /// When the first call came since `take`; `None` if none has.
    pub(crate) fn first(&mut self) -> anyhow::Result<Option<SystemTime>> {
        let microseconds = self.control.ask("first")?.parse()?;
        Ok((microseconds > 0).then(|| UNIX_EPOCH + Duration::from_micros(microseconds)))
    }
}

impl Control {
    fn ask(&mut self, words: &str) -> anyhow::Result<String> {
        writeln!(self.to, "{words}")?;
        self.line()
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing that an abrupt end could hurt.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
