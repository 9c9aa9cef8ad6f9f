//! `simulate` through the real binary: ready, used, ended by a signal.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};

use super::{ended, program, run};

/// A server that is ready, with what it said.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = program(folder);
        command.arg("simulate").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let url = line.strip_prefix("listening on ").unwrap().trim_end().to_owned();
        Self { child, url }
    }

    /// Ends it; gives its exit code and what it said on stderr.
    #[cfg(unix)]
    fn signal(&mut self, name: &str) -> (Option<i32>, String) {
        let kill = ["-s".to_owned(), name.to_owned(), self.child.id().to_string()];
        assert!(std::process::Command::new("kill").args(kill).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (code, said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test came to its end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A sheet of these campaigns.
#[cfg(unix)]
fn sheet(folder: &Path, campaigns: &[&str]) {
    let rows: String = campaigns.iter().map(|name| format!("{name},2037-01-01,2037-02-01,daily\n")).collect();
    fs::write(folder.join("sheet.csv"), format!("campaign,start,end,every\n{rows}")).unwrap();
}

#[cfg(unix)]
#[test]
fn a_client_set_as_it_says_is_served_until_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    sheet(folder.path(), &["A", "B"]);
    let mut server = Server::start(folder.path(), &["--fault", "status=503,call=2", "--latency", "1ms"]);
    // All of it was said before the ready line.
    let lines: Vec<String> =
        BufReader::new(server.child.stderr.as_mut().unwrap()).lines().take(6).map(Result::unwrap).collect();
    let exports: Vec<_> = lines.iter().filter_map(|line| line.strip_prefix("export ")?.split_once('=')).collect();
    assert_eq!((exports.len(), exports[0]), (5, ("KORE_HOST", server.url.as_str())), "{lines:?}");

    let client = |account: &str, secret: &str| {
        let mut client = program(folder.path());
        client.envs(exports.iter().copied()).args(["run", "sheet.csv"]);
        if !account.is_empty() {
            client.env("KORE_ACCOUNT_ID", account);
        }
        if !secret.is_empty() {
            client.env("KORE_CLIENT_SECRET", secret);
        }
        ended(&mut client).code
    };
    assert_eq!(client("", ""), Some(0));
    assert_eq!(client("any-other-account", ""), Some(0));
    assert_eq!(client("one-more", "wrong"), Some(3), "credentials are checked");
    assert_eq!(server.signal("INT").0, Some(0));
}

#[cfg(unix)]
#[test]
fn given_credentials_hold_and_the_secret_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret"), "canary-9c1e\n").unwrap();
    let arguments = ["--account", "a-1", "--client-id", "cs-1", "--client-secret-file", "secret", "--campaigns", "3"];
    let mut server = Server::start(folder.path(), &arguments);
    sheet(folder.path(), &["Campaign 1", "No Such"]);
    let mut client = program(folder.path());
    client.env("KORE_HOST", &server.url).env("KORE_ACCOUNT_ID", "a-1").env("KORE_STREAM_ID", "st-any");
    client.args(["run", "sheet.csv", "--client-id", "cs-1", "--client-secret-file", "secret", "--format", "json"]);
    let ended = ended(&mut client);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stdout.contains("\"scheduled\":1") && ended.stdout.contains("\"rejected\":1"), "{}", ended.stdout);
    let (code, said) = server.signal("HUP");
    assert_eq!(code, Some(0));
    assert!(said.contains("export KORE_ACCOUNT_ID=a-1\n") && !said.contains("canary"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_sheets_campaigns_can_be_looked_up_before_they_are_sent() {
    let folder = tempfile::tempdir().unwrap();
    sheet(folder.path(), &["A", "B"]);
    let run = |arguments: &[&str]| {
        let mut server = Server::start(folder.path(), arguments);
        let mut client = program(folder.path());
        client.env("KORE_HOST", &server.url).env("KORE_ACCOUNT_ID", "a-1").env("KORE_STREAM_ID", "st-any");
        client.env("KORE_CLIENT_ID", "cs-1").env("KORE_CLIENT_SECRET", "canary-9c1e");
        client.args(["run", "sheet.csv", "--preflight", "--resend", "--format", "json"]);
        let told = ended(&mut client);
        (serde_json::from_str::<serde_json::Value>(&told.stdout).unwrap(), server.signal("TERM").1)
    };
    fs::write(folder.path().join("secret"), "canary-9c1e\n").unwrap();
    let credentials = ["--client-id", "cs-1", "--client-secret-file", "secret"];
    let (known, said) = run(&[&credentials[..], &["--campaigns", "sheet.csv"]].concat());
    assert_eq!((&known["outcomes"]["scheduled"], &known["exit_code"]), (&2.into(), &0.into()), "{known}");
    assert!(!said.contains("--campaigns"), "{said}");
    // Where every name exists none can be listed that was never heard, and both ends say so.
    let (unknown, said) = run(&credentials);
    assert_eq!((&unknown["outcomes"]["invalid"], &unknown["attempts"]), (&2.into(), &0.into()), "{unknown}");
    assert!(said.contains("--campaigns SHEET"), "{said}");
    let results = fs::read_to_string(folder.path().join("sheet.results.csv")).unwrap();
    assert!(results.contains("has no campaign \"\"A\"\", nor any other"), "{results}");
    assert!(results.contains("lists the campaigns that --campaigns gives it"), "{results}");
}

#[test]
fn an_address_that_others_could_reach_is_refused() {
    let ended = run(["simulate", "--listen", "0.0.0.0:0"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    insta::assert_snapshot!(ended.stderr, @"
    error: the simulator listens on loopback only, not on 0.0.0.0:0
    hint: give 127.0.0.1 or [::1], for instance 127.0.0.1:0 for any free port
    ");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let ended = run(["simulate", "--listen", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.starts_with("error: cannot listen on 127.0.0.1:"), "{}", ended.stderr);
}
