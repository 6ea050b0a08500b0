//! Log lines on standard error: for people with the time, for the journal with a priority (it knows the time), or as JSON.

use crate::base::printable::printable;
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

/// Begins to write log lines of this level and above.
pub fn begin(level: LevelFilter, format: LogFormat) {
    // systemd says so to a service whose standard error is the journal, and what that starts inherits the word: a terminal
    // of a desktop, say, which is no journal (systemd.exec(5)).
    let is_journal = std::env::var("JOURNAL_STREAM").is_ok_and(|stream| is_standard_error(&stream));
    let form = match format {
        LogFormat::Json => Form::Json,
        LogFormat::Text if is_journal => Form::Journal,
        LogFormat::Text => Form::People,
    };
    let lines = Lines { form };
    // It fails only when a logger is set already, by an earlier call.
    if log::set_boxed_logger(Box::new(lines)).is_ok() {
        log::set_max_level(level);
        // The hook of the standard library would wait for a reader that does not read.
        std::panic::set_hook(Box::new(|panic| log::error!("{panic}")));
    }
}

/// Lines that nobody got, as standard error could not be written.
static LINES_LOST: AtomicU64 = AtomicU64::new(0);

/// Tells the console something. Whoever tells it goes on whether or not that could be written: a log that cannot be written
/// must stop nothing. How many lines were lost is told before the next that is not.
pub fn tell(text: &str) {
    let lost = LINES_LOST.swap(0, Ordering::Relaxed);
    let text = match lost {
        0 => text.to_owned(),
        _ => format!("{lost} lines are missing here: the log could not be written\n{text}"),
    };
    if write_standard_error(text.as_bytes()).is_err() {
        LINES_LOST.fetch_add(lost + 1, Ordering::Relaxed);
    }
}

/// Says something that everybody who starts the server is to read, whatever the level: a line of its own, as JSON where
/// the log is that.
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
        // One line a message: a name with a line end in it must not look like a second one, nor write over others.
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

/// The level in the numbers of syslog(3).
fn priority(level: Level) -> u8 {
    match level {
        Level::Error => 3,
        Level::Warn => 4,
        Level::Info => 6,
        Level::Debug | Level::Trace => 7,
    }
}
