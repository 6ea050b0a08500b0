//! The settings. One table gives names, types, defaults and help texts; the settings file, the
//! environment, the command line and the documentation follow from it.
//!
//! This module only knows texts: `cli/settings.rs` reads the file and the environment.

mod mail;
mod values;

pub use mail::{MailAddress, MailSecurity, Password, Port, ServerHost};
pub use values::{
    Amount, Colour, Count, FilePath, LocalName, LogFormat, LongWords, OutsidePrograms, SIGN_UP_WORDS, SignUp,
    VolumeSetting, Watching, Words, is_volume_name,
};

use crate::base::host::HostPattern;
use crate::base::language::Language;
use crate::base::network::Network;
use crate::base::refusal::Refusal;
use crate::base::secret::Secret;
use crate::error::{Code, Error, Reason, Result};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

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

impl Setting {
    /// True if it decides how mails are sent.
    pub fn is_about_mail(&self) -> bool {
        self.name.starts_with("smtp_") || self.name.starts_with("mail_")
    }
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Number,
    Text,
    /// A text of several lines.
    Lines,
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

/// The type of a setting's value. The error continues a sentence that begins with the setting's
/// name and text.
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
    /// Let people make accounts for themselves: off, approval (an administrator allows each), full,
    /// guest or external (at once, as accounts of that kind).
    sign_up: SignUp = "off" live;
    /// Let people make groups of their own: yes or no. Administrators always can.
    users_may_make_groups: bool = "no" live;
    /// Let people make links, and let links work: yes or no. With no, nobody can make a link, and
    /// existing links do not work.
    links_allowed: bool = "yes" live;
    /// Accounts that can make links, separated by commas. Empty for everybody. Administrators
    /// always can.
    link_makers: Vec<String> = "" live;
    /// Require a password for links: yes or no. Applies to links that are made or changed from now
    /// on.
    link_password_required: bool = "no" live;
    /// Maximum number of days for which a link works; 0 for no limit. Applies to links that are
    /// made or changed from now on.
    link_days_max: Amount = "0" live;
    /// Text for people who open a link, up to 500 bytes, for example whom to ask for help.
    link_page_text: Words = "" live;
    /// Colour of buttons and marks in the portals, as #rrggbb. White text on it must be readable
    /// (contrast of at least 4.5). Empty for cloudlet's own colour.
    accent_colour: Colour = "" live;
    /// Terms of use, as a text of up to 16384 bytes. Empty for none.
    terms_text: LongWords = "" live;
    /// Text that says what happens with people's data here, up to 16384 bytes. Empty for none.
    privacy_text: LongWords = "" live;
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
    /// leave less are refused, and no files are removed to make room. 0 turns this off.
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
    /// Number of files and folders that a browser, program or device may delete or replace within
    /// ten minutes. Beyond this number, it is held: it can still read and add files, but cannot
    /// change existing ones until its owner or an administrator lets it go on or takes everything
    /// back. A file that looks encrypted afterwards counts ten times. At most 20000; 0 turns this
    /// off.
    mass_change_limit: Amount = "1000" live;
    /// Target for free disk space in percent. Below it, the oldest versions and deleted files are
    /// removed. Never blocks uploads; 0 turns this off.
    kept_free_percent: Amount = "5" live;
    /// Maximum size of all thumbnails on the disk in megabytes. Beyond it, the oldest are removed.
    thumbs_megabytes: Count = "1024" live;
    /// Let installed programs draw thumbnails of videos, HEIC, AVIF and PDF files (ffmpeg,
    /// heif-thumbnailer, vipsthumbnail, pdftoppm): yes (if the kernel can take their rights away),
    /// no, or always.
    thumbnail_programs: OutsidePrograms = "yes" live;
    /// Further disks and folders, which appear as /EXTERNAL/NAME, separated by commas: NAME=/path
    /// for everybody, or NAME=/path:anna+bob for some accounts.
    volumes: Vec<VolumeSetting> = "";
    /// Directories below which administrators may add further disks in the running cloud, separated
    /// by commas. None by default, because anybody who takes over an administrator's account could
    /// read them.
    external_roots: Vec<PathBuf> = "";
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
    /// Name of the mail server (SMTP) that receives mails from cloudlet, for example
    /// smtp.example.org. Empty turns mail off.
    smtp_host: ServerHost = "" live;
    /// Port of the mail server: mostly 587 with starttls, 465 with tls.
    smtp_port: Port = "587" live;
    /// Protection of the connection to the mail server: starttls, tls (from the first byte) or
    /// none. The server's certificate is checked. Without protection, the password is sent only to
    /// a server on this machine.
    smtp_security: MailSecurity = "starttls" live;
    /// User name at the mail server. Empty for a server that needs none.
    smtp_user: Words = "" live;
    /// Password at the mail server, preferably one for this program alone.
    smtp_password: Password = "" live;
    /// Address that mails come from, for example cloud@example.org. The mail server must allow it.
    mail_sender: MailAddress = "" live;
    /// Let people receive the code of the second factor by mail when they sign in: yes or no. Then
    /// a person who knows the password and can read the mails needs no phone.
    mail_sign_in_codes: bool = "yes" live;
    /// Language of mails to people who have not chosen one: english, german, french or
    /// spanish.
    mail_language: Language = "english" live;
    /// Second directory in which the start looks for cloudlet-reset.txt, for example on a boot
    /// partition.
    reset_file: PathBuf = "";
}

/// The settings in force: the texts given for them, and the values read from these texts.
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

    /// A copy of these settings with a change by an administrator in the running cloud. `None`
    /// reverts an earlier change.
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

    /// Adds the value that an administrator has set in the running cloud, unless a stronger source
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
        Error::new(Code::Invalid, sentence).for_reason(reason)
    })
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
            [
                "link_days_max",
                "free_space_floor_mb",
                "entries_per_account_max",
                "mass_change_limit",
                "kept_free_percent",
                "deep_check_days"
            ]
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
            let error = Config::read(&given(name, text)).unwrap_err().into_message();
            assert!(error.contains(name) && error.contains("file"), "{error}");
        }
    }
}
