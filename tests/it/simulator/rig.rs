//! A simulator, and a client that knows nothing but bytes.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campaign_scheduler::clock::{Clock, TestClock};
use campaign_scheduler::simulator::{Campaigns, ListedCampaign, Settings, Simulator};
use chrono::{DateTime, Utc};
use ring::hmac;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The documented sample's campaign, encoded as a query value.
pub const CAMPAIGN: &str = "Agentless%20Voice%20%7C%20Product%20Feedback%20%7C%20Jan%209";
/// The same in plain text.
pub const NAME: &str = "Agentless Voice | Product Feedback | Jan 9";
/// The documented daily body.
pub const DAILY: &str = r#"{"startDateTime":"2026-01-27 18:29:00","endDateTime":"2026-02-27 18:29:00","recurrenceObject":{"recurType":"Daily","dailyDetails":{"onceEveryNdays":1}}}"#;
/// The documented weekly body.
pub const WEEKLY: &str = r#"{"startDateTime":"2026-01-01 18:29:00","endDateTime":"2026-01-27 18:29:00","recurrenceObject":{"recurType":"Weekly","weeklyDetails":{"onceEveryNweeks":1,"whichDays":["Mon","Tue","Wed","Thu","Fri","Sat","Sun"]}}}"#;

/// A running simulator with what a client needs to know.
pub struct Rig {
    pub simulator: Simulator,
    pub settings: Settings,
    pub clock: TestClock,
    tokens: AtomicU64,
}

/// What came back on one connection until it ended.
#[derive(Debug)]
pub struct Reply {
    pub bytes: Vec<u8>,
    pub ended: io::Result<()>,
}

/// The settings of a platform that knows the sample's campaign alone, without quota.
pub fn sample() -> Settings {
    let campaigns = Campaigns::Listed(vec![ListedCampaign::ready(NAME)]);
    Settings { campaigns, quotas: Vec::new(), ..Settings::practice() }
}

impl Rig {
    pub async fn start(settings: Settings) -> Self {
        let clock = TestClock::at("2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let simulator = Simulator::start(settings.clone(), listen, Arc::new(clock.clone())).await.unwrap();
        Self { simulator, settings, clock, tokens: AtomicU64::new(0) }
    }

    pub async fn with_faults<const N: usize>(faults: [&str; N]) -> Self {
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Self::start(Settings { faults, ..sample() }).await
    }

    /// Claims as a careful client writes them, with a fresh `jti`.
    pub fn claims(&self) -> Value {
        let number = self.tokens.fetch_add(1, Ordering::Relaxed);
        let now = self.clock.wall().timestamp();
        json!({ "appId": self.settings.client_id, "sub": "x", "iat": now - 5, "exp": now + 60, "jti": number.to_string() })
    }

    pub fn sign(&self, claims: &Value) -> String {
        signed(&json!({ "alg": "HS256", "typ": "JWT" }), claims, self.settings.client_secret.as_str())
    }

    /// The four documented headers.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("auth", self.sign(&self.claims())),
            ("accountId", self.settings.account.clone()),
            ("iid", self.settings.stream.clone()),
            ("Content-Type", "application/json".to_owned()),
        ]
    }

    /// A path under the stream.
    pub fn path(&self, rest: &str) -> String {
        format!("/campaign/api/v2/public/{}/campaign/{rest}", self.settings.stream)
    }

    pub async fn schedule(&self, query: &str, body: &str) -> Reply {
        self.call("POST", &format!("{}?{query}", self.path("schedule")), &self.headers(), body).await
    }

    pub async fn enable(&self) -> Reply {
        self.schedule(&format!("enableSchedule=true&campaignName={CAMPAIGN}"), DAILY).await
    }

    pub async fn call(&self, method: &str, target: &str, headers: &[(&str, String)], body: &str) -> Reply {
        let mut stream = self.send(method, target, headers, body).await;
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes).await.map(|_| ());
        Reply { bytes, ended }
    }

    /// Sends a call and leaves the connection open.
    pub async fn send(&self, method: &str, target: &str, headers: &[(&str, String)], body: &str) -> TcpStream {
        let mut head =
            format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.simulator.address());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let mut stream = TcpStream::connect(self.simulator.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    /// Lets time pass, for the quota and the faults, without waiting for it.
    pub async fn pass(&self, span: std::time::Duration) {
        tokio::time::pause();
        tokio::time::advance(span).await;
        tokio::time::resume();
    }
}

/// A token of this header and these claims.
pub fn signed(header: &Value, claims: &Value, secret: &str) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(header), encode(claims));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

impl Reply {
    fn parts(&self) -> (&str, &str) {
        std::str::from_utf8(&self.bytes).unwrap().split_once("\r\n\r\n").unwrap_or_default()
    }

    pub fn status(&self) -> u16 {
        self.parts().0.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    pub fn body(&self) -> &str {
        self.parts().1
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(self.body()).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.parts().0.lines();
        lines
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Asserts the whole answer.
    #[track_caller]
    pub fn is(&self, status: u16, body: &str) {
        assert_eq!((self.status(), self.body()), (status, body));
    }
}
