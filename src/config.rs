//! The settings: one table gives names, types, defaults and help, and with them the file, the environment, the
//! command line and the documentation.
//!
//! This module only knows texts; reading files and the environment is the business of `main`.

use crate::error::{Code, Error, Result};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Where the value of a setting came from; a later one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    File,
    Environment,
    Flag,
}

impl Origin {
    pub fn text(self) -> &'static str {
        match self {
            Origin::Default => "default",
            Origin::File => "file",
            Origin::Environment => "environment",
            Origin::Flag => "command line",
        }
    }
}

/// One row of the table.
pub struct Setting {
    pub name: &'static str,
    pub default: &'static str,
    pub help: &'static str,
}

/// A setting's value as text, and where it came from.
#[derive(Clone, Debug)]
pub struct Given {
    pub text: String,
    pub origin: Origin,
}

/// Reads one value; the error is the rest of a sentence that begins with the setting's name.
trait Value: Sized {
    fn read(text: &str) -> Result<Self, String>;
}

macro_rules! settings {
    ($( $(#[doc = $help:literal])+ $name:ident : $type:ty = $default:literal; )+) => {
        /// All settings, read and checked.
        #[derive(Clone, Debug)]
        pub struct Config {
            $( $(#[doc = $help])+ pub $name: $type, )+
        }

        /// The table of settings.
        pub const SETTINGS: &[Setting] = &[
            $( Setting { name: stringify!($name), default: $default, help: concat!($($help),+) }, )+
        ];

        impl Config {
            /// Reads every setting from the texts given for it, or from its default.
            ///
            /// # Errors
            /// Names the setting, where its value came from, and what it may be.
            pub fn read(given: &BTreeMap<String, Given>) -> Result<Config> {
                Ok(Config { $( $name: value(stringify!($name), $default, given)?, )+ })
            }
        }
    };
}

settings! {
    /// Addresses and ports to listen on, separated by commas.
    listen: Vec<SocketAddr> = "0.0.0.0:8080";
    /// The name of this cloud, as people see it.
    name: String = "cloudlet";
    /// Least log level: error, warn, info, debug or trace.
    log_level: log::LevelFilter = "info";
    /// Connections at the same time, from all addresses together.
    connections_max: Count = "4096";
    /// Connections at the same time from one address.
    connections_per_address_max: Count = "1024";
    /// Threads that run calls at the same time.
    workers_max: Count = "128";
    /// Days after which an unused session ends.
    session_days: Count = "30";
    /// Least length of a new password, in characters.
    password_length_min: Count = "8";
    /// Seconds that audit rows of calls that change nothing may wait in memory before they are written together.
    audit_flush_seconds: Count = "5";
    /// Days after which rows of the audit log are removed.
    audit_days: Count = "730";
    /// Rows that the audit log may have; the oldest are removed beyond this.
    audit_rows_max: Count = "20000000";
    /// Days after which an unfinished upload that nobody goes on with is removed.
    upload_days: Count = "7";
}

fn value<T: Value>(name: &str, default: &str, given: &BTreeMap<String, Given>) -> Result<T> {
    let (text, origin) = match given.get(name) {
        Some(given) => (given.text.as_str(), given.origin),
        None => (default, Origin::Default),
    };
    T::read(text).map_err(|reason| {
        Error::new(
            Code::Invalid,
            format!("Setting {name} (from the {}): \"{text}\" {reason}.", origin.text()),
        )
    })
}

/// A whole number from 1 to a billion.
pub type Count = u32;

impl Value for Count {
    fn read(text: &str) -> Result<Count, String> {
        let number = text.trim().parse().ok().filter(|number| (1..=1_000_000_000).contains(number));
        number.ok_or_else(|| "is not a whole number from 1 to 1000000000".into())
    }
}

impl Value for String {
    fn read(text: &str) -> Result<String, String> {
        let text = text.trim();
        if text.is_empty() || text.len() > 200 || text.chars().any(char::is_control) {
            return Err("is not a plain text of 1 to 200 bytes".into());
        }
        Ok(text.into())
    }
}

impl Value for log::LevelFilter {
    fn read(text: &str) -> Result<log::LevelFilter, String> {
        text.trim().parse().map_err(|_| "is not one of error, warn, info, debug, trace".into())
    }
}

impl Value for Vec<SocketAddr> {
    fn read(text: &str) -> Result<Vec<SocketAddr>, String> {
        let addresses: Result<Vec<SocketAddr>, _> = text.split(',').map(|part| part.trim().parse()).collect();
        addresses.map_err(|_| "is not a list of addresses with ports, like 0.0.0.0:8080 or [::1]:8080".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, text: &str) -> BTreeMap<String, Given> {
        BTreeMap::from([(name.into(), Given { text: text.into(), origin: Origin::File })])
    }

    #[test]
    fn every_default_is_valid() {
        Config::read(&BTreeMap::new()).unwrap();
        assert!(SETTINGS.iter().all(|setting| !setting.help.is_empty()));
    }

    #[test]
    fn an_error_names_the_setting_and_where_it_came_from() {
        for (name, text) in
            [("listen", "localhost"), ("workers_max", "0"), ("log_level", "loud"), ("name", "")]
        {
            let error = Config::read(&given(name, text)).unwrap_err().message;
            assert!(error.contains(name) && error.contains("file"), "{error}");
        }
    }
}
