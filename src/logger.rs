//! Log lines on standard error: for people with the time, for the journal with a priority instead, which it knows itself.

use crate::base::time;
use log::{Level, LevelFilter, Log, Metadata, Record};

struct Lines {
    is_for_journal: bool,
}

/// Begins to write log lines of this level and above.
pub fn begin(level: LevelFilter) {
    // systemd sets this for a service whose standard error is the journal (systemd.exec(5)).
    let lines = Lines { is_for_journal: std::env::var_os("JOURNAL_STREAM").is_some() };
    // It fails only when a logger is set already, by an earlier call.
    if log::set_boxed_logger(Box::new(lines)).is_ok() {
        log::set_max_level(level);
    }
}

impl Log for Lines {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with(env!("CARGO_CRATE_NAME"))
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        // One line a message: a name with a line end in it must not look like a second one.
        let message = record.args().to_string().replace(['\n', '\r'], " ");
        if self.is_for_journal {
            eprintln!("<{}>{message}", priority(record.level()));
        } else {
            eprintln!("{} {:<5} {message}", time::plain_text(time::now_seconds()), record.level());
        }
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
