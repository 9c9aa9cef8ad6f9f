//! Proxies of the environment, through the real binary: used for the platform, never for loopback,
//! and told nothing but where to.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread::JoinHandle;

use serde_json::Value;

use super::online::Stage;
use super::{ended, program};

const SHEET: &str = "campaign_name,start,end,interval\nSpring,2090-01-10 09:00,2090-02-10 09:00,1\n";
const VARIABLES: [&str; 6] = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, format!("http://{address}"))
}

/// True if nobody ever came.
fn is_untouched(listener: &TcpListener) -> bool {
    listener.set_nonblocking(true).unwrap();
    listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Refuses one call and gives back its head.
fn refuse_one(listener: TcpListener) -> JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        let lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let head = lines.map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
        stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").unwrap();
        head
    })
}

/// A client of a platform that isn't there, with one try.
fn client(folder: &std::path::Path) -> Command {
    std::fs::write(folder.join("sheet.csv"), SHEET).unwrap();
    let mut command = program(folder);
    command.env("KORE_ACCOUNT_ID", "acc").env("KORE_STREAM_ID", "st-1").env("KORE_CLIENT_ID", "cs-1");
    command.env("KORE_CLIENT_SECRET", "canary-2d7c").env("KORE_HOST", "platform.kore.invalid");
    let line = "run sheet.csv --timezone UTC --retries 0 --timeout 8s --format json";
    command.args(line.split(' '));
    command
}

fn outcome(command: &mut Command) -> (Value, String) {
    let ended = ended(command);
    let run = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}{}", ended.stdout, ended.stderr));
    (run, ended.stderr)
}

#[tokio::test]
async fn loopback_is_called_without_any() {
    let stage = Stage::new().await;
    let (proxy, url) = listen();
    let mut command = stage.program();
    command.envs(VARIABLES.map(|name| (name, &url)));
    command.args("run sheet.csv --preflight --timezone UTC --format json".split(' '));
    let (run, _) = tokio::task::spawn_blocking(move || outcome(&mut command)).await.unwrap();
    assert_eq!(run["outcomes"]["scheduled"], 3, "{run}");
    assert!(is_untouched(&proxy), "the token went to a proxy");
}

#[test]
fn tls_to_loopback_is_called_without_any() {
    for name in ["127.0.0.1", "localhost", "[::1]"] {
        let folder = tempfile::tempdir().unwrap();
        let (proxy, url) = listen();
        let (gone, nowhere) = listen();
        let port = nowhere.rsplit(':').next().unwrap();
        drop(gone);
        let mut command = client(folder.path());
        command.envs(VARIABLES.map(|name| (name, &url))).env("KORE_HOST", format!("https://{name}:{port}"));
        let (run, _) = outcome(&mut command);
        assert_eq!(run["outcomes"]["failed"], 1, "{name}: {run}");
        assert!(is_untouched(&proxy), "{name}");
    }
}

#[test]
fn the_platform_is_called_through_it_and_it_learns_no_more_than_where_to() {
    let folder = tempfile::tempdir().unwrap();
    let (listener, url) = listen();
    let proxy = refuse_one(listener);
    let (run, _) = outcome(client(folder.path()).env("HTTPS_PROXY", &url));
    let head = proxy.join().unwrap();
    assert_eq!(head[0], "CONNECT platform.kore.invalid:443 HTTP/1.1");
    let has_secret = |line: &String| line.to_ascii_lowercase().starts_with("auth") || line.contains("eyJ");
    assert!(!head.iter().any(has_secret), "{head:?}");
    assert_eq!(run["outcomes"]["failed"], 1, "a tunnel that never stood carried nothing: {run}");
    let results = std::fs::read_to_string(folder.path().join("sheet.results.csv")).unwrap();
    assert!(!results.contains("unknown"), "{results}");
    assert!(results.contains("the proxy wouldn't connect to the host"), "{results}");
}

#[test]
fn a_host_that_is_to_be_called_directly_is() {
    let folder = tempfile::tempdir().unwrap();
    let (proxy, url) = listen();
    let mut command = client(folder.path());
    command.env("HTTPS_PROXY", &url).env("NO_PROXY", "kore.invalid,example.com");
    let (run, _) = outcome(&mut command);
    assert_eq!(run["outcomes"]["failed"], 1, "{run}");
    assert!(is_untouched(&proxy));
}

#[test]
fn plain_http_is_refused_even_where_a_proxy_would_take_it() {
    let folder = tempfile::tempdir().unwrap();
    let (proxy, url) = listen();
    let mut command = client(folder.path());
    command.env("HTTP_PROXY", &url).env("KORE_HOST", "http://platform.kore.invalid");
    let ended = ended(&mut command);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(is_untouched(&proxy));
}
