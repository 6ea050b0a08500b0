//! Unfinished uploads: facts about them, and discarding them. Each belongs to an account by its id:
//! a later account with the same name does not get them.

use crate::base::byte_ranges::Ranges;
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::domain::access::rights::Replaceable;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::homes::home_name;
use crate::domain::quota::usage::AccountUsage;
use crate::domain::upload::attempts::Uploads;
use crate::domain::upload::partial::{Attempt, Key, SILENT_AFTER, UploadName, uploader};
use crate::domain::upload::running_hash::Beginning;
use crate::domain::volumes::registry::Volumes;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Result};
use crate::store::uploads::{self, UploadRow};
use crate::store::users;
use std::collections::{HashMap, HashSet};
use std::time::Instant;

impl Cloud {
    /// Discards all unfinished uploads of the acting account. Returns their number.
    pub fn discard_uploads(&self, user: &User) -> Result<Change<usize>> {
        let account = user.uploads_account();
        self.drop_attempts(|_, attempt| attempt.account == account)
    }

    /// Discards an unfinished upload. Returns 1, or 0 if there was none.
    pub fn discard_upload(
        &self,
        user: &User,
        target: &Replaceable,
        name: Option<&UploadName>,
    ) -> Result<Change<usize>> {
        let target = self.view().upload_target(user, target, name)?;
        let given_up = (uploader(user, name), target.real().clone());
        self.drop_attempts(|key, _| *key == given_up)
    }

    /// Discards uploads that nobody has continued for as long as the setting says.
    pub fn discard_old_uploads(&self) -> Result<()> {
        if !self.may_expire() {
            return Ok(());
        }
        let oldest = self.now() - i64::from(self.config().upload_days) * 24 * 3600;
        let (rows, accounts) = self.store.read(|read| Ok((uploads::all(read)?, users::ids(read)?)))?;
        let old: HashSet<String> =
            rows.into_iter().filter(|upload| upload.touched < oldest).map(|upload| upload.id).collect();
        let change = self.drop_attempts(|_, attempt| {
            // The command line may have removed the account, and its rows.
            let has_left = !accounts.contains(&attempt.account);
            has_left || attempt.in_flight.is_empty() && old.contains(&attempt.id)
        })?;
        self.settle(change).map(drop)
    }

    fn drop_attempts(&self, which: impl Fn(&Key, &Attempt) -> bool) -> Result<Change<usize>> {
        let ids = self.uploads.give_up(&self.volumes, which)?;
        let count = ids.len();
        Ok(Change::new(move |tx| ids.iter().try_for_each(|id| uploads::delete(tx, id))).telling(count))
    }

    /// Restores the unfinished uploads of the last run.
    pub(in crate::domain) fn load_uploads(&self, rows: Vec<UploadRow>) -> Result<()> {
        let now = Instant::now();
        let mut attempts = HashMap::with_capacity(rows.len());
        for row in rows {
            let Ok(path) = CloudPath::parse(&row.path) else { continue };
            let received = Ranges::parse(&row.received);
            let announced = row.size_bytes.unwrap_or(0).max(received.bytes());
            let attempt = Attempt {
                reserved: self.reserve_unasked(&self.root_of(&path)?, announced),
                id: row.id,
                account: row.account,
                size: row.size_bytes,
                received,
                hashed: Beginning::default(),
                cut: HashSet::from([0]),
                in_flight: Vec::new(),
                connection: 0,
                superseded: Vec::new(),
                touched: now.checked_sub(SILENT_AFTER).unwrap_or(now),
                is_moving: false,
            };
            attempts.insert((row.session, path), attempt);
        }
        *self.uploads.lock() = attempts;
        Ok(())
    }

    pub(in crate::domain) fn account_usage(&self, account: &str) -> Result<AccountUsage> {
        let home = CloudPath::root().join(&home_name(account)?)?;
        let (incomplete_files, incomplete_bytes) = self.incomplete(&self.root_of(&home)?);
        let is_unready = self.volumes.is_unready(&home);
        let stored = if is_unready { self.indexed_usage(account) } else { self.stored_usage(account) };
        let stored = match stored {
            Err(error) if error.is_of_unready_disk() => self.indexed_usage(account)?,
            stored => stored?,
        };
        Ok(AccountUsage { incomplete_files, incomplete_bytes, ..stored })
    }

    /// The number of unfinished uploads in a root, and the bytes that are reserved for them.
    pub(in crate::domain) fn incomplete(&self, root: &Root) -> (u64, u64) {
        let attempts = self.uploads.lock();
        let own = attempts.values().filter(|attempt| attempt.reserved.root() == root);
        own.fold((0, 0), |(files, bytes), attempt| (files + 1, bytes + attempt.reserved.bytes()))
    }
}

impl CloudView<'_> {
    /// The storage of an account, including its unfinished uploads. This walks its files and takes
    /// time, or asks the index if the disk cannot be entered now.
    pub fn account_usage(&self, account: &str) -> Result<AccountUsage> {
        self.cloud.account_usage(account)
    }

    /// The state of an unfinished upload of this session, or of the one with a name: the ranges of
    /// bytes that have arrived and, if it was announced, the length of the whole file. `None` if
    /// there is none.
    pub fn upload_status(
        &self,
        user: &User,
        target: &Replaceable,
        name: Option<&UploadName>,
    ) -> Option<(String, Option<u64>)> {
        let target = self.upload_target(user, target, name).ok()?;
        let attempts = self.cloud.uploads.lock();
        let attempt = attempts.get(&(uploader(user, name), target.real().clone()))?;
        Some((attempt.received.to_string(), attempt.size))
    }

    /// The target of an upload that the caller names by the path at its beginning. If its folder
    /// was moved and nothing is at that path any more, it is the new path.
    pub(in crate::domain) fn upload_target(
        &self,
        user: &User,
        target: &Replaceable,
        name: Option<&UploadName>,
    ) -> Result<Replaceable> {
        let path = self.cloud.uploads.moves.follow(target.real(), 0);
        let key = (uploader(user, name), path);
        if key.1 == *target.real() || !self.cloud.uploads.lock().contains_key(&key) {
            return Ok(target.clone());
        }
        let above = target.real().parent().unwrap_or_default();
        if self.cloud.volumes.stat(&above)?.is_some() {
            return Ok(target.clone());
        }
        self.reach_of(user, &key.1)?.replaceable()
    }
}

impl Uploads {
    /// Discards all uploads of a removed account. Its rows are removed already.
    pub(in crate::domain) fn forget_account(&self, volumes: &Volumes, account: i64) {
        if let Err(error) = self.give_up(volumes, |_, attempt| attempt.account == account) {
            log::warn!("unfinished uploads of a removed account stay until the next start: {error}");
        }
    }

    /// Discards some uploads, with their bytes. Returns their ids.
    fn give_up(&self, volumes: &Volumes, which: impl Fn(&Key, &Attempt) -> bool) -> Result<Vec<String>> {
        let (mut ids, mut dropped) = (Vec::new(), Vec::new());
        self.lock().retain(|key, attempt| {
            let is_dropped = which(key, attempt);
            if is_dropped {
                ids.push(attempt.id.clone());
                dropped.push((key.1.clone(), attempt.id.clone()));
            }
            !is_dropped
        });
        self.changed.notify_all();
        for (path, id) in dropped {
            match volumes.of(&path).and_then(|volume| volume.discard_stage(&id)) {
                // It is removed at the first start with that disk.
                Err(error) if error.code == Code::Offline => {
                    log::warn!("a part of {} stays: {error}", path.real_text());
                }
                other => other?,
            }
        }
        Ok(ids)
    }
}
