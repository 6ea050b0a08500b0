//! Settings by their FileCloud names: settings of this server with FileCloud's prefix, keys of the
//! default policy, and a few of FileCloud's own settings, which are fixed here.

use super::pairing::checked_base_url;
use super::policy_changes;
use super::policy_keys::KEYS;
use crate::base::host::Host;
use crate::config::{Kind, Origin, SETTINGS, SIGN_UP_WORDS, Setting};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};

const PREFIX: &str = "TONIDOCLOUD_";
/// The values of flags here, in the order of FileCloud's numbers.
const FLAG: [&str; 2] = ["no", "yes"];

/// FileCloud settings with a fixed value here. The password is never shown.
const FIXED: [(&str, &str); 2] =
    [("TONIDOCLOUD_STORAGE_IMPLEMENTATION", "local"), ("TONIDOCLOUD_ADMIN_PASSWORD", "")];

/// FileCloud's name for the status of accounts that people create by signing up: 0 until an
/// administrator allows it, 1 full, 2 guest, 3 external. Empty if nobody may sign up.
const SIGN_UP_MODE: &str = "TONIDOCLOUD_ACCOUNT_CREATION_MODE";

/// A setting as FileCloud clients see it.
#[derive(Debug)]
pub struct ConfigSetting {
    /// Empty for secrets and for unknown names.
    pub value: String,
    pub is_known: bool,
    /// True if it can be changed while the server runs.
    pub is_changeable: bool,
}

/// The meaning of a name.
enum Known {
    Setting(&'static Setting),
    /// The status of new accounts after signing up, by FileCloud's numbers.
    SignUp(&'static Setting),
    /// A key of the default policy.
    Key(&'static str),
    Fixed(&'static str),
}

fn known(name: &str) -> Option<Known> {
    let name = name.trim();
    if let Some(key) = KEYS.iter().find(|key| key.name == name) {
        return Some(Known::Key(key.name));
    }
    if let Some((_, value)) = FIXED.iter().find(|(fixed, _)| *fixed == name) {
        return Some(Known::Fixed(value));
    }
    if name == SIGN_UP_MODE {
        return SETTINGS.iter().find(|setting| setting.name == "sign_up").map(Known::SignUp);
    }
    let own = name.strip_prefix(PREFIX)?;
    SETTINGS.iter().find(|setting| setting.name.to_ascii_uppercase() == own).map(Known::Setting)
}

impl CloudView<'_> {
    /// A setting by its FileCloud name.
    pub fn config_setting(&self, name: &str) -> Result<ConfigSetting> {
        let unknown = ConfigSetting { value: String::new(), is_known: false, is_changeable: false };
        let Some(known) = known(name) else { return Ok(unknown) };
        let (value, is_changeable) = match known {
            Known::Fixed(value) => (value.to_owned(), false),
            Known::Key(key) => (self.default_policy()?.effective(&self.config()).text(key), true),
            Known::SignUp(setting) => {
                let (value, is_changeable) = self.told_setting(setting);
                let number = SIGN_UP_WORDS.iter().skip(1).position(|word| *word == value);
                (number.map_or(String::new(), |number| number.to_string()), is_changeable)
            }
            Known::Setting(setting) => self.told_setting(setting),
        };
        Ok(ConfigSetting { value, is_known: true, is_changeable })
    }

    /// The value of a setting, and true if it can be changed while the server runs.
    fn told_setting(&self, setting: &Setting) -> (String, bool) {
        let settings = self.settings();
        let (value, origin) = settings.value(setting);
        (told(setting, value), setting.is_live && origin <= Origin::Portal)
    }

    /// The names of all settings that were changed while the server ran.
    fn changed_settings(&self) -> Vec<&'static str> {
        let settings = self.settings();
        let is_changed = |setting: &&Setting| settings.value(setting).1 == Origin::Portal;
        SETTINGS.iter().filter(is_changed).map(|setting| setting.name).collect()
    }
}

impl Cloud {
    /// Changes settings by their FileCloud names, all of them or none. `None` restores the default.
    ///
    /// # Errors
    /// As [`Cloud::change_setting`].
    pub fn change_config_settings(
        &self,
        changes: Vec<(String, Option<String>)>,
        host: Option<Host<'_>>,
    ) -> Result<Change<()>> {
        let mut all = Change::new(|_| Ok(()));
        for (name, value) in changes {
            let change = self.change_config_setting(&name, value.as_deref().unwrap_or_default(), host)?;
            all = all.and(change).map(|_| ());
        }
        Ok(all)
    }

    fn change_config_setting(&self, name: &str, value: &str, host: Option<Host<'_>>) -> Result<Change<()>> {
        match known(name) {
            Some(Known::Setting(setting)) => self.change_setting(setting.name, read(setting, value), host),
            Some(Known::SignUp(setting)) => {
                let number = value.trim().parse::<usize>().ok();
                let word = number.and_then(|number| SIGN_UP_WORDS.get(number.checked_add(1)?));
                self.change_setting(setting.name, word.copied().unwrap_or(value), host)
            }
            Some(Known::Key(key)) => {
                let values = vec![(key, value.to_owned())];
                Ok(Change::new(move |tx| policy_changes::change_default(tx, &values)))
            }
            Some(Known::Fixed(_)) => {
                let sentence = format!("The setting {name} cannot be changed here.");
                Err(Error::new(Code::Conflict, sentence))
            }
            None => Err(Error::new(Code::NotFound, format!("There is no setting {name} here."))),
        }
    }

    /// Restores the defaults of all settings that were changed while the server ran. The default
    /// policy stays.
    pub fn clear_config_settings(&self, host: Option<Host<'_>>) -> Result<Change<()>> {
        let mut all = Change::new(|_| Ok(()));
        for name in self.view().changed_settings() {
            all = all.and(self.change_setting(name, "", host)?).map(|_| ());
        }
        Ok(all)
    }
}

fn is_flag(setting: &Setting) -> bool {
    matches!(setting.kind, Kind::Choice(words) if words.len() == FLAG.len() && FLAG.iter().all(|word| words.contains(word)))
}

/// A value as clients read it: flags are 1 and 0, secrets are empty.
fn told(setting: &Setting, value: &str) -> String {
    match FLAG.iter().position(|word| is_flag(setting) && *word == value) {
        Some(number) => number.to_string(),
        None if setting.kind == Kind::Secret => String::new(),
        None => value.to_owned(),
    }
}

/// The value to be stored for a client's value.
fn read<'a>(setting: &Setting, value: &'a str) -> &'a str {
    match value.trim().to_ascii_lowercase().as_str() {
        "1" | "true" if is_flag(setting) => "yes",
        "0" | "false" if is_flag(setting) => "no",
        _ => value,
    }
}

