//! Notifications about storage: to accounts that have nearly reached their limit, and to
//! administrators when a disk is nearly full. At most once a day.

use crate::base::path::CloudPath;
use crate::base::size::size_text;
use crate::domain::accounts::account_mail;
use crate::domain::accounts::homes::home_name;
use crate::domain::maintenance::storage_report::Fullness;
use crate::domain::quota::usage::percent;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use crate::store::mails::MailKind;
use crate::store::toasts::NotificationKind;
use crate::store::toasts::{self, NewToast};
use crate::store::users::AccountStatus;
use crate::store::{Read, Write, meta, users};

/// The percentage of a limit from which its owner is warned.
const PERCENT_MIN: u64 = 90;
const DAY_SECONDS: i64 = 24 * 3600;
/// The key for the warnings that were sent: `ACCOUNT:KIND:SECONDS` separated by blanks.
const TOLD: &str = "storage_notices";

/// A notification that is due.
struct Due {
    account: users::UserRow,
    kind: NotificationKind,
    text: String,
    /// The same as a mail: its kind, and the values besides the name.
    mail: (MailKind, Vec<(&'static str, String)>),
}

impl CloudView<'_> {
    /// True if the disk with the accounts' files has little space left, or none.
    pub fn is_disk_nearly_full(&self) -> Result<bool> {
        Ok(self.volumes()?.first().is_some_and(|volume| volume.fullness != Fullness::Fine))
    }

    /// A sentence for each volume with little space left, or none.
    fn nearly_full_volumes(&self) -> Result<Vec<String>> {
        let mut sentences = Vec::new();
        for (number, volume) in self.volumes()?.into_iter().enumerate() {
            if volume.fullness != Fullness::Fine {
                let which = if number == 0 { "with the files" } else { &volume.name };
                let free = size_text(volume.space.available);
                sentences.push(format!("The disk {which} is nearly full: {free} are free."));
            }
        }
        Ok(sentences)
    }
}

impl Cloud {
    /// Warns accounts and administrators when storage runs out, unless they were warned within a
    /// day.
    pub fn tell_of_storage(&self) -> Result<()> {
        self.tell_of_storage_at(self.now())
    }

    fn tell_of_storage_at(&self, now: i64) -> Result<()> {
        let mut told = self.store.read(told)?;
        told.retain(|(_, _, at)| now - at < DAY_SECONDS);
        let mut changes = Vec::new();
        for Due { account, kind, text, mail } in self.storage_due()? {
            if told.iter().any(|(id, of, _)| *id == account.id && *of == kind.number()) {
                continue;
            }
            let home = CloudPath::root().join(&home_name(&account.name)?)?;
            let Some(node) = self.node_at(&home)? else { continue };
            told.push((account.id, kind.number(), now));
            changes.push((account, node, kind, text, mail));
        }
        if changes.is_empty() {
            return Ok(());
        }
        let sends_mail = self.view().sends_mail();
        self.store.write(move |tx: &Write| {
            for (account, node, kind, text, (mail, values)) in changes {
                let (user, node) = (account.id, node(tx)?);
                toasts::insert(tx, &NewToast { user, actor: user, node, kind, text: &text })?;
                if sends_mail {
                    let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    account_mail::tell(tx, &account, mail, &values)?;
                }
            }
            let told: Vec<String> =
                told.iter().map(|(id, subject, at)| format!("{id}:{subject}:{at}")).collect();
            meta::set(tx, TOLD, &told.join(" "))
        })
    }

