//! The settings of the running cloud: some change while it runs, by an administrator, and are kept in the database.

use crate::base::guarded::GuardedShared;
use crate::config::{Config, SETTINGS, Settings};
use crate::domain::{Change, Cloud, CloudView};
use crate::error::Result;
use crate::store::{Store, meta};
use std::ops::Deref;
use std::sync::Arc;

/// Kept settings are facts whose names begin with this.
const PREFIX: &str = "setting.";

/// The settings as they hold now.
pub struct Current(GuardedShared<Arc<Settings>>);

/// A look at the settings that stays the same while they change.
pub struct ConfigNow(Arc<Settings>);

impl Deref for ConfigNow {
    type Target = Config;
    fn deref(&self) -> &Config {
        &self.0.config
    }
}

impl Current {
    /// Takes over what was given at the start, and what the database keeps.
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

fn fact(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl Cloud {
    pub fn config(&self) -> ConfigNow {
        ConfigNow(self.settings.get())
    }

    /// Prepares another value for a setting; an empty one brings the default back. It holds once it is committed.
    pub fn change_setting(&self, name: &str, value: &str) -> Result<Change<()>> {
        let value = given(value);
        self.settings.get().changed(name, value)?;
        let (fact, value) = (fact(name), value.map(str::to_owned));
        let (name, kept) = (name.to_owned(), value.clone());
        let change = Change::new(move |tx| match value {
            Some(value) => meta::set(tx, &fact, &value),
            None => meta::remove(tx, &fact),
        });
        Ok(change.completed_by(move |cloud| {
            if let Err(error) = cloud.apply_setting(&name, kept.as_deref()) {
                log::error!("the setting {name} holds from the next start on: {error}");
            }
        }))
    }

    /// Lets a committed value hold.
    fn apply_setting(&self, name: &str, value: Option<&str>) -> Result<()> {
        let mut current = self.settings.0.write();
        let changed = current.changed(name, value)?;
        log::set_max_level(changed.config.log_level);
        *current = Arc::new(changed);
        drop(current);
        self.apply_limits();
        Ok(())
    }

    /// Lets the limits of the settings hold that the machines keep by themselves.
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
