//! Links of shares: their visitors, passwords and downloads.

use crate::base::ids::{hex, random_bytes};
use crate::base::limits::{LINK_OPEN_TIME, LINK_PASSWORD_BYTES_MAX, LINKS_OPEN_MAX};
use crate::base::network::Network;
use crate::base::path::SHARED;
use crate::base::secret::Secret;
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::domain::access::grants::Grants;
use crate::domain::access::rights::{NO_ACCESS, Reach, Way};
use crate::domain::accounts::actor::{Origin, User, Visitor};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::shares::{self, ShareRow};
use crate::store::users::UserRow;
use crate::store::{Read, meta, users};
use std::sync::OnceLock;

/// The key, in the table `meta`, of the secret with which the server signs the links that a visitor
/// has opened.
const KEY: &str = "link key";

/// A path that no link has. The ids of links have 16 characters, none of which is a hyphen.
const PATH_OF_NONE: &str = "/SHARED/!----------------/----------------";

/// The state of links while the server runs.
#[derive(Default)]
pub struct Links {
    key: OnceLock<[u8; 32]>,
}

/// The part of a file that a call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// No bytes, only facts about the file.
    Nothing,
    /// The whole file, or a range that may contain its first byte.
    Beginning,
    /// A range after the first byte.
    Rest,
}

/// The links that a visitor has opened, as the values of two cookies.
pub struct Opened {
    /// The ids of the shares, each with the second at which it closes again.
    pub seed: String,
    /// The signatures that prove that this server wrote `seed`.
    pub hash: String,
}

/// The error for every link that does not work. It is always the same, so nobody learns the reason.
pub fn nowhere() -> Error {
    Error::new(Code::NotFound, "This link does not work. It may have ended.")
}

/// The same error for a wrong password and for a link that does not work.
fn refused() -> Error {
    Error::new(Code::Unauthenticated, "The password is not right.").for_reason(Reason::Credentials)
}

/// The facts about a link that works.
pub struct LinkFacts {
    /// The path of the link.
    pub path: ShownPath,
    pub row: ShareRow,
    /// The account that shares.
    pub owner: UserRow,
    /// True if its password must be given first. Before that, nothing else may be revealed.
    pub is_closed: bool,
    pub is_folder: bool,
    /// The entry, with the rights of a visitor.
    pub reach: Reach,
    /// The administrator's text for visitors.
    pub words: String,
}

/// The path of the link at the beginning of a path; `None` if the path is not below a link.
pub fn link_of(path: &ShownPath) -> Option<ShownPath> {
    let path = path.usual_form();
    let is_below_shared = path.first().is_some_and(|first| first.as_str() == SHARED);
    (is_below_shared && path.parts().len() >= 3).then(|| path.beginning(3))
}