    fn storage_due(&self) -> Result<Vec<Due>> {
        let view = self.view();
        let nearly_full = view.nearly_full_volumes()?;
        let mut due = Vec::new();
        for account in view.search_accounts("", 0, u64::MAX)?.0 {
            if account.status == AccountStatus::Disabled {
                continue;
            }
            if account.is_admin && !nearly_full.is_empty() {
                let text = nearly_full.join(" ");
                let mail = (MailKind::Disk, vec![("disks", nearly_full.join("\n"))]);
                due.push(Due { account: account.clone(), kind: NotificationKind::Disk, text, mail });
            }
            let limit = view.storage_limit(&account)?;
            // Usage needs a walk through the files, so it is only computed for accounts with a
            // limit.
            if limit == 0 {
                continue;
            }
            let used = self.account_usage(&account.name)?.bytes();
            if percent(used, limit) >= PERCENT_MIN {
                let (used, limit) = (size_text(used), size_text(limit));
                let text = format!("{used} of {limit} are used.");
                let mail = (MailKind::Limit, vec![("used", used), ("limit", limit)]);
                due.push(Due { account, kind: NotificationKind::Limit, text, mail });
            }
        }
        Ok(due)
    }
}

fn told(read: &Read) -> Result<Vec<(i64, i64, i64)>> {
    let text = meta::get(read, TOLD)?.unwrap_or_default();
    let parsed = text.split(' ').filter_map(|one| {
        let mut numbers = one.split(':').map(|number| number.parse().ok());
        Some((numbers.next()??, numbers.next()??, numbers.next()??))
    });
    Ok(parsed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Given, Origin, Settings};
    use crate::store::mails;
    use crate::test_directory::TestDirectory;
    use std::collections::BTreeMap;

    const MEGABYTE: u64 = 1_000_000;

    fn cloud(floor: &str) -> (TestDirectory, Cloud) {
        let directory = TestDirectory::new();
        std::fs::create_dir_all(directory.join("usb/folder")).unwrap();
        let volumes = format!("usb={}", directory.join("usb").display());
        let mail = [("smtp_host", "localhost"), ("mail_sender", "cloud@example.org")];
        let given = [[("free_space_floor_mb", floor), ("volumes", &volumes)], mail]
            .concat()
            .into_iter()
            .map(|(name, text)| (name.to_owned(), Given { text: text.into(), origin: Origin::File }));
        let settings = Settings::read(BTreeMap::from_iter(given)).unwrap();
        let cloud = Cloud::open(&directory, settings).unwrap();
        for (name, is_admin, quota_bytes) in
            [("alice", true, 0), ("bob", false, MEGABYTE), ("carl", false, 0)]
        {
            let account = users::UserRow {
                id: 0,
                name: name.into(),
                display_name: name.into(),
                email: (name != "carl").then(|| format!("{name}@example.org")),
                password_hash: String::new(),
                status: AccountStatus::Full,
                is_admin,
                quota_bytes,
                verified: true,
                created: 0,
                last_login: None,
                expires: None,
            };
            cloud.store.write(move |tx| users::insert(tx, &account)).unwrap();
            cloud.volumes.create_folder(&CloudPath::parse(&format!("/{name}")).unwrap(), None).unwrap();
        }
        (directory, cloud)
    }

    /// Puts a file of so many bytes into bob's folder.
    fn fill(directory: &std::path::Path, bytes: u64) {
        std::fs::write(directory.join("files/bob/file"), vec![7; usize::try_from(bytes).unwrap()]).unwrap();
    }

    fn notices(cloud: &Cloud) -> Vec<(String, NotificationKind, String)> {
        let of = |read: &Read, name: &str| -> Result<Vec<_>> {
            let account = users::by_name(read, name)?.expect("it is there");
            let rows = toasts::of_user(read, account.id)?;
            Ok(rows.into_iter().map(|row| (name.to_owned(), row.kind, row.text)).collect())
        };
        cloud
            .store
            .read(|read| Ok([of(read, "alice")?, of(read, "bob")?, of(read, "carl")?].concat()))
            .unwrap()
    }

    /// The mails that wait: to whom, and the values of their texts.
    fn mailed(cloud: &Cloud) -> Vec<(String, MailKind, String)> {
        let (rows, _) = cloud.store.read(|read| mails::list(read, None, 0, 100)).unwrap();
        rows.into_iter().map(|row| (row.address, row.kind, row.values)).collect()
    }

    #[test]
    fn whoever_has_nearly_used_up_a_limit_is_told_once_a_day() {
        let (directory, cloud) = cloud("0");
        // Only bob's notices are compared, because this machine's disk may really be full.
        let of_bob = |cloud: &Cloud| -> Vec<String> {
            notices(cloud).into_iter().filter(|one| one.0 == "bob").map(|one| one.2).collect()
        };
        fill(&directory, MEGABYTE / 100 * 89);
        cloud.tell_of_storage_at(1000).unwrap();
        assert!(of_bob(&cloud).is_empty());
        fill(&directory, MEGABYTE / 100 * 90);
        for at in [1000, 1001, 1000 + DAY_SECONDS - 1] {
            cloud.tell_of_storage_at(at).unwrap();
            assert_eq!(of_bob(&cloud), ["879 KB of 977 KB are used."], "at {at}");
        }
        let mut to_bob = mailed(&cloud);
        to_bob.retain(|mail| mail.1 == MailKind::Limit);
        let values = r#"{"name":"bob","used":"879 KB","limit":"977 KB"}"#;
        assert_eq!(to_bob, [("bob@example.org".into(), MailKind::Limit, values.into())]);
        // Removed, it does not come again before the day is over.
        let bob = cloud.store.read(|read| users::by_name(read, "bob")).unwrap().unwrap().id;
        cloud.store.write(move |tx| toasts::delete_all(tx, bob)).unwrap();
        cloud.tell_of_storage_at(1000 + DAY_SECONDS - 1).unwrap();
        assert!(of_bob(&cloud).is_empty());
        cloud.tell_of_storage_at(1000 + DAY_SECONDS).unwrap();
        assert_eq!(of_bob(&cloud).len(), 1);
        cloud.close();
        drop(cloud);
    }

    #[test]
    fn administrators_are_told_of_a_full_disk() {
        let (_directory, cloud) = cloud("1000000000");
        assert!(cloud.view().is_disk_nearly_full().unwrap());
        cloud.tell_of_storage_at(1000).unwrap();
        cloud.tell_of_storage_at(1000).unwrap();
        let told = notices(&cloud);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].0.as_str(), told[0].1), ("alice", NotificationKind::Disk));
        let mailed = mailed(&cloud);
        assert_eq!(mailed.len(), 1, "{mailed:?}");
        assert_eq!((mailed[0].0.as_str(), mailed[0].1), ("alice@example.org", MailKind::Disk));
        assert!(mailed[0].2.contains("The disk usb is nearly full"), "{mailed:?}");
        let words = told[0].2.split(|letter: char| letter.is_ascii_digit()).collect::<Vec<_>>();
        assert_eq!(words.first(), Some(&"The disk with the files is nearly full: "), "{told:?}");
        assert!(told[0].2.contains(" are free. The disk usb is nearly full: "), "{told:?}");
        cloud.close();
        drop(cloud);
    }
}
