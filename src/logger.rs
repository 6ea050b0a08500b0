//! Writes log lines on standard error: for people with the time, for the systemd journal with a
//! priority and without the time, or as JSON.

use crate::base::printable::printable;
use crate::base::text::counted;
use crate::base::time;
use crate::config::LogFormat;
use crate::disk::local::is_standard_error;
use crate::disk::standard_error::write_standard_error;
use log::{Level, LevelFilter, Log, Metadata, Record};
use serde_json::json;
use std::sync::atomic::{AtomicU64, Ordering};

struct Lines {
    form: Form,
}

enum Form {
    People,
    Journal,
    Json,
}

/// Starts logging at a level and above.
pub fn begin(level: LevelFilter, format: LogFormat) {
    // systemd sets this variable for a service whose standard error is the journal. Child processes
    // inherit it, even if their standard error is something else, for example a terminal on a
    // desktop (systemd.exec(5)).
    let is_journal = std::env::var("JOURNAL_STREAM").is_ok_and(|stream| is_standard_error(&stream));
    let form = match format {
        LogFormat::Json => Form::Json,
        LogFormat::Text if is_journal => Form::Journal,
        LogFormat::Text => Form::People,
    };
    let lines = Lines { form };
    // This fails only if an earlier call has set a logger.
    if log::set_boxed_logger(Box::new(lines)).is_ok() {
        log::set_max_level(level);
        // The default hook would block on a reader that does not read.
        std::panic::set_hook(Box::new(|panic| log::error!("{panic}")));
    }
}

/// The number of lines lost because standard error could not be written.
static LINES_LOST: AtomicU64 = AtomicU64::new(0);

/// Writes a text to the console. A failure is not reported, because a log that cannot be written
/// must not stop anything. The number of lost lines is written before the next line that succeeds.
pub fn tell(text: &str) {
    let lost = LINES_LOST.swap(0, Ordering::Relaxed);
    let text = match lost {
        0 => text.to_owned(),
        _ => {
            let lines = counted(lost, "line is", "lines are");
            format!("{lines} missing here because the log could not be written\n{text}")
        }
    };
    if write_standard_error(text.as_bytes()).is_err() {
        LINES_LOST.fetch_add(lost + 1, Ordering::Relaxed);
    }
}

/// Writes a line that everybody who starts the server must read, at any log level. It is a JSON
/// line if the log is JSON.
pub fn say(format: LogFormat, line: &str) {
    match format {
        LogFormat::Text => tell(&format!("{line}\n")),
        LogFormat::Json => tell(&format!("{}\n", json_line(Level::Info, line))),
    }
}

fn json_line(level: Level, message: &str) -> serde_json::Value {
    let level = level.as_str().to_lowercase();
    json!({ "time": time::now_milliseconds(), "level": level, "message": message })
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with(env!("CARGO_CRATE_NAME"))
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        // A message is one line: a name with a line end must not look like a second message, and
        // must not overwrite others.
        let message = record.args().to_string();
        let message = printable(&message);
        tell(&match self.form {
            Form::Journal => format!("<{}>{message}\n", priority(record.level())),
            Form::People => {
                format!("{} {:<5} {message}\n", time::plain_text(time::now_seconds()), record.level())
            }
            Form::Json => format!("{}\n", json_line(record.level(), &message)),
        });
    }

    fn flush(&self) {}
}

/// The priority of a level, in the numbers of syslog(3).
fn priority(level: Level) -> u8 {
    match level {
        Level::Error => 3,
        Level::Warn => 4,
        Level::Info => 6,
        Level::Debug | Level::Trace => 7,
    }
}