impl CloudView<'_> {
    /// The visitor of the link at the beginning of a path, even if that link does not work; `None`
    /// for other paths.
    pub fn visitor(&self, path: &ShownPath, from: Network) -> Result<Option<User>> {
        link_of(path).map(|link| self.visitor_of(link, from)).transpose()
    }

    /// The visitor of a link, as [`link_of`] returns it.
    pub fn visitor_of(&self, link: ShownPath, from: Network) -> Result<User> {
        let grants = self.grants()?;
        let share = link.leaf().and_then(|id| grants.share_of_link(id.as_str()));
        let (share, owner) = share.map_or((None, 0), |share| (Some(share.id), share.owner));
        Ok(User::visitor(Visitor { link, share, owner, from }))
    }

    /// True if a link works for a visitor. The answer comes from memory only; `None` if it would
    /// need a read.
    pub fn is_link_alive_at_once(&self, path: &ShownPath, from: Network, origin: Origin) -> Option<bool> {
        self.grants_at_once()?;
        let visitor = self.visitor(path, from).ok()?;
        Some(visitor.is_some_and(|visitor| self.leads_somewhere(&visitor.coming_from(origin))))
    }

    /// True if a link works for a visitor.
    pub fn is_link_alive(&self, path: &ShownPath, from: Network, origin: Origin) -> Result<bool> {
        let visitor = self.visitor(path, from)?;
        Ok(visitor.is_some_and(|visitor| self.leads_somewhere(&visitor.coming_from(origin))))
    }

    fn leads_somewhere(&self, visitor: &User) -> bool {
        let link = visitor.as_visitor().map(|visitor| &visitor.link);
        link.is_some_and(|link| self.reach(visitor, link).is_ok())
    }

    /// The facts about a link for a visitor.
    ///
    /// # Errors
    /// `Code::NotFound`, with one sentence for all reasons, if the link does not work.
    pub fn link_facts(&self, path: &ShownPath, network: Network, origin: &Origin) -> Result<LinkFacts> {
        let row = self.cloud.share_at(path, network, origin)?.ok_or_else(nowhere)?;
        self.facts(row, network, origin)
    }

    /// As [`CloudView::link_facts`], by the id of the share.
    pub fn link_facts_of(&self, id: &str, network: Network, origin: &Origin) -> Result<LinkFacts> {
        let row = self.cloud.store.read(|read| shares::by_id(read, &id.trim().to_ascii_lowercase()))?;
        self.link_facts(&path_of_any(row.as_ref())?, network, origin)
    }

    fn facts(&self, row: ShareRow, network: Network, origin: &Origin) -> Result<LinkFacts> {
        let id = row.id.parse().map_err(|()| Error::internal("a share has a malformed id"))?;
        let path = path_of(&row)?;
        let is_closed = row.link.password_hash.is_some() && !origin.opened.contains(&id);
        let owner = self.cloud.store.read(|read| users::by_id(read, row.owner))?;
        let opened = Origin { opened: vec![id], ..origin.clone() };
        let visitor = self.visitor(&path, network)?.ok_or_else(nowhere)?.coming_from(opened);
        let reach = self.reach(&visitor, &path)?;
        let is_folder = self.grants()?.share(id).is_some_and(|share| share.is_folder);
        let words = self.config().link_page_text.0.clone();
        Ok(LinkFacts { path, row, owner: owner.ok_or_else(nowhere)?, is_closed, is_folder, reach, words })
    }

    /// The shares whose password was given, as proved by two cookies.
    pub fn opened(&self, seed: &str, hash: &str) -> Result<Vec<ShareId>> {
        let Some(key) = self.cloud.known_link_key()? else { return Ok(Vec::new()) };
        let now = self.cloud.now();
        let said = seed.split('.').zip(hash.split('.')).take(LINKS_OPEN_MAX);
        self.cloud.store.read(|read| {
            let mut opened = Vec::new();
            for (said, proof) in said {
                let Some((id, ends)) = said.split_once('-') else { continue };
                let (Ok(id), Ok(ends)) = (id.parse::<ShareId>(), ends.parse::<i64>()) else { continue };
                let Some(password) = password_hash(read, id)? else { continue };
                let is_proved = blake3::Hash::from_hex(proof).is_ok_and(|given| {
                    // This comparison takes constant time.
                    given == proof_of(&key, id, ends, &password)
                });
                if is_proved && now < ends {
                    opened.push(id);
                }
            }
            Ok(opened)
        })
    }
}

impl Cloud {
    /// Counts a download by a link. A call for the first byte counts, and later calls by the same
    /// visitor for the rest do not. If the link limits its downloads, the count is committed
    /// together with the row of the call before the download. Otherwise it is written with that row
    /// a little later.
    ///
    /// # Errors
    /// Those of a link that does not work, if the limit is reached.
    pub fn count_download(&self, call: &mut Call<'_>, file: &Reach, asked: Asked) -> Result<()> {
        let Way::Link(share) = file.way() else { return Ok(()) };
        let grants = self.view().grants()?;
        if counts_later(&grants, call, share, asked) {
            return Ok(());
        }
        let network = Network::of_caller(call.address());
        let goes_on = asked == Asked::Rest && self.begun_downloads.has(share, network, file.real());
        if asked == Asked::Nothing || goes_on {
            return Ok(());
        }
        let id = share.to_string();
        call.commit(move |tx| match shares::count_download(tx, &id)? {
            true => shares::note_visit(tx, &id),
            false => Err(Error::new(Code::Forbidden, NO_ACCESS)),
        })?;
        self.begun_downloads.note(share, network, file.real());
        Ok(())
    }

    /// Does the same as [`Cloud::count_download`] if that needs no read and no commit. Otherwise
    /// returns false and counts nothing.
    pub fn count_download_later(&self, call: &mut Call<'_>, file: &Reach, asked: Asked) -> bool {
        let Way::Link(share) = file.way() else { return true };
        self.view().grants_at_once().is_some_and(|grants| counts_later(&grants, call, share, asked))
    }

