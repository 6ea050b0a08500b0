//! The settings. One table gives names, types, defaults and help texts; the settings file, the
//! environment, the command line and the documentation follow from it.
//!
//! This module only knows texts: `cli/settings.rs` reads the file and the environment.

use crate::base::host::HostPattern;
use crate::base::limits::SETTING_NUMBER_MAX;
use crate::base::network::Network;
use crate::base::refusal::Refusal;
use crate::base::secret::Secret;
use crate::base::text::is_line;
use crate::error::{Code, Error, Reason, Result};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The source of a setting's value. A later source wins over an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    /// Set by an administrator in the running cloud.
    Portal,
    File,
    Environment,
    Flag,
}

impl Origin {
    pub fn text(self) -> &'static str {
        match self {
            Origin::Default => "default",
            Origin::Portal => "portal",
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
    pub kind: Kind,
    /// True if a change takes effect at once, without a restart.
    pub is_live: bool,
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
    Choice(&'static [&'static str]),
    /// Values separated by commas.
    List,
    /// A text that is never shown.
    Secret,
}

/// A setting's value as text, and its source.
#[derive(Clone, Debug)]
pub struct Given {
    pub text: String,
    pub origin: Origin,
}

/// A type that a setting's text is read as. The error continues a sentence that begins with the
/// setting's name and text.
trait Value: Sized {
    const KIND: Kind;
    fn read(text: &str) -> Result<Self, Refusal>;
}

