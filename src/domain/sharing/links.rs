//! Links of shares: who comes by one, its password, and how often something is downloaded.

use crate::base::ids::{hex, random_bytes};
use crate::base::limits::{LINK_OPEN_TIME, LINK_PASSWORD_BYTES_MAX, LINKS_OPEN_MAX};
use crate::base::network::Network;
use crate::base::path::SHARED;
use crate::base::secret::Secret;
use crate::base::share_id::ShareId;
use crate::base::shown_path::ShownPath;
use crate::domain::access::rights::{NO_ACCESS, Reach, Way};
use crate::domain::accounts::actor::{Origin, User, Visitor};
use crate::domain::accounts::sign_in_throttle::{Guesser, Subject};
use crate::domain::{Call, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::shares::{self, ShareRow};
use crate::store::users::UserRow;
use crate::store::{Read, meta, users};
use std::sync::OnceLock;

/// The fact with the key that signs which links somebody has opened.
const KEY: &str = "link key";

/// What is remembered of links while the server runs.
#[derive(Default)]
pub struct Links {
    key: OnceLock<[u8; 32]>,
}

/// How much of a content a call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing: only what there is to say about it.
    Nothing,
    /// All, or a part that may hold its first byte.
    Beginning,
    /// What comes later.
    Rest,
}

/// Which links somebody has opened, as the values of their cookies.
pub struct Opened {
    /// The ids of the shares and until when each is open.
    pub seed: String,
    /// What proves that this server has written that.
    pub hash: String,
}

/// Why a link leads nowhere is told to nobody: the same sentence for all reasons.
pub fn nowhere() -> Error {
    Error::new(Code::NotFound, "This link leads nowhere. It may have ended.")
}

/// The same for wrong passwords and for links that lead nowhere.
fn refused() -> Error {
    Error::new(Code::Unauthenticated, "The password is not right.").for_reason(Reason::Credentials)
}

/// What there is to say about a link that leads somewhere.
pub struct LinkFacts {
    /// The path of the link.
    pub path: ShownPath,
    pub row: ShareRow,
    /// The account that shares.
    pub owner: UserRow,
    /// Whether its password has to be given first; nothing else is to be told before.
    pub is_closed: bool,
    pub is_folder: bool,
    /// With the rights of whoever comes by it.
    pub reach: Reach,
    /// The administrator's words for visitors.
    pub words: String,
}

/// The path of the link that a path begins with; `None` for other paths.
pub fn link_of(path: &ShownPath) -> Option<ShownPath> {
    let path = path.usual_form();
    let is_below_shared = path.first().is_some_and(|first| first.as_str() == SHARED);
    (is_below_shared && path.parts().len() >= 3).then(|| path.beginning(3))
}

