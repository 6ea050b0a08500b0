//! The entry point for monitoring: a health check and metrics. It is not part of the API and not in
//! its audit log: a probe every ten seconds would fill the log and keep the disk awake.

use crate::base::secret::Secret;
use crate::domain::maintenance::storage_report::VolumeFacts;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::http::{Content, Health, Method, Request, Response, Status};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// The media type of the text format (Prometheus exposition formats, version 0.0.4).
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The longest time to wait for an answer of the database.
const DATABASE_ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// The path of the health check.
pub const PROBE: &str = "/healthz";

pub struct Monitor {
    cloud: Arc<Cloud>,
    health: Health,
}

impl Monitor {
    pub fn new(cloud: Arc<Cloud>, health: Health) -> Monitor {
        Monitor { cloud, health }
    }

    /// True if the database answers and a worker is free. Otherwise a restart may help.
    pub fn is_alive(&self) -> bool {
        let answers = self.cloud.view().database_answers(DATABASE_ANSWERS_WITHIN);
        if let Err(error) = &answers {
            log::error!("the database does not answer: {error}");
        }
        answers.is_ok() && self.health.has_free_worker()
    }

    /// The current problem in a few words; `None` if there is none. A full or read-only disk is a
    /// problem, too, although a restart would not help.
    fn trouble(&self) -> Option<String> {
        if !self.is_alive() {
            return Some("The database does not answer, or all workers are busy.".into());
        }
        let writable = self.cloud.view().database_is_writable(DATABASE_ANSWERS_WITHIN);
        writable.err().map(|error| {
            log::error!("the database cannot be written: {error}");
            error.into_message().into_owned()
        })
    }

    /// The answer for a path of this entry point; `None` for any other path. May block.
    pub fn answer(&self, request: &Request) -> Option<Response> {
        if !matches!(request.method(), Method::Get | Method::Head) {
            return None;
        }
        match request.path() {
            PROBE => Some(match self.trouble() {
                None => Response::sentence(Status::Ok, "ok"),
                Some(trouble) => {
                    Response::sentence(Status::ServiceUnavailable, &format!("not healthy: {trouble}"))
                }
            }),
            "/metrics" => Some(self.metrics(request)),
            _ => None,
        }
    }

    fn metrics(&self, request: &Request) -> Response {
        let view = self.cloud.view();
        let token = view.config().metrics_token.clone();
        if token.is_empty() {
            return Response::sentence(
                Status::NotFound,
                "Metrics are off. The setting metrics_token turns them on.",
            );
        }
        if !is_authorized(request, &token) {
            return Response::sentence(
                Status::Unauthorized,
                "The metrics need their token. Send it as: Authorization: Bearer TOKEN.",
            )
            .header("WWW-Authenticate", "Bearer");
        }
        match self.text(&view) {
            Ok(text) => Response::new(Status::Ok, METRICS_TYPE, Content::Bytes(text.into_bytes())),
            Err(error) => {
                log::error!("metrics: {error}");
                Response::sentence(Status::InternalServerError, &error.message)
            }
        }
    }

    fn text(&self, view: &CloudView<'_>) -> Result<String> {
        let mut text = String::new();
        for (name, kind, help, value) in [
            ("uptime_seconds", "gauge", "Seconds since the start.", view.uptime().as_secs()),
            ("calls_total", "counter", "Calls ever written to the audit log.", view.calls_ever()?),
            ("busy_workers", "gauge", "Threads that run calls.", self.health.workers() as u64),
            ("held_up_calls", "gauge", "Calls that wait for a slow disk.", self.health.held_up() as u64),
            ("memory_bytes", "gauge", "Resident memory of the process.", view.memory_bytes()?),
            ("database_bytes", "gauge", "Size of the database.", view.database_bytes()?),
        ] {
            family(&mut text, (name, kind, help), [(String::new(), value)]);
        }
        let volumes = view.volumes()?;
        let of_each = |value: fn(&VolumeFacts) -> Option<u64>| {
            let sample = move |volume: &VolumeFacts| {
                Some((format!("{{volume=\"{}\"}}", escaped(&volume.name)), value(volume)?))
            };
            volumes.iter().filter_map(sample).collect::<Vec<_>>()
        };
        let online = of_each(|volume| Some(u64::from(volume.trouble.is_empty())));
        family(&mut text, ("volume_online", "gauge", "1 if the volume can be used, else 0."), online);
        let waking = of_each(|volume| Some(u64::from(volume.is_waking)));
        let help = "1 while the volume is waited for because it may be spinning up, else 0.";
        family(&mut text, ("volume_waking", "gauge", help), waking);
        // The size of an absent volume is unknown, and 0 bytes would be a false alarm.
        let bytes = of_each(|volume| volume.trouble.is_empty().then_some(volume.space.total));
        family(&mut text, ("volume_bytes", "gauge", "Size of the file system of the volume."), bytes);
        let free = of_each(|volume| volume.trouble.is_empty().then_some(volume.space.available));
        family(
            &mut text,
            ("volume_free_bytes", "gauge", "Free space on the file system of the volume."),
            free,
        );
        Ok(text)
    }
}

/// Writes one metric with its samples. Each sample has its labels.
fn family(
    text: &mut String,
    (name, kind, help): (&str, &str, &str),
    samples: impl IntoIterator<Item = (String, u64)>,
) {
    const IN_MEMORY: &str = "writing into memory does not fail";
    writeln!(text, "# HELP cloudlet_{name} {help}\n# TYPE cloudlet_{name} {kind}").expect(IN_MEMORY);
    for (labels, value) in samples {
        writeln!(text, "cloudlet_{name}{labels} {value}").expect(IN_MEMORY);
    }
}

/// Escapes the value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

fn is_authorized(request: &Request, token: &Secret) -> bool {
    let given = request.header("authorization").and_then(|header| header.strip_prefix("Bearer "));
    given.is_some_and(|given| token.matches(given.trim()))
}