macro_rules! settings {
    ($( $(#[doc = $help:literal])+ $name:ident : $type:ty = $default:literal $($live:ident)?; )+) => {
        /// All settings, read and checked.
        #[derive(Clone, Debug)]
        #[cfg_attr(not(feature = "thumbs"), allow(dead_code, reason = "a setting stays when its part is left out"))]
        pub struct Config {
            $( $(#[doc = $help])+ pub $name: $type, )+
        }

        /// The table of settings.
        pub const SETTINGS: &[Setting] = &[
            $( Setting {
                name: stringify!($name),
                default: $default,
                help: concat!($($help),+),
                kind: <$type as Value>::KIND,
                is_live: settings!(@ $($live)?),
            }, )+
        ];

        impl Config {
            /// Reads every setting from the text given for it, or from its default.
            ///
            /// # Errors
            /// Names the setting, the source of its value, and the values it may have.
            pub fn read(given: &BTreeMap<String, Given>) -> Result<Config> {
                Ok(Config { $( $name: value(stringify!($name), $default, given)?, )+ })
            }
        }
    };
    (@ live) => { true };
    (@) => { false };
}

settings! {
    /// Addresses and ports to listen on, separated by commas.
    listen: Vec<SocketAddr> = "0.0.0.0:8080";
    /// Addresses and ports to listen on for TLS, separated by commas. Empty turns TLS off.
    listen_tls: Vec<SocketAddr> = "";
    /// File with the TLS certificate and its chain, in PEM. If empty, a certificate is made at the
    /// first start.
    tls_certificate: FilePath = "";
    /// File with the TLS key, in PEM.
    tls_key: FilePath = "";
    /// Redirect visitors of the addresses without TLS to the first address with TLS: yes or no.
    redirect_to_tls: bool = "no" live;
    /// Networks of trusted proxies, for example 127.0.0.1,10.0.0.0/8. Their X-Forwarded-For,
    /// X-Forwarded-Proto and X-Forwarded-Host are believed.
    trusted_proxies: Vec<Network> = "";
    /// Names of this server on the internet, for example cloud.example.org or *.example.org; *
    /// allows every name. IP addresses, single words and names in home networks (nas.local,
    /// nas.lan, nas.fritz.box) are always allowed.
    host_names: Vec<HostPattern> = "" live;
    /// Name of this cloud, as people see it.
    name: String = "cloudlet" live;
    /// Name of this server on the local network: NAME.local. Empty or off for none.
    mdns_name: LocalName = "cloudlet";
    /// Minimum log level: error, warn, info, debug or trace.
    log_level: log::LevelFilter = "info" live;
    /// Format of log lines: text for people, json for programs.
    log_format: LogFormat = "text";
    /// Token that /metrics asks for. Empty turns metrics off.
    metrics_token: Secret = "" live;
    /// Maximum number of connections from all addresses together.
    connections_max: Count = "4096";
    /// Maximum number of connections from one address. Trusted proxies have no such limit.
    connections_per_address_max: Count = "256";
    /// Maximum number of calls that run at the same time, each in a thread.
    workers_max: Count = "128";
    /// Days after which an unused session ends.
    session_days: Count = "30" live;
    /// Seconds for which the code to pair a device is valid.
    pairing_seconds: Count = "300" live;
    /// Minimum length of a new password, in characters.
    password_length_min: Count = "8" live;
    /// Let people make groups of their own: yes or no. Administrators always can.
    users_may_make_groups: bool = "no" live;
    /// Longest time in seconds that audit rows of calls that change nothing wait in memory before
    /// they are written together.
    audit_flush_seconds: Count = "5";
    /// Days after which rows of the audit log are removed.
    audit_days: Count = "730" live;
    /// Maximum number of rows in the audit log. Beyond it, the oldest rows are removed.
    audit_rows_max: Count = "20000000" live;
    /// Maximum size of the audit log in megabytes. Beyond it, the oldest rows are removed.
    audit_mb_max: Count = "1024" live;
    /// Days after which an abandoned, unfinished upload is removed.
    upload_days: Count = "7" live;
    /// Free space in megabytes that uploads and copies must leave on the disk. Those that would
    /// leave less are refused. Nothing is removed for it; 0 turns this off.
    free_space_floor_mb: Amount = "200" live;
    /// Maximum number of files and folders of an account, including versions and the recycle bin;
    /// 0 for no limit.
    entries_per_account_max: Amount = "2000000" live;
    /// Maximum number of versions of each file. Beyond it, the oldest versions are removed.
    versions_max: Count = "50" live;
    /// Days after which a version is removed.
    version_days: Count = "180" live;
    /// Days after which a deleted file is removed from the recycle bin.
    recycle_days: Count = "60" live;
    /// Target for free disk space in percent. Below it, the oldest versions and deleted files are
    /// removed. Never blocks uploads; 0 turns this off.
    kept_free_percent: Amount = "5" live;
    /// Maximum size of all thumbnails on the disk in megabytes. Beyond it, the oldest are removed.
    thumbs_megabytes: Count = "1024" live;
    /// Further disks and folders, which appear as /EXTERNAL/NAME, separated by commas: NAME=/path
    /// for everybody, or NAME=/path:anna+bob for some accounts.
    volumes: Vec<VolumeSetting> = "";
    /// Notice changes by other programs at once (inotify): no, yes (but not on spinning disks) or
    /// always.
    watch_changes: Watching = "no";
    /// Take a checksum of each file while it is uploaded: yes or no.
    checksums: bool = "yes" live;
    /// Search in the content of text files of up to 256 KiB, too: yes or no.
    search_text: bool = "no" live;
    /// Days between two deep checks. A deep check reads every stored byte and compares it with its
    /// checksum; 0 turns this off.
    deep_check_days: Amount = "0" live;
    /// Directory for scheduled backups, best on another disk. Empty turns them off.
    backup_to: PathBuf = "";
    /// Hours between two scheduled backups.
    backup_every_hours: Count = "24" live;
    /// Number of backups to keep in a backup directory. After each new backup, the oldest beyond it
    /// are removed.
    backup_keep: Count = "7" live;
    /// Second directory in which the start looks for cloudlet-reset.txt, for example on a boot
    /// partition.
    reset_file: PathBuf = "";
}

/// The settings in force: the texts given for them, and the values read from those.
#[derive(Clone, Debug)]
pub struct Settings {
    given: BTreeMap<String, Given>,
    pub config: Config,
}

impl Settings {
    /// # Errors
    /// As [`Config::read`].
    pub fn read(given: BTreeMap<String, Given>) -> Result<Settings> {
        Ok(Settings { config: Config::read(&given)?, given })
    }

    /// The value of a setting as it may be shown, and its source.
    pub fn value(&self, setting: &Setting) -> (&str, Origin) {
        let given = self.given.get(setting.name);
        let (text, origin) =
            given.map_or((setting.default, Origin::Default), |given| (&given.text, given.origin));
        let is_hidden = setting.kind == Kind::Secret && !text.is_empty();
        (if is_hidden { "***" } else { text }, origin)
    }

    /// A copy of these settings in which an administrator changed one in the running cloud. `None`
    /// takes an earlier change back.
    ///
    /// # Errors
    /// `Code::NotFound` for an unknown setting; `Code::Conflict` for one that needs a restart or
    /// has its value from a stronger source; `Code::Invalid` for a value that it cannot have.
    pub fn changed(&self, name: &str, value: Option<&str>) -> Result<Settings> {
        let setting = setting(name)?;
        let (_, origin) = self.value(setting);
        if !setting.is_live {
            let sentence =
                format!("The setting {name} changes only at a start. Set it in cloudlet.toml and restart.");
            return Err(Error::new(Code::Conflict, sentence).for_reason(Reason::NeedsRestart));
        }
        if origin > Origin::Portal {
            let sentence = format!("The setting {name} comes from the {}. Change it there.", origin.text());
            return Err(Error::new(Code::Conflict, sentence));
        }
        let mut given = self.given.clone();
        match value {
            Some(text) => {
                drop(given.insert(name.into(), Given { text: text.into(), origin: Origin::Portal }));
            }
            None => drop(given.remove(name)),
        }
        Settings::read(given)
    }

    /// Adds the value that an administrator once set in the running cloud, unless a stronger source
    /// gives one. A value that is no longer valid is skipped.
    pub fn with_kept(self, name: &str, value: &str) -> Settings {
        self.changed(name, Some(value)).unwrap_or_else(|error| {
            log::info!("a saved setting is no longer valid and is skipped: {error}");
            self
        })
    }
}

/// The table's row for a setting.
///
/// # Errors
/// `Code::NotFound`.
pub fn setting(name: &str) -> Result<&'static Setting> {
    let found = SETTINGS.iter().find(|setting| setting.name == name);
    found.ok_or_else(|| Error::new(Code::NotFound, format!("There is no setting {name}.")))
}

fn value<T: Value>(name: &str, default: &str, given: &BTreeMap<String, Given>) -> Result<T> {
    let (text, origin) = match given.get(name) {
        Some(given) => (given.text.as_str(), given.origin),
        None => (default, Origin::Default),
    };
    T::read(text).map_err(|Refusal { sentence, reason }| {
        let shown = if T::KIND == Kind::Secret { "***" } else { text };
        let sentence = format!("Setting {name} (from the {}): \"{shown}\" {sentence}.", origin.text());
        Error { reason, ..Error::new(Code::Invalid, sentence) }
    })
}

/// A whole number from 1 to a billion.
pub type Count = u32;

impl Value for Count {
    const KIND: Kind = Kind::Number;

    fn read(text: &str) -> Result<Count, Refusal> {
        let number = text.trim().parse().ok().filter(|number| (1..=SETTING_NUMBER_MAX).contains(number));
        number.ok_or_else(|| Refusal::not_in_range(1, SETTING_NUMBER_MAX))
    }
}

/// A whole number from 0 to a billion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub u32);

impl Value for Amount {
    const KIND: Kind = Kind::Number;

    fn read(text: &str) -> Result<Amount, Refusal> {
        let number = text.trim().parse().ok().filter(|number| *number <= SETTING_NUMBER_MAX);
        number.map(Amount).ok_or_else(|| Refusal::not_in_range(0, SETTING_NUMBER_MAX))
    }
}

impl Value for String {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<String, Refusal> {
        let text = text.trim();
        if !is_line(text, 200) {
            return Err(Refusal::of(Reason::NotPlainText, "is not a plain text of 1 to 200 bytes"));
        }
        Ok(text.into())
    }
}

impl Value for PathBuf {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<PathBuf, Refusal> {
        let path = Path::new(text.trim());
        if !path.as_os_str().is_empty() && (!path.is_absolute() || text.chars().any(char::is_control)) {
            return Err("is not a path that begins with /".into());
        }
        Ok(path.into())
    }
}

impl Value for Secret {
    const KIND: Kind = Kind::Secret;

    fn read(text: &str) -> Result<Secret, Refusal> {
        if text.len() > 200 || text.chars().any(|letter| letter.is_control() || letter == ' ') {
            return Err(Refusal::of(Reason::HasBlanks, "is not a text of up to 200 bytes without blanks"));
        }
        Ok(Secret::new(text))
    }
}

/// The name of a machine on its network, without `.local`. Empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LocalName(pub String);

impl Value for LocalName {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<LocalName, Refusal> {
        let name = text.trim().to_ascii_lowercase();
        let name = name.strip_suffix(".local").unwrap_or(&name);
        // RFC 1123, section 2.1.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if name.len() > 63 || !name.bytes().all(is_plain) || name.starts_with('-') || name.ends_with('-') {
            return Err("is not a name of up to 63 letters, digits and hyphens, nor \"off\"".into());
        }
        Ok(LocalName(if name == "off" { String::new() } else { name.into() }))
    }
}

impl Value for Vec<Network> {
    const KIND: Kind = Kind::List;

    fn read(text: &str) -> Result<Vec<Network>, Refusal> {
        list(text).map_err(|()| "is not a list of networks, like 127.0.0.1 or 10.0.0.0/8".into())
    }
}

impl Value for Vec<HostPattern> {
    const KIND: Kind = Kind::List;

    fn read(text: &str) -> Result<Vec<HostPattern>, Refusal> {
        list(text).map_err(|()| "is not a list of names, like cloud.example.org or *.example.org".into())
    }
}

/// The members of a list. An empty text is the empty list.
fn list<T: std::str::FromStr>(text: &str) -> Result<Vec<T>, T::Err> {
    let text = text.trim();
    if text.is_empty() { Ok(Vec::new()) } else { text.split(',').map(|part| part.trim().parse()).collect() }
}

/// The path of a file. Empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilePath(pub String);

impl Value for FilePath {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<FilePath, Refusal> {
        if text.contains('\0') { Err("is not a path".into()) } else { Ok(FilePath(text.trim().into())) }
    }
}

impl Value for bool {
    const KIND: Kind = Kind::Choice(&["yes", "no"]);

    fn read(text: &str) -> Result<bool, Refusal> {
        match text.trim() {
            "yes" | "true" | "1" => Ok(true),
            "no" | "false" | "0" => Ok(false),
            _ => Err(Refusal::not_one_of(&["yes", "no"])),
        }
    }
}

/// Watching the disks for changes, with the help of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    No,
    /// Except on spinning disks.
    Yes,
    Always,
}

impl Value for Watching {
    const KIND: Kind = Kind::Choice(&["no", "yes", "always"]);

    fn read(text: &str) -> Result<Watching, Refusal> {
        match text.trim() {
            "no" => Ok(Watching::No),
            "yes" => Ok(Watching::Yes),
            "always" => Ok(Watching::Always),
            _ => Err(Refusal::not_one_of(&["no", "yes", "always"])),
        }
    }
}

/// A further volume: its name, its directory, and its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeSetting {
    pub name: String,
    pub directory: PathBuf,
    /// Names of the accounts that may use it. `None` for everybody.
    pub members: Option<Vec<String>>,
}

