//! Holds a client, and lets it go on.

use super::count::{Counting, DeletedFolder};
use super::encrypted::{SAMPLE_BYTES, looks_encrypted};
use crate::base::limits::brake::{ENCRYPTED_WEIGHT, WINDOW_SECONDS};
use crate::base::path::CloudPath;
use crate::base::root::Root;
use crate::base::time::plain_text;
use crate::disk::{Location, Volume};
use crate::domain::accounts::account_mail;
use crate::domain::accounts::actor::{Client, User};
use crate::domain::accounts::homes::home_name;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::audit::Outcome;
use crate::store::holds::{self, HoldRow};
use crate::store::mails::MailKind;
use crate::store::toasts::{self, NewToast, NotificationKind};
use crate::store::users::{self, AccountStatus, UserRow};
use crate::store::{Read, Write, recent_changes};

/// Finds the row of an entry inside a transaction.
type FindNode = Box<dyn FnOnce(&Write) -> Result<i64> + Send>;

impl Cloud {
    /// Counts the replacement of a content at a path. The old content is a version on the disk of a
    /// root.
    pub(in crate::domain) fn count_replaced(
        &self,
        client: &Client,
        place: &CloudPath,
        root: &Root,
        version: &str,
    ) {
        let weight = self.weight_of(place, root, Location::Version(version));
        self.count_change(client, Counting::new(place.real_text(), weight));
    }

    /// Counts a deleted entry. `folder_files` is the number of files in it if it is a folder. It
    /// does not matter yet, because a person deletes a folder with one action.
    pub(in crate::domain) fn count_deleted(
        &self,
        client: &Client,
        trash: &str,
        place: &CloudPath,
        folder_files: Option<u64>,
    ) {
        self.count_change(client, Counting::new(trash, 1));
        if let Some(files) = folder_files {
            let folder = DeletedFolder { at: self.now(), trash: trash.to_owned(), files };
            self.brake.remember_folder(&client.key, place, folder);
        }
    }

    /// The weight of the change of a file to its content of now.
    pub(super) fn weight_of(&self, place: &CloudPath, root: &Root, old: Location<'_>) -> u64 {
        match self.is_encrypted_now(place, root, old) {
            Ok(true) => ENCRYPTED_WEIGHT,
            Ok(false) => 1,
            Err(error) => {
                log::warn!("the new content of a file cannot be compared with the old one: {error}");
                1
            }
        }
    }

    pub(super) fn count_change(&self, client: &Client, change: Counting) {
        let (now, limit) = (self.now(), self.config().mass_change_limit.0.into());
        if self.brake.is_time_to_tidy(now) {
            self.store.write_later(move |tx| recent_changes::forget_before(tx, now - WINDOW_SECONDS));
        }
        if !self.brake.count(&client.key, now, limit, change) {
            return;
        }
        if let Err(error) = self.hold(client) {
            log::error!("{} deletes or replaces very many files and could not be held: {error}", client.name);
            self.brake.forget(&client.key);
        }
    }

    fn is_encrypted_now(&self, place: &CloudPath, root: &Root, old: Location<'_>) -> Result<bool> {
        let (before, now) = (self.volumes.of_root(root)?, self.volumes.of(place)?);
        let old = beginning(&before, old)?;
        let new = beginning(&now, Location::Files(place))?;
        Ok(looks_encrypted(&old, &new))
    }

    /// Holds a client, and informs its owner and the administrators.
    fn hold(&self, client: &Client) -> Result<()> {
        let Client { key, account, name, agent, address } = client.clone();
        let begun = self.now();
        let new = HoldRow {
            id: 0,
            client: key,
            user: account,
            who: name,
            agent,
            address,
            begun,
            replaced: 0,
            deleted: 0,
        };
        log::warn!("{} is held: it has deleted or replaced very many files in a short time", new.who);
        let (homes, sends_mail) = (self.homes_of_told(new.user)?, self.view().sends_mail());
        let message = format!("{} {}", new.agent, new.address);
        self.note_from_inside("(server)", "hold", &client.name, Outcome::OK, message.trim(), move |tx| {
            recent_changes::forget_before(tx, begun - WINDOW_SECONDS)?;
            let hold = holds::insert(tx, &new)?;
            for (user, node) in homes {
                let (actor, node) = (hold.user, node(tx)?);
                let text = (hold.replaced + hold.deleted).to_string();
                toasts::insert(
                    tx,
                    &NewToast { user, actor, node, kind: NotificationKind::Held, text: &text },
                )?;
            }
            if sends_mail { tell_by_mail(tx, &hold) } else { Ok(()) }
        })
    }

