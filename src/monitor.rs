//! The door for machines that look after this one: is it well, and in numbers. Not part of the API, so not in its audit log:
//! a probe every ten seconds would be all that there is in it, and would keep the disk awake.

use crate::base::secret::Secret;
use crate::domain::{Cloud, Look};
use crate::error::Result;
use crate::http::{Content, Health, Method, Request, Response};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// The media type of the text format (Prometheus exposition formats, version 0.0.4).
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How long the database may take to answer.
const DATABASE_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

pub struct Monitor {
    cloud: Arc<Cloud>,
    health: Health,
}

impl Monitor {
    pub fn new(cloud: Arc<Cloud>, health: Health) -> Monitor {
        Monitor { cloud, health }
    }

    /// Whether the database answers and a worker is free.
    pub fn is_well(&self) -> bool {
        let answers = self.cloud.look().database_answers(DATABASE_ANSWERS_WITHIN);
        if let Err(error) = &answers {
            log::error!("the database does not answer: {error}");
        }
        answers.is_ok() && self.health.has_free_worker()
    }

    /// The answer for an address of this door; `None` for all others. May block.
    pub fn answer(&self, request: &Request) -> Option<Response> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return None;
        }
        match request.path() {
            "/healthz" if self.is_well() => Some(Response::sentence(200, "ok")),
            "/healthz" => Some(Response::sentence(503, "not well")),
            "/metrics" => Some(self.metrics(request)),
            _ => None,
        }
    }

    fn metrics(&self, request: &Request) -> Response {
        let look = self.cloud.look();
        let token = look.config().metrics_token.clone();
        if token.is_empty() {
            return Response::sentence(404, "Metrics are off. The setting metrics_token turns them on.");
        }
        if !is_authorized(request, &token) {
            return Response::sentence(401, "The metrics need their token, as: Authorization: Bearer TOKEN.")
                .header("WWW-Authenticate", "Bearer");
        }
        match self.text(&look) {
            Ok(text) => Response::new(200, METRICS_TYPE, Content::Bytes(text.into_bytes())),
            Err(error) => {
                log::error!("metrics: {error}");
                Response::sentence(500, &error.message)
            }
        }
    }

    fn text(&self, look: &Look<'_>) -> Result<String> {
        let (space, free) = look.space()?;
        let rows = [
            ("uptime_seconds", "gauge", "Time since the start.", look.uptime().as_secs()),
            ("calls_total", "counter", "Calls in the audit log, ever.", look.calls_ever()?),
            ("busy_workers", "gauge", "Threads that run calls.", self.health.workers() as u64),
            ("memory_bytes", "gauge", "Resident memory of the process.", look.memory_bytes()?),
            ("database_bytes", "gauge", "Size of the database.", look.database_bytes()?),
            ("volume_bytes", "gauge", "Size of the file system of the files.", space),
            ("volume_free_bytes", "gauge", "What of it is free.", free),
        ];
        let mut text = String::new();
        for (name, kind, help, value) in rows {
            write!(
                text,
                "# HELP cloudlet_{name} {help}\n# TYPE cloudlet_{name} {kind}\ncloudlet_{name} {value}\n"
            )
            .expect("writing into memory does not fail");
        }
        Ok(text)
    }
}

fn is_authorized(request: &Request, token: &Secret) -> bool {
    let given = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    given.is_some_and(|given| token.matches(given.trim()))
}
