//! Reads the arguments of the command line: the command, its options and switches, and settings
//! given as flags.

use super::{COMMANDS, Command, Result, usage};
use crate::config::SETTINGS;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;

/// The data directory if there is no `--data`.
const DATA_DEFAULT: &str = "./cloudlet-data";
/// Options that every command takes.
const COMMON: [&str; 2] = ["data", "config"];

/// The arguments of a command.
#[derive(Debug, Default)]
pub struct Arguments {
    options: BTreeMap<String, String>,
    switches: BTreeSet<String>,
    /// Settings by name. If one is given several times, its values are joined by commas.
    pub settings: BTreeMap<String, String>,
    positional: Vec<String>,
}

impl Arguments {
    /// Reads the arguments. The default command is `serve`.
    pub(super) fn read(given: impl Iterator<Item = OsString>) -> Result<(&'static Command, Arguments)> {
        let given: Vec<String> = given
            .map(|argument| {
                argument.into_string().map_err(|raw| usage(format!("{raw:?} is not UTF-8 text.")))
            })
            .collect::<Result<_>>()?;
        let words: Vec<&str> =
            given.iter().take_while(|word| !word.starts_with('-')).map(String::as_str).collect();
        let (command, used) = command_of(&words, &given)?;
        let mut arguments = Arguments::default();
        let mut rest = given[used..].iter();
        while let Some(argument) = rest.next() {
            match argument.strip_prefix("--") {
                Some(option) => arguments.take_option(command, option, &mut rest)?,
                None => arguments.positional.push(argument.clone()),
            }
        }
        let expected = command.arguments.split_whitespace().count();
        match arguments.positional.len() {
            count if count < expected => {
                Err(usage(format!("cloudlet {} needs {}.", command.name, command.arguments)))
            }
            count if count > expected => Err(usage(format!(
                "cloudlet {} does not take \"{}\".",
                command.name, arguments.positional[expected]
            ))),
            _ => Ok((command, arguments)),
        }
    }

    fn take_option<'a>(
        &mut self,
        command: &Command,
        option: &str,
        rest: &mut impl Iterator<Item = &'a String>,
    ) -> Result<()> {
        let (name, inline) =
            option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        if command.switches.contains(&name) && inline.is_none() {
            self.switches.insert(name.to_owned());
            return Ok(());
        }
        let setting = name.replace('-', "_");
        let is_setting = SETTINGS.iter().any(|known| known.name == setting);
        if !is_setting && !COMMON.contains(&name) && !command.options.contains(&name) {
            return Err(usage(format!("cloudlet {} does not know --{name}.", command.name)));
        }
        let value = inline.or_else(|| rest.next().map(String::as_str));
        let value = value.ok_or_else(|| usage(format!("--{name} needs a value.")))?.to_owned();
        if is_setting {
            let all = self.settings.entry(setting).or_default();
            *all = if all.is_empty() { value } else { format!("{all},{value}") };
        } else {
            self.options.insert(name.to_owned(), value);
        }
        Ok(())
    }

    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    pub fn has(&self, switch: &str) -> bool {
        self.switches.contains(switch)
    }

    /// The positional argument of commands that take one.
    pub fn name(&self) -> &str {
        self.positional.first().map_or("", String::as_str)
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        let given = self.option("data").map(PathBuf::from);
        given
            .or_else(|| std::env::var_os("CLOUDLET_DATA").map(PathBuf::from))
            .unwrap_or_else(|| DATA_DEFAULT.into())
    }

    /// The configuration file, if one is given.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.option("config")
            .map(PathBuf::from)
            .or_else(|| std::env::var_os("CLOUDLET_CONFIG").map(PathBuf::from))
    }
}

/// The command that the first words name, and the number of these words.
fn command_of(words: &[&str], given: &[String]) -> Result<(&'static Command, usize)> {
    let find = |name: &str| COMMANDS.iter().find(|command| command.name == name);
    let as_flag = match given.first().map(String::as_str) {
        Some("--help" | "-h") => find("help"),
        Some("--version" | "-V") => find("version"),
        _ => None,
    };
    if let Some(command) = as_flag {
        return Ok((command, 1));
    }
    let serve = || find("serve").ok_or_else(|| usage("There is no command serve."));
    match words {
        [] => serve().map(|command| (command, 0)),
        [first, second, ..] if find(&format!("{first} {second}")).is_some() => {
            find(&format!("{first} {second}")).map(|command| (command, 2)).ok_or_else(|| usage("No command."))
        }
        [first, ..] => match find(first) {
            Some(command) => Ok((command, 1)),
            None => Err(usage(format!("There is no command \"{}\".", words.join(" ")))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Failure;

    fn read(line: &str) -> Result<(&'static str, Arguments)> {
        let words = line.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        Arguments::read(words.into_iter()).map(|(command, arguments)| (command.name, arguments))
    }

    #[test]
    fn commands_and_options_are_told_apart() {
        assert_eq!(read("").unwrap().0, "serve");
        let (name, given) = read("--listen 1.2.3.4:5 --listen=[::1]:6 --data d --log-level debug").unwrap();
        assert_eq!((name, given.settings["listen"].as_str()), ("serve", "1.2.3.4:5,[::1]:6"));
        assert_eq!((given.data(), given.settings["log_level"].as_str()), (PathBuf::from("d"), "debug"));
        let (name, given) = read("user add anna --admin --email a@b").unwrap();
        assert_eq!((name, given.name(), given.option("email")), ("user add", "anna", Some("a@b")));
        assert!(given.has("admin") && !given.has("password-stdin"));
        assert_eq!(read("--help").unwrap().0, "help");
    }

    #[test]
    fn wrong_usage_is_told() {
        for line in [
            "fly",
            "user",
            "user add",
            "user add a b",
            "check --admin",
            "serve --data",
            "--nonsense",
            "serve x",
            "audit",
        ] {
            assert!(matches!(read(line), Err(Failure::Usage(_))), "{line}");
        }
    }
}
