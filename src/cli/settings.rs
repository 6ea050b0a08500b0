//! Reads settings from flags, environment, file and defaults. Earlier sources win.

use super::arguments::Arguments;
use super::{Result, print, usage};
use crate::config::{Given, Origin, SETTINGS, Settings};
use crate::disk::local::read_text;
use crate::error::{Code, Error};
use std::collections::BTreeMap;
use std::path::Path;

/// The name of the settings file in the data directory. It is read if no other file is given.
const FILE_NAME: &str = "cloudlet.toml";
const FILE_BYTES_MAX: u64 = 1 << 20;
const PREFIX: &str = "CLOUDLET_";
/// Variables with our prefix that are not settings: common options, and the password of the sample
/// scripts.
const NO_SETTINGS: [&str; 3] = ["CLOUDLET_DATA", "CLOUDLET_CONFIG", "CLOUDLET_PASSWORD"];

/// Collects the values given for all settings.
///
/// # Errors
/// Names the file and what is wrong with it. A wrong flag is wrong usage.
pub fn read(arguments: &Arguments) -> Result<Settings> {
    let mut given = match arguments.config_file() {
        Some(path) => from_file(&path)?.ok_or_else(|| {
            Error::new(Code::NotFound, format!("The configuration file {} does not exist.", path.display()))
        })?,
        None => from_file(&arguments.data().join(FILE_NAME))?.unwrap_or_default(),
    };
    for setting in SETTINGS {
        let variable = format!("{PREFIX}{}", setting.name.to_uppercase());
        if let Some(value) = std::env::var_os(&variable) {
            let text = value.into_string().map_err(|_| {
                Error::new(Code::Invalid, format!("The environment variable {variable} is not UTF-8 text."))
            })?;
            given.insert(setting.name.into(), Given { text, origin: Origin::Environment });
        }
    }
    let flag =
        |(name, text): (&String, &String)| (name.clone(), Given { text: text.clone(), origin: Origin::Flag });
    let flags: BTreeMap<String, Given> = arguments.settings.iter().map(flag).collect();
    Settings::read(flags.clone()).map_err(|error| usage(error.into_message()))?;
    given.extend(flags);
    Ok(Settings::read(given)?)
}

/// Warns of environment variables that look like settings but are not. The server still starts,
/// because container managers set such variables for a service of this name.
pub fn warn_of_strangers(settings: &Settings) {
    crate::logger::begin(settings.config.log_level, settings.config.log_format);
    for (variable, _) in std::env::vars_os() {
        let Some(variable) = variable.to_str().filter(|variable| variable.starts_with(PREFIX)) else {
            continue;
        };
        let is_of = |name: &str| variable[PREFIX.len()..] == name.to_uppercase();
        if !NO_SETTINGS.contains(&variable) && !SETTINGS.iter().any(|setting| is_of(setting.name)) {
            log::warn!("{variable} in the environment is not a setting. \"cloudlet config\" lists them all.");
        }
    }
}

fn from_file(path: &Path) -> Result<Option<BTreeMap<String, Given>>> {
    let Some(text) = read_text(path, FILE_BYTES_MAX)? else { return Ok(None) };
    let wrong = |reason: String| {
        Error::new(Code::Invalid, format!("The configuration file {}: {reason}", path.display()))
    };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    let mut given = BTreeMap::new();
    for (name, value) in table {
        if !SETTINGS.iter().any(|setting| setting.name == name) {
            return Err(
                wrong(format!("there is no setting {name}. \"cloudlet config\" lists them all.")).into()
            );
        }
        let text =
            text_of(&value).ok_or_else(|| wrong(format!("{name} must be a text, a number or a list.")))?;
        given.insert(name, Given { text, origin: Origin::File });
    }
    Ok(Some(given))
}

/// A list is written as its members separated by commas.
fn text_of(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(list) => {
            list.iter().map(text_of).collect::<Option<Vec<_>>>().map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// The command `config`.
pub fn show(arguments: &Arguments) -> Result<()> {
    if arguments.has("env") {
        return print(&environment_file());
    }
    let settings = read(arguments)?;
    warn_of_strangers(&settings);
    let lines = SETTINGS.iter().map(|setting| {
        let (text, origin) = settings.value(setting);
        format!("{} = {text}    ({})\n   {}\n", setting.name, origin.text(), setting.help)
    });
    print(&lines.collect::<String>())
}

/// All settings as lines of an environment file for the service, commented out.
fn environment_file() -> String {
    let head = "# Settings of cloudlet. Each line shows the default; remove its # to change a setting.\n";
    let lines = SETTINGS.iter().map(|setting| {
        format!("\n#{}\n#{PREFIX}{}={}\n", setting.help, setting.name.to_uppercase(), setting.default)
    });
    head.to_owned() + &lines.collect::<String>()
}
