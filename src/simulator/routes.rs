//! From a request to a response: reads the raw bytes, asks the platform, lets the fault act.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use hyper::body::Incoming;
use serde_json::json;

use super::envelope::Answer;
use super::fault::{Action, Strike};
use super::line::Line;
use super::platform::{Platform, Time, Verdict};
use super::request::Call;
use super::stream;
use crate::clock::Clock;

/// The longest body that is read; the longest documented one is a few hundred bytes.
const BODY_LIMIT: usize = 1 << 20;

/// What every connection shares.
#[derive(Clone)]
pub(super) struct Shared {
    platform: Arc<Mutex<Platform>>,
    clock: Arc<dyn Clock>,
}

impl Shared {
    pub(super) fn new(platform: Platform, clock: Arc<dyn Clock>) -> Self {
        Self { platform: Arc::new(Mutex::new(platform)), clock }
    }

    /// The platform. A panic under the lock leaves nothing half done that matters to a simulator, so it goes on.
    pub(super) fn platform(&self) -> MutexGuard<'_, Platform> {
        self.platform.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn time(&self) -> Time {
        Time { monotonic: self.clock.now().as_micros(), wall: self.clock.wall() }
    }
}

/// Answers one request on a line.
pub(super) async fn respond(shared: Shared, line: Arc<Line>, request: Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    if path.starts_with("/_sim/") {
        return inspect(&shared, path);
    }
    // A body too long or cut off is judged as none: no documented call has an empty one but the single read.
    let body = to_bytes(Body::new(body), BODY_LIMIT).await.unwrap_or_default();
    let call = Call {
        path: path.to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        method: head.method,
        headers: head.headers,
        body: body.to_vec(),
    };
    let (verdict, latency) = {
        let mut platform = shared.platform();
        // Read under the lock, so that times and numbers go up together.
        let time = shared.time();
        (platform.take(&call, time), platform.settings().latency)
    };
    let wait = latency + verdict.strike.as_ref().map(|strike| strike.delay).unwrap_or_default();
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    act(&shared, &line, verdict).await
}

/// Sends the answer, or what the fault makes of it.
async fn act(shared: &Shared, line: &Line, verdict: Verdict) -> Response<Body> {
    let Verdict { number, answer, strike } = verdict;
    let note = |status: StatusCode, body: Option<&str>| {
        shared.platform().ledger.answered(number, Some(status.as_u16()), body);
    };
    let plain = |answer: Answer| {
        let text = answer.body.to_string();
        note(answer.status, Some(&text));
        response(
            answer.status,
            "application/json",
            Body::from(text),
            answer.retry_after.map(|wait| (header::RETRY_AFTER, wait)),
        )
    };
    match strike.map(|Strike { action, .. }| action) {
        None | Some(Action::None | Action::Unauthorized | Action::RateLimit(_)) => plain(answer),
        Some(Action::Status { status, body }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let reason = status.canonical_reason().unwrap_or("simulated fault");
            let body = body.unwrap_or_else(|| json!({ "status": "error", "message": reason }).to_string());
            note(status, Some(&body));
            response(status, "application/json", Body::from(body), None)
        }
        Some(Action::Redirect(target)) => {
            note(StatusCode::FOUND, None);
            response(StatusCode::FOUND, "text/plain", Body::empty(), Some((header::LOCATION, target)))
        }
        Some(Action::Garbage) => {
            note(StatusCode::OK, Some(GARBAGE));
            response(StatusCode::OK, "text/html", Body::from(GARBAGE), None)
        }
        Some(Action::Half) => {
            note(answer.status, None);
            let text = answer.body.to_string();
            let length = (header::CONTENT_LENGTH, text.len().to_string());
            response(answer.status, "application/json", stream::half(&text), Some(length))
        }
        Some(Action::Endless) => {
            note(answer.status, None);
            response(answer.status, "application/json", stream::endless(), None)
        }
        Some(Action::Hang) => std::future::pending().await,
        Some(Action::Reset) => {
            line.reset();
            std::future::pending().await
        }
    }
}

/// What a broken gateway might send with a 200.
const GARBAGE: &str = "<html><body>upstream said: \u{1b}[31mok\u{1b}[0m</body></html>";

fn response(
    status: StatusCode,
    content_type: &'static str,
    body: Body,
    extra: Option<(header::HeaderName, String)>,
) -> Response<Body> {
    let mut builder = Response::builder().status(status).header(header::CONTENT_TYPE, content_type);
    if let Some((name, value)) = extra {
        builder = builder.header(name, value);
    }
    // Only a value that no header can hold gets here, and only from a fault that the user wrote.
    builder.body(body).unwrap_or_else(|_| Response::new(Body::from("a fault's value is no header value")))
}

/// The two addresses that are the simulator's own; they count nowhere.
fn inspect(shared: &Shared, path: &str) -> Response<Body> {
    let now = shared.time().monotonic;
    let mut platform = shared.platform();
    let shown = match path {
        "/_sim/state" => json!({
            "account": platform.settings().account,
            "stream": platform.settings().stream,
            "calls": platform.ledger.calls(),
            "effects": platform.ledger.effects(),
            "quotas": platform.quotas_in_use(now),
            "campaigns": platform.catalogue.views(),
        }),
        "/_sim/calls" => json!({ "calls": platform.ledger.arrivals() }),
        _ => return response(StatusCode::NOT_FOUND, "text/plain", Body::from("/_sim/state or /_sim/calls\n"), None),
    };
    drop(platform);
    response(StatusCode::OK, "application/json", Body::from(shown.to_string()), None)
}