impl std::str::FromStr for VolumeSetting {
    type Err = ();

    fn from_str(text: &str) -> Result<VolumeSetting, ()> {
        let (name, rest) = text.split_once('=').ok_or(())?;
        let (name, rest) = (name.trim(), rest.trim());
        let is_plain = |letter: char| letter.is_alphanumeric() || " ._-".contains(letter);
        let is_name =
            name.starts_with(char::is_alphanumeric) && name.len() <= 64 && name.chars().all(is_plain);
        let (directory, members) = match rest.rsplit_once(':') {
            Some((directory, members)) if !members.contains('/') => (directory.trim(), Some(members)),
            _ => (rest, None),
        };
        let directory = PathBuf::from(directory);
        if !is_name || name.eq_ignore_ascii_case("recyclebin") || !directory.is_absolute() {
            return Err(());
        }
        let members = members.map(|names| names.split('+').map(|name| name.trim().to_lowercase()).collect());
        Ok(VolumeSetting { name: name.into(), directory, members })
    }
}

impl Value for Vec<VolumeSetting> {
    const KIND: Kind = Kind::List;

    fn read(text: &str) -> Result<Vec<VolumeSetting>, Refusal> {
        let volumes: Vec<VolumeSetting> = list(text).map_err(|()| {
            "is not a list of volumes, like disk=/mnt/disk or photos=/mnt/photos:anna+bob".to_owned()
        })?;
        let repeated = volumes.iter().enumerate().find(|(at, volume)| {
            volumes[..*at].iter().any(|other| other.name.to_lowercase() == volume.name.to_lowercase())
        });
        match repeated {
            Some((_, volume)) => Err(format!("has two volumes with the name {}", volume.name).into()),
            None => Ok(volumes),
        }
    }
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl Value for LogFormat {
    const KIND: Kind = Kind::Choice(&["text", "json"]);

    fn read(text: &str) -> Result<LogFormat, Refusal> {
        match text.trim() {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(Refusal::not_one_of(&["text", "json"])),
        }
    }
}

impl Value for log::LevelFilter {
    const KIND: Kind = Kind::Choice(&["error", "warn", "info", "debug", "trace"]);