    /// The accounts that are informed about a hold, each with its home, to which a notification
    /// belongs.
    fn homes_of_told(&self, owner: i64) -> Result<Vec<(i64, FindNode)>> {
        let mut homes = Vec::new();
        for account in self.store.read(|read| told(read, owner))? {
            if account.status.has_home() {
                let home = CloudPath::root().join(&home_name(&account.name)?)?;
                if let Some(node) = self.node_at(&home)? {
                    homes.push((account.id, Box::new(node) as FindNode));
                }
            }
        }
        Ok(homes)
    }

    /// Lets a held client go on. For an hour nothing is counted. Retention may now remove what it
    /// has deleted and replaced.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such hold, or if this user may not decide about it.
    pub fn end_hold(&self, user: &User, id: i64) -> Result<Change<()>> {
        let hold = self.view().hold(user, id)?;
        let client = hold.client.clone();
        Ok(Change::new(move |tx| holds::delete(tx, &hold))
            .completed_by(move |cloud| cloud.brake.release(&client, cloud.now())))
    }
}

impl CloudView<'_> {
    /// The holds about which a user may decide, the newest first: those of their own clients and
    /// links, and all of them for an administrator at work on users' data.
    pub fn holds(&self, user: &User) -> Result<Vec<HoldRow>> {
        if !self.cloud.brake.holds_any() {
            return Ok(Vec::new());
        }
        let mut holds = self.cloud.store.read(holds::all)?;
        holds.retain(|hold| may_decide(user, hold));
        Ok(holds)
    }

    /// A hold about which a user may decide.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such hold, or if this user may not decide about it.
    pub fn hold(&self, user: &User, id: i64) -> Result<HoldRow> {
        let hold = self.cloud.store.read(|read| holds::by_id(read, id))?;
        hold.filter(|hold| may_decide(user, hold))
            .ok_or_else(|| Error::new(Code::NotFound, "There is no hold with this number."))
    }
}

/// The beginning of a file; empty if it is gone.
fn beginning(volume: &Volume, location: Location<'_>) -> Result<Vec<u8>> {
    let Some(mut reader) = volume.reader(location)? else { return Ok(Vec::new()) };
    let mut bytes = vec![0; SAMPLE_BYTES];
    let mut length = 0;
    while length < bytes.len() {
        match reader.read(&mut bytes[length..])? {
            0 => break,
            count => length += count,
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

fn may_decide(user: &User, hold: &HoldRow) -> bool {
    user.is_proxy() || (user.as_visitor().is_none() && hold.user == user.id())
}

/// The owner of a held client, and the administrators.
fn told(read: &Read, owner: i64) -> Result<Vec<UserRow>> {
    let (mut accounts, _) = users::search(read, "", 0, u64::MAX)?;
    accounts.retain(|account| {
        account.status != AccountStatus::Disabled && (account.id == owner || account.is_admin)
    });
    Ok(accounts)
}

fn tell_by_mail(tx: &Write, hold: &HoldRow) -> Result<()> {
    let (count, when) = ((hold.replaced + hold.deleted).to_string(), plain_text(hold.begun));
    let device = if hold.agent.is_empty() { &hold.address } else { &hold.agent };
    let values = [("who", hold.who.as_str()), ("count", &count), ("device", device), ("when", &when)];
    told(tx, hold.user)?
        .iter()
        .try_for_each(|account| account_mail::tell(tx, account, MailKind::Held, &values))
}
