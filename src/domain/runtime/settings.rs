//! The settings of the running cloud. Administrators can change some while it runs; these are
//! stored in the database.

use crate::base::guarded::GuardedShared;
use crate::base::host::Host;
use crate::config::{Config, SETTINGS, Settings, setting};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::{Store, mails, meta};
use std::ops::Deref;
use std::sync::Arc;

/// The beginning of the names under which the database stores settings.
const PREFIX: &str = "setting.";

/// The present settings.
pub struct Current(GuardedShared<Arc<Settings>>);

/// The settings of one moment, which stay the same when others change them.
pub struct ConfigNow(Arc<Settings>);

impl Deref for ConfigNow {
    type Target = Config;
    fn deref(&self) -> &Config {
        &self.0.config
    }
}

impl Current {
    /// Merges the settings that were given at the start with those in the database.
    pub fn load(given: Settings, store: &Store) -> Result<Current> {
        let kept = store.read(|read| {
            SETTINGS
                .iter()
                .map(|setting| Ok((setting.name, meta::get(read, &fact(setting.name))?)))
                .collect::<Result<Vec<_>>>()
        })?;
        let settings = kept.into_iter().fold(given, |settings, (name, value)| match value {
            Some(value) => settings.with_kept(name, &value),
            None => settings,
        });
        Ok(Current(GuardedShared::new(Arc::new(settings))))
    }

    fn get(&self) -> Arc<Settings> {
        Arc::clone(&self.0.read())
    }
}

/// Refuses settings under which this server would not answer any more at the name that the caller
/// uses: a remote administrator could not even take the change back.
fn check_still_allowed(now: &Config, changed: &Config, host: Host<'_>) -> Result<()> {
    let is_allowed = |config: &Config| config.host_names.iter().any(|pattern| pattern.matches(host));
    if host.is_private() || !is_allowed(now) || is_allowed(changed) {
        return Ok(());
    }
    let sentence = format!(
        "You use the name {} for this server, and the setting host_names would not allow it any more. Keep the name in \
         it, or sign in at the server's IP address to remove it.",
        host.name
    );
    Err(Error::new(Code::Conflict, sentence).for_reason(Reason::OwnHostName))
}

fn fact(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl Cloud {
    pub fn config(&self) -> ConfigNow {
        ConfigNow(self.settings.get())
    }

    /// Prepares a new value for a setting; an empty one restores the default. It applies once it is
    /// committed. `host` is the name that the caller uses for this server, unless a proxy has checked it.
    ///
    /// # Errors
    /// `Code::NotFound` for an unknown name; `Code::Conflict` for a setting that cannot change
    /// while the server runs, and if the caller could not reach the server any more;
    /// `Code::Invalid` for a value that is not valid.
    pub fn change_setting(&self, name: &str, value: &str, host: Option<Host<'_>>) -> Result<Change<()>> {
        let value = given(value);
        let changed = self.settings.get().changed(name, value)?;
        if let Some(host) = host {
            check_still_allowed(&self.config(), &changed.config, host)?;
        }
        let (fact, value) = (fact(name), value.map(str::to_owned));
        let (name, kept) = (name.to_owned(), value.clone());
        let is_about_mail = setting(&name)?.is_about_mail();
        let change = Change::new(move |tx| match value {
            Some(value) => meta::set(tx, &fact, &value),
            None => meta::remove(tx, &fact),
        });
        Ok(change.completed_by(move |cloud| {
            if let Err(error) = cloud.apply_setting(&name, kept.as_deref()) {
                log::error!("the setting {name} holds from the next start on: {error}");
                return;
            }
            // This happens after the setting has changed, because a mail that is due earlier would
            // be tried with the old value.
            let hurried = if is_about_mail { cloud.store.write(mails::hurry) } else { Ok(()) };
            if let Err(error) = hurried {
                log::warn!("mails wait for their next try in spite of the new settings: {error}");
            }
        }))
    }

    /// Applies a committed value.
    fn apply_setting(&self, name: &str, value: Option<&str>) -> Result<()> {
        let mut current = self.settings.0.write();
        let changed = current.changed(name, value)?;
        log::set_max_level(changed.config.log_level);
        *current = Arc::new(changed);
        drop(current);
        self.apply_limits();
        Ok(())
    }

    /// Applies those limits of the settings that other parts keep themselves.
    pub(in crate::domain) fn apply_limits(&self) {
        const MIB: u64 = 1024 * 1024;
        let config = self.config();
        self.database_disk.set_floor(u64::from(config.free_space_floor_mb.0) * MIB);
        self.store.limit_audit(config.audit_rows_max.into(), u64::from(config.audit_mb_max) * MIB);
    }
}

fn given(value: &str) -> Option<&str> {
    Some(value.trim()).filter(|value| !value.is_empty())
}

impl CloudView<'_> {
    pub fn config(&self) -> ConfigNow {
        self.cloud.config()
    }

    pub fn settings(&self) -> Arc<Settings> {
        self.cloud.settings.get()
    }
}