    fn read(text: &str) -> Result<log::LevelFilter, Refusal> {
        text.trim().parse().map_err(|_| Refusal::not_one_of(&["error", "warn", "info", "debug", "trace"]))
    }
}

impl Value for Vec<SocketAddr> {
    const KIND: Kind = Kind::List;

    fn read(text: &str) -> Result<Vec<SocketAddr>, Refusal> {
        list(text)
            .map_err(|_| "is not a list of addresses with ports, like 0.0.0.0:8080 or [::1]:8080".into())
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
    fn what_is_turned_off_by_0_can_be_0() {
        let told: Vec<_> = SETTINGS
            .iter()
            .filter(|setting| setting.help.contains("; 0 ") || setting.help.contains(". 0 "))
            .map(|setting| setting.name)
            .collect();
        assert_eq!(
            told,
            ["free_space_floor_mb", "entries_per_account_max", "kept_free_percent", "deep_check_days"]
        );
        for name in told {
            Config::read(&given(name, "0")).unwrap();
        }
    }

    #[test]
    fn only_live_settings_that_nothing_else_gives_can_be_changed() {
        let settings = Settings::read(given("session_days", "3")).unwrap();
        let code = |name, value| settings.changed(name, value).map(drop).map_err(|error| error.code);
        assert_eq!(code("session_days", Some("5")), Err(Code::Conflict));
        assert_eq!(code("listen", Some("1.2.3.4:5")), Err(Code::Conflict));
        assert_eq!(code("nothing", Some("1")), Err(Code::NotFound));
        assert_eq!(code("upload_days", Some("never")), Err(Code::Invalid));
        let changed = settings.changed("upload_days", Some("9")).unwrap();
        assert_eq!((changed.config.upload_days, changed.config.session_days), (9, 3));
        assert_eq!(changed.changed("upload_days", None).unwrap().config.upload_days, 7);
    }

    #[test]
    fn a_local_name_is_one_label_or_none() {
        let read = |text| LocalName::read(text).map(|name| name.0);
        for (text, name) in [("Nas-2", "nas-2"), ("nas.local", "nas"), ("", ""), ("off", ""), (" a ", "a")] {
            assert_eq!(read(text).unwrap(), name, "{text}");
        }
        for text in ["a.b", "-a", "a-", "a b", "b\u{fc}ro", "a_b", &"a".repeat(64)] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn volumes_have_a_name_a_directory_and_perhaps_members() {
        let read = |text| <Vec<VolumeSetting> as Value>::read(text);
        let volume = |name: &str, directory: &str, members: Option<&[&str]>| VolumeSetting {
            name: name.into(),
            directory: directory.into(),
            members: members.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        };
        assert_eq!(
            read("disk=/mnt/disk, My photos = /mnt/a:b/c : Anna+bob").unwrap(),
            [volume("disk", "/mnt/disk", None), volume("My photos", "/mnt/a:b/c", Some(&["anna", "bob"]))]
        );
        assert_eq!(read("").unwrap(), []);
        for text in ["disk", "disk=mnt", "=/mnt", "a/b=/mnt", "..=/mnt", "recyclebin=/x", "a=/x,A=/y"] {
            assert!(read(text).is_err(), "{text}");
        }
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