    /// Opens a link with its password. Returns the cookies of all links that are open now.
    ///
    /// # Errors
    /// `Code::Unauthenticated`, with one sentence, for a wrong password and for a link that does
    /// not work; `Code::Busy` after too many wrong passwords.
    pub fn open_link(
        &self,
        call: &mut Call<'_>,
        path: &ShownPath,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Opened> {
        let network = Network::of_caller(call.address());
        let share = self.share_at(path, network, origin)?;
        if let Some(share) = &share {
            call.is_by(&format!("link:{}", share.id));
        }
        let link = link_of(path).map_or(String::new(), |link| link.to_string());
        let hash = share.as_ref().and_then(|share| share.link.password_hash.as_deref());
        let subject = Subject::LinkPassword(&link);
        let guesser = Guesser { subject, network, is_known: origin.is_at_home };
        let is_too_long = password.reveal().len() > LINK_PASSWORD_BYTES_MAX;
        let (guess, fits) = self.guess(&guesser, password, hash.filter(|_| !is_too_long))?;
        let has_no_password = share.as_ref().is_some_and(|share| share.link.password_hash.is_none());
        let share = share.filter(|_| fits || has_no_password).ok_or_else(refused)?;
        guess.was_right();
        let id = share.id.parse().map_err(|()| Error::internal("a share has a malformed id"))?;
        let mut open = vec![id];
        open.extend(origin.opened.iter().copied().filter(|other| *other != id).take(LINKS_OPEN_MAX - 1));
        self.opened_now(&open)
    }

    /// Opens the link of a short address.
    ///
    /// # Errors
    /// `Code::NotFound`, with one sentence, for unknown links and for links that do not work;
    /// `Code::Busy` after many of these, except at home.
    pub fn follow_link(&self, call: &mut Call<'_>, token: &str, origin: &Origin) -> Result<LinkFacts> {
        let guess = match origin.is_at_home {
            true => None,
            false => Some(self.throttle.begin(&Guesser::of_code(Subject::LinkToken, call.address()))?),
        };
        let network = Network::of_caller(call.address());
        let row = self.store.read(|read| shares::by_token(read, &token.to_ascii_lowercase()))?;
        let facts = self.view().link_facts(&path_of_any(row.as_ref())?, network, origin)?;
        if let Some(guess) = guess {
            // Earlier wrong guesses stay counted, because a person with one correct address may try
            // others.
            guess.was_not_made();
        }
        call.is_by(&format!("link:{}", facts.row.id));
        let id = facts.row.id.clone();
        call.commit(move |tx| shares::count_visit(tx, &id))?;
        Ok(facts)
    }

    /// The share whose link works for this visitor, or would work with its password.
    fn share_at(&self, path: &ShownPath, network: Network, origin: &Origin) -> Result<Option<ShareRow>> {
        let view = self.view();
        let Some(visitor) = view.visitor(path, network)? else { return Ok(None) };
        let share = visitor.as_visitor().and_then(|visitor| visitor.share);
        let origin = Origin { opened: share.into_iter().collect(), ..origin.clone() };
        // The path that no link has is followed too, so that it takes as long as an ended link.
        let leads_somewhere = view.leads_somewhere(&visitor.coming_from(origin));
        match share.filter(|_| leads_somewhere) {
            Some(id) => self.store.read(|read| shares::by_id(read, &id.to_string())),
            None => Ok(None),
        }
    }

    fn opened_now(&self, open: &[ShareId]) -> Result<Opened> {
        let (key, ends) = (self.link_key()?, self.now() + LINK_OPEN_TIME.as_secs() as i64);
        let proofs = self.store.read(|read| {
            let mut proofs = Vec::new();
            for id in open {
                let Some(password) = password_hash(read, *id)? else { continue };
                proofs.push((format!("{id}-{ends}"), proof_of(&key, *id, ends, &password).to_string()));
            }
            Ok(proofs)
        })?;
        let (seeds, hashes): (Vec<String>, Vec<String>) = proofs.into_iter().unzip();
        Ok(Opened { seed: seeds.join("."), hash: hashes.join(".") })
    }

    /// The key with which the server signs the links that a visitor has opened. It is created when
    /// it is first needed.
    fn link_key(&self) -> Result<[u8; 32]> {
        if let Some(key) = self.known_link_key()? {
            return Ok(key);
        }
        self.store.write(|tx| match meta::get(tx, KEY)? {
            Some(_) => Ok(()),
            None => meta::set(tx, KEY, &hex(&random_bytes::<32>())),
        })?;
        self.known_link_key()?.ok_or_else(|| Error::internal("the key for links was not stored"))
    }

    fn known_link_key(&self) -> Result<Option<[u8; 32]>> {
        if let Some(key) = self.links.key.get() {
            return Ok(Some(*key));
        }
        let Some(text) = self.store.read(|read| meta::get(read, KEY))? else { return Ok(None) };
        let key = blake3::Hash::from_hex(&text).map_err(Error::internal)?;
        Ok(Some(*self.links.key.get_or_init(|| *key.as_bytes())))
    }
}

/// Counts a download with the row of its call if the link does not limit downloads. Returns false
/// for other links.
fn counts_later(grants: &Grants, call: &mut Call<'_>, share: ShareId, asked: Asked) -> bool {
    let link = grants.share(share).and_then(|share| share.link.as_ref());
    let is_unlimited = link.is_some_and(|link| !link.is_limited);
    if is_unlimited && asked == Asked::Beginning {
        call.downloads_by(&share.to_string());
    }
    is_unlimited
}

/// The path of the link of a share.
pub(super) fn path_of(row: &ShareRow) -> Result<ShownPath> {
    ShownPath::parse(&format!("/{SHARED}/!{}/{}", row.link.hidden_owner, row.link.link_id))
}

/// The path of the link of a share that somebody has named. For an unknown link, it is a path that
/// no link has. That path is followed too, so that the time of the answer does not tell an unknown
/// link from one that has ended.
fn path_of_any(row: Option<&ShareRow>) -> Result<ShownPath> {
    row.map_or_else(|| ShownPath::parse(PATH_OF_NONE), path_of)
}

fn password_hash(read: &Read, id: ShareId) -> Result<Option<String>> {
    Ok(shares::by_id(read, &id.to_string())?.and_then(|share| share.link.password_hash))
}

/// Proves that a share was opened with its present password. The proof is valid until `ends`, or
/// until the share gets a new password.
fn proof_of(key: &[u8; 32], id: ShareId, ends: i64, password_hash: &str) -> blake3::Hash {
    blake3::keyed_hash(key, format!("{id} {ends} {password_hash}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fault_injection::{self, Fault};
    use crate::domain::sharing::shares::{NewShare, ShareChange};
    use crate::domain::tests::TestCloud;
    use std::net::{IpAddr, Ipv4Addr};

    /// Shares `/bob/file` by a link, changes the share, and returns its row.
    fn linked(cloud: &Cloud, user: &User, change: ShareChange) -> ShareRow {
        let view = cloud.view();
        let entry = view.shareable(user, &ShownPath::parse("/bob/file").unwrap()).unwrap();
        let new = NewShare { name: None, is_further: false, is_public: true };
        let id = cloud.commit(cloud.share(user, &entry, new).unwrap()).unwrap();
        let shared = view.managed_share(user, &id).unwrap();
        cloud.commit(cloud.change_share(user, &shared, change).unwrap()).unwrap();
        cloud.store.read(|read| shares::by_id(read, &id)).unwrap().unwrap()
    }

    /// There is no key until somebody opens a link with its password. Without a key, no signature
    /// is valid.
    #[test]
    fn without_a_key_nothing_is_proved() {
        let test = TestCloud::new();
        test.put("/bob/file", "x");
        let (cloud, user, _directory) = test.shared();
        let view = cloud.view();
        let password = Some(Some(Secret::new("open sesame 77")));
        let row = linked(&cloud, &user, ShareChange { password, ..ShareChange::default() });
        let (hash, ends) = (row.link.password_hash.unwrap(), cloud.now() + 60);
        let id: ShareId = row.id.parse().unwrap();
        let opened = |key| {
            let proof = proof_of(key, id, ends, &hash).to_string();
            view.opened(&format!("{id}-{ends}"), &proof).unwrap()
        };
        assert!(opened(&[0; 32]).is_empty());
        let key = cloud.link_key().unwrap();
        assert!(opened(&[0; 32]).is_empty());
        assert_eq!(opened(&key), [id]);
    }

    /// A full disk can cause this. Without this check, a link with a limit of downloads would never
    /// end.
    #[test]
    fn a_download_that_cannot_be_counted_is_refused() {
        let test = TestCloud::new();
        test.put("/bob/file", "x");
        let (cloud, user, _directory) = test.shared();
        let view = cloud.view();
        let row = linked(&cloud, &user, ShareChange { downloads_max: Some(9), ..ShareChange::default() });
        let path = path_of(&row).unwrap();
        let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let visitor = view.visitor(&path, Network::of_caller(here)).unwrap().unwrap();
        let file = view.reach(&visitor, &path).unwrap();
        let count = || {
            let mut call = Call::begin(&cloud, "", (here, "test"), "share", String::new());
            cloud.count_download(&mut call, &file, Asked::Beginning)
        };
        fault_injection::plan(Fault::Once, 1);
        let counted = count();
        fault_injection::end();
        assert_eq!(counted.unwrap_err().code, Code::Full);
        count().unwrap();
    }
}