impl CloudView<'_> {
    /// Somebody who comes by the link that a path begins with, whether it leads anywhere or not; `None` for other paths.
    pub fn visitor(&self, path: &ShownPath, from: Network) -> Result<Option<User>> {
        let Some(link) = link_of(path) else { return Ok(None) };
        let grants = self.grants()?;
        let share = link.leaf().and_then(|id| grants.share_of_link(id.as_str()));
        let (share, owner) = share.map_or((None, 0), |share| (Some(share.id), share.owner));
        Ok(Some(User::visitor(Visitor { link, share, owner, from })))
    }

    /// Whether a link leads a visitor somewhere, from memory only: `None` when that has to be read.
    pub fn is_link_alive_at_once(&self, path: &ShownPath, from: Network, origin: Origin) -> Option<bool> {
        self.grants_at_once()?;
        let visitor = self.visitor(path, from).ok()?;
        Some(visitor.is_some_and(|visitor| self.leads_somewhere(&visitor.coming_from(origin))))
    }

    /// Whether a link leads a visitor somewhere.
    pub fn is_link_alive(&self, path: &ShownPath, from: Network, origin: Origin) -> Result<bool> {
        let visitor = self.visitor(path, from)?;
        Ok(visitor.is_some_and(|visitor| self.leads_somewhere(&visitor.coming_from(origin))))
    }

    fn leads_somewhere(&self, visitor: &User) -> bool {
        let link = visitor.as_visitor().map(|visitor| &visitor.link);
        link.is_some_and(|link| self.reach(visitor, link).is_ok())
    }

    /// What whoever has a link is told about it.
    ///
    /// # Errors
    /// `Code::NotFound` in one sentence where it leads nowhere.
    pub fn link_facts(&self, path: &ShownPath, network: Network, origin: &Origin) -> Result<LinkFacts> {
        let row = self.cloud.share_at(path, network, origin)?.ok_or_else(nowhere)?;
        self.facts(row, network, origin)
    }

    /// The same for the link of a share, by the id of the share.
    pub fn link_facts_of(&self, id: &str, network: Network, origin: &Origin) -> Result<LinkFacts> {
        let row = self.cloud.store.read(|read| shares::by_id(read, &id.trim().to_ascii_lowercase()))?;
        let path = row.map(|row| path_of(&row)).transpose()?.ok_or_else(nowhere)?;
        self.link_facts(&path, network, origin)
    }

    fn facts(&self, row: ShareRow, network: Network, origin: &Origin) -> Result<LinkFacts> {
        let id = row.id.parse().map_err(|()| Error::internal("a share has an id that is none"))?;
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

    /// The shares whose password was given, as two cookies prove.
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
                    // Compared in constant time.
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
    /// Counts a download, where somebody comes by a link: it counts with its first byte, and whoever goes on with it is not
    /// counted again. The row of the call is committed with the count.
    ///
    /// # Errors
    /// As for a link that leads nowhere, when there may be no more.
    pub fn count_download(&self, call: &mut Call<'_>, file: &Reach, asked: Asked) -> Result<()> {
        let Way::Link(share) = file.way() else { return Ok(()) };
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

    /// Opens a link with its password: the cookies of all links that are open now.
    ///
    /// # Errors
    /// `Code::Unauthenticated` in one sentence for a wrong password and for a link that leads nowhere; `Code::Busy` after too
    /// many wrong ones.
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
        let id = share.id.parse().map_err(|()| Error::internal("a share has an id that is none"))?;
        let mut open = vec![id];
        open.extend(origin.opened.iter().copied().filter(|other| *other != id).take(LINKS_OPEN_MAX - 1));
        self.opened_now(&open)
    }

    /// Opens the link of a short address.
    ///
    /// # Errors
    /// `Code::NotFound` in one sentence for links that lead nowhere and for none; `Code::Busy` after many of those, but not
    /// at home.
    pub fn follow_link(&self, call: &mut Call<'_>, token: &str, origin: &Origin) -> Result<LinkFacts> {
        let guess = match origin.is_at_home {
            true => None,
            false => Some(self.throttle.begin(&Guesser::of_code(Subject::LinkToken, call.address()))?),
        };
        let network = Network::of_caller(call.address());
        let row = self.store.read(|read| shares::by_token(read, &token.to_ascii_lowercase()))?;
        let path = row.map(|row| path_of(&row)).transpose()?.ok_or_else(nowhere)?;
        let facts = self.view().link_facts(&path, network, origin)?;
        if let Some(guess) = guess {
            // Wrong ones stay counted: who has one right address may be looking for others.
            guess.was_not_made();
        }
        call.is_by(&format!("link:{}", facts.row.id));
        let id = facts.row.id.clone();
        call.commit(move |tx| shares::count_visit(tx, &id))?;
        Ok(facts)
    }

    /// The share whose link leads somebody somewhere, or would with its password.
    fn share_at(&self, path: &ShownPath, network: Network, origin: &Origin) -> Result<Option<ShareRow>> {
        let view = self.view();
        let Some(visitor) = view.visitor(path, network)? else { return Ok(None) };
        let Some(id) = visitor.as_visitor().and_then(|visitor| visitor.share) else { return Ok(None) };
        let origin = Origin { opened: vec![id], ..origin.clone() };
        match view.leads_somewhere(&visitor.coming_from(origin)) {
            true => self.store.read(|read| shares::by_id(read, &id.to_string())),
            false => Ok(None),
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

    /// The key that signs which links somebody has opened, made when it is needed first.
    fn link_key(&self) -> Result<[u8; 32]> {
        if let Some(key) = self.known_link_key()? {
            return Ok(key);
        }
        self.store.write(|tx| match meta::get(tx, KEY)? {
            Some(_) => Ok(()),
            None => meta::set(tx, KEY, &hex(&random_bytes::<32>())),
        })?;
        self.known_link_key()?.ok_or_else(|| Error::internal("the key of links was not kept"))
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

/// The path of the link of a share.
pub(super) fn path_of(row: &ShareRow) -> Result<ShownPath> {
    ShownPath::parse(&format!("/{SHARED}/!{}/{}", row.link.hidden_owner, row.link.link_id))
}

fn password_hash(read: &Read, id: ShareId) -> Result<Option<String>> {
    Ok(shares::by_id(read, &id.to_string())?.and_then(|share| share.link.password_hash))
}

/// Proves that a share was opened with the password that it has now, until a time. Another password ends it.
fn proof_of(key: &[u8; 32], id: ShareId, ends: i64, password_hash: &str) -> blake3::Hash {
    blake3::keyed_hash(key, format!("{id} {ends} {password_hash}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fault_injection::{self, Fault};
    use crate::domain::sharing::shares::NewShare;
    use crate::domain::tests::House;
    use std::net::{IpAddr, Ipv4Addr};

    /// With a full disk, for example: a link that ends after some downloads would never end.
    #[test]
    fn a_download_that_cannot_be_counted_is_refused() {
        let house = House::new();
        house.put("/bob/file", "x");
        let (cloud, user, _directory) = house.shared();
        let view = cloud.view();
        let entry = view.shareable(&user, &ShownPath::parse("/bob/file").unwrap()).unwrap();
        let new = NewShare { name: None, is_further: false, is_public: true };
        let id = cloud.commit(cloud.share(&user, &entry, new).unwrap()).unwrap();
        let row = cloud.store.read(|read| shares::by_id(read, &id)).unwrap().unwrap();
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
