//! The types that settings have, read from their texts.

use super::{Kind, Value};
use crate::base::host::HostPattern;
use crate::base::limits::{LONG_SETTING_BYTES_MAX, SETTING_NUMBER_MAX};
use crate::base::network::Network;
use crate::base::refusal::Refusal;
use crate::base::secret::Secret;
use crate::base::text::is_line;
use crate::base::user_name::UserName;
use crate::error::Reason;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

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

/// A text for people. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub String);

impl Value for Words {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<Words, Refusal> {
        let text = text.trim();
        if text.len() > 500 || text.chars().any(char::is_control) {
            return Err(Refusal::of(Reason::NotPlainText, "is not a plain text of up to 500 bytes"));
        }
        Ok(Words(text.into()))
    }
}

/// A text of several lines for people. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LongWords(pub String);

impl Value for LongWords {
    const KIND: Kind = Kind::Lines;

    fn read(text: &str) -> Result<LongWords, Refusal> {
        let text = text.trim().replace("\r\n", "\n");
        let is_plain = |letter: char| !letter.is_control() || letter == '\n' || letter == '\t';
        if text.len() > LONG_SETTING_BYTES_MAX || !text.chars().all(is_plain) {
            let sentence = format!("is not a plain text of up to {LONG_SETTING_BYTES_MAX} bytes");
            return Err(Refusal::of(Reason::NotPlainText, sentence));
        }
        Ok(LongWords(text))
    }
}

/// A colour on which white text is readable, as `#rrggbb` in lower case. Empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colour(pub String);

/// The contrast that text needs: WCAG 2.2, success criterion 1.4.3.
const CONTRAST_MIN: f64 = 4.5;

impl Value for Colour {
    const KIND: Kind = Kind::Text;

    fn read(text: &str) -> Result<Colour, Refusal> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Ok(Colour::default());
        }
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let number = number.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(number) = number else {
            return Err("is not a colour like #0e6e6a".into());
        };
        if contrast_to_white(number) < CONTRAST_MIN {
            return Err("is too bright: white text on it cannot be read".into());
        }
        Ok(Colour(text))
    }
}

/// The contrast between a colour and white: WCAG 2.2, "contrast ratio" and "relative luminance".
fn contrast_to_white(colour: u32) -> f64 {
    let linear = |shift: u32| {
        let part = f64::from(colour >> shift & 0xff) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    1.05 / (0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0) + 0.05)
}

impl Value for Vec<String> {
    const KIND: Kind = Kind::List;

    fn read(text: &str) -> Result<Vec<String>, Refusal> {
        let names: Vec<String> = list(text).unwrap_or_else(|never: std::convert::Infallible| match never {});
        let names: Vec<String> = names.iter().map(|name| UserName::normal_form(name)).collect();
        match names.iter().any(String::is_empty) {
            true => Err("is not a list of names of accounts".into()),
            false => Ok(names),
        }
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

/// The way in which the kernel helps to watch the disks for changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watching {
    No,
    /// All disks except spinning ones.
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

/// The use of outside programs to draw the files that this program cannot draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsidePrograms {
    No,
    /// Only if the kernel can remove their rights.
    Yes,
    Always,
}

impl Value for OutsidePrograms {
    const KIND: Kind = Kind::Choice(&["yes", "no", "always"]);

    fn read(text: &str) -> Result<OutsidePrograms, Refusal> {
        match text.trim() {
            "no" => Ok(OutsidePrograms::No),
            "yes" => Ok(OutsidePrograms::Yes),
            "always" => Ok(OutsidePrograms::Always),
            _ => Err(Refusal::not_one_of(&["yes", "no", "always"])),
        }
    }
}

/// The permission to make accounts for oneself, and the kind of these accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignUp {
    Off,
    /// A full account, once an administrator has allowed it.
    Approval,
    Full,
    Guest,
    External,
}

/// The words of [`SignUp`]. All but the first are in the order of FileCloud's numbers.
pub const SIGN_UP_WORDS: &[&str] = &["off", "approval", "full", "guest", "external"];

impl Value for SignUp {
    const KIND: Kind = Kind::Choice(SIGN_UP_WORDS);

    fn read(text: &str) -> Result<SignUp, Refusal> {
        match text.trim() {
            "off" => Ok(SignUp::Off),
            "approval" => Ok(SignUp::Approval),
            "full" => Ok(SignUp::Full),
            "guest" => Ok(SignUp::Guest),
            "external" => Ok(SignUp::External),
            _ => Err(Refusal::not_one_of(SIGN_UP_WORDS)),
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

/// True if a further volume can have this name.
pub fn is_volume_name(name: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || " ._-".contains(letter);
    name.starts_with(char::is_alphanumeric)
        && name.len() <= 64
        && name.chars().all(is_plain)
        && !name.eq_ignore_ascii_case("recyclebin")
}

impl std::str::FromStr for VolumeSetting {
    type Err = ();

    fn from_str(text: &str) -> Result<VolumeSetting, ()> {
        let (name, rest) = text.split_once('=').ok_or(())?;
        let (name, rest) = (name.trim(), rest.trim());
        let (directory, members) = match rest.rsplit_once(':') {
            Some((directory, members)) if !members.contains('/') => (directory.trim(), Some(members)),
            _ => (rest, None),
        };
        let directory = PathBuf::from(directory);
        if !is_volume_name(name) || !directory.is_absolute() {
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

impl Value for Vec<PathBuf> {
    const KIND: Kind = Kind::List;

    fn read(text: &str) -> Result<Vec<PathBuf>, Refusal> {
        let paths: Vec<PathBuf> =
            text.split(',').map(str::trim).filter(|path| !path.is_empty()).map(PathBuf::from).collect();
        match paths.iter().all(|path| path.is_absolute() && path.parent().is_some()) {
            true => Ok(paths),
            false => Err("is not a list of directories, like /mnt,/srv/files".into()),
        }
    }
}