impl CloudView<'_> {
    /// Checks the address of this server that clients are to use. Nothing is sent over the network.
    ///
    /// # Errors
    /// `Code::Invalid` if it is no web address; `Code::Conflict` for a name that is not in the
    /// setting `host_names`.
    pub fn check_server_url(&self, url: &str) -> Result<()> {
        let url = checked_base_url(url)?;
        let Some(host) = Host::of_url(&url) else {
            return Err(
                Error::new(Code::Invalid, "The address names no server.").for_reason(Reason::NotPlainText)
            );
        };
        if host.is_private() || self.config().host_names.iter().any(|pattern| pattern.matches(host)) {
            return Ok(());
        }
        let sentence = "This server does not answer at that name. Add it to the setting host_names first.";
        Err(Error::new(Code::Conflict, sentence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_one_name() {
        for setting in SETTINGS {
            let name = format!("{PREFIX}{}", setting.name.to_ascii_uppercase());
            assert!(
                matches!(known(&name), Some(Known::Setting(found)) if found.name == setting.name),
                "{name}"
            );
            assert!(known(setting.name).is_none(), "without the prefix it is nothing: {}", setting.name);
        }
        assert!(KEYS.iter().all(|key| matches!(known(key.name), Some(Known::Key(_)))));
        for name in ["", PREFIX, "TONIDOCLOUD_", "TONIDOCLOUD_NOTHING", "tonidocloud_session_days"] {
            assert!(known(name).is_none(), "{name}");
        }
    }

    #[test]
    fn flags_are_numbers_and_secrets_are_not_told() {
        let of = |name: &str| SETTINGS.iter().find(|setting| setting.name == name).unwrap();
        for (word, number) in [("yes", "1"), ("no", "0")] {
            assert_eq!(told(of("links_allowed"), word), number);
            assert_eq!(read(of("links_allowed"), number), word);
        }
        assert_eq!(read(of("session_days"), "1"), "1", "a number stays one");
        assert_eq!(told(of("metrics_token"), "***"), "");
        assert_eq!(told(of("watch_changes"), "yes"), "yes", "a choice of three is no flag");
    }
}
