//! A person who guesses links must learn nothing from the time of an answer. A link that does not
//! work costs the same work, whatever the reason is, and so does a wrong password. Times differ
//! with the machine, so these tests compare the work itself.

use super::Api;
use crate::base::path::EntryName;
use crate::base::secret::Secret;
use crate::base::shown_path::ShownPath;
use crate::base::user_name::UserName;
use crate::base::work_done;
use crate::domain::Cloud;
use crate::domain::access::rights::PublicAccess;
use crate::domain::accounts::account::{self, AccountChange, NewAccount};
use crate::domain::accounts::actor::User;
use crate::domain::sharing::shares::{self, NewShare, ShareChange};
use crate::domain::tests::TestCloud;
use crate::http::{AtOnce, Body, Request};
use crate::store;
use crate::store::users::AccountStatus;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

const PASSWORD: &str = "open sesame 77";

/// A link as a visitor names it.
#[derive(Clone)]
struct Link {
    /// The reason why it does not work.
    reason: &'static str,
    id: String,
    token: String,
    path: String,
}

/// A server with links, and callers from anywhere.
struct Ground {
    api: Api,
    cloud: Arc<Cloud>,
    addresses: u8,
}

/// The database is closed before its directory goes.
impl Drop for Ground {
    fn drop(&mut self) {
        self.cloud.close();
    }
}

impl TestCloud {
    /// Makes a link to an entry of bob's.
    fn link(&self, entry: &str, reason: &'static str, change: ShareChange) -> Link {
        self.link_by(&self.user, entry, reason, change)
    }

    /// Makes a link to an entry.
    fn link_by(&self, user: &User, entry: &str, reason: &'static str, change: ShareChange) -> Link {
        let view = self.cloud.view();
        let entry = view.shareable(user, &ShownPath::parse(entry).unwrap()).unwrap();
        let name = Some(EntryName::parse("shared").unwrap());
        let new = NewShare { name, is_further: true, is_public: true };
        let id = self.cloud.commit(self.cloud.share(user, &entry, new).unwrap()).unwrap();
        let shared = view.managed_share(user, &id).unwrap();
        self.cloud.commit(self.cloud.change_share(user, &shared, change).unwrap()).unwrap();
        let path = shared.link_path.to_string();
        Link { reason, id, token: shared.row.link.token, path }
    }

    /// One link for each reason for which a link does not work.
    fn dead_links(&self, password: Option<&str>) -> Vec<Link> {
        let with = |change: ShareChange| {
            let password = Some(password.map(Secret::new));
            ShareChange { password, ..change }
        };
        let ended = with(ShareChange { ends: Some(Some(1)), ..ShareChange::default() });
        let private = with(ShareChange { public: Some(PublicAccess::default()), ..ShareChange::default() });
        let home_only = with(ShareChange { is_home_only: Some(true), ..ShareChange::default() });
        let limited = with(ShareChange { downloads_max: Some(1), ..ShareChange::default() });
        // An account can be disabled only where an administrator stays.
        let admin = NewAccount::with_hash(UserName::parse("anna").unwrap(), "none".into());
        let admin = NewAccount { is_admin: true, ..admin };
        self.cloud.commit(move |tx| account::add(tx, &admin)).unwrap();
        self.folder("/bob/binned");
        let links = vec![
            self.link("/bob/folder", "it has ended", ended),
            self.link("/bob/folder", "it is not public any more", private),
            self.link("/bob/folder", "it is for home only", home_only),
            self.link("/bob/folder", "it was taken back", with(ShareChange::default())),
            self.link("/bob/binned", "its entry is deleted", with(ShareChange::default())),
            self.link("/bob/folder", "it is used up", limited),
            self.link_of_somebody(
                "carol",
                "its owner is disabled",
                with(ShareChange::default()),
                AccountChange { status: Some(AccountStatus::Disabled), ..AccountChange::default() },
            ),
            self.link_of_somebody(
                "dora",
                "its owner's account has expired",
                with(ShareChange::default()),
                AccountChange { expires: Some(Some(1)), ..AccountChange::default() },
            ),
        ];
        let used_up = links[5].id.clone();
        assert!(self.cloud.commit(move |tx| store::shares::count_download(tx, &used_up)).unwrap());
        let taken_back = links[3].id.clone();
        self.cloud.commit(move |tx| shares::end(tx, &taken_back)).unwrap();
        self.delete("/bob/binned").unwrap();
        links
    }

    /// A link of a new account, which is changed afterwards.
    fn link_of_somebody(
        &self,
        name: &'static str,
        reason: &'static str,
        change: ShareChange,
        then: AccountChange,
    ) -> Link {
        let user = self.somebody(name);
        let folder = format!("/{name}/folder");
        self.folder_by(&user, &folder);
        let link = self.link_by(&user, &folder, reason, change);
        self.cloud.commit(move |tx| account::change(tx, name, &then)).unwrap();
        link
    }
}

impl Ground {
    /// The answer to a call of a stranger, and its work without the look for changes by other
    /// processes, which is due now and then. Each call comes from another network, so that none
    /// waits.
    fn call(&mut self, target: &str) -> (String, Vec<String>) {
        self.addresses += 1;
        let mut request = Request::new(Ipv4Addr::new(203, 0, 113, self.addresses).into(), 1);
        let head = format!("POST {} HTTP/1.1\r\nHost: x\r\n\r\n", target.replace('!', "%21"));
        request.fill(head.as_bytes()).unwrap();
        let (answer, mut work) = work_done::of(|| match self.api.answer_at_once(&request, &[]) {
            AtOnce::Answer { response, .. } => response,
            AtOnce::Worker { .. } => self.api.call(&request, &mut Body::none()),
        });
        let mut is_reading = false;
        work.retain(|work| {
            is_reading = (is_reading || work == "BEGIN") && work != "COMMIT";
            is_reading || !(work.starts_with("SELECT") || work.starts_with("PRAGMA"))
        });
        let answer = String::from_utf8(answer.into_bytes(&request)).unwrap();
        let without_date = answer.lines().filter(|line| !line.starts_with("Date: "));
        (without_date.collect::<Vec<_>>().join("\n"), work)
    }

    /// The answer to a call, and its least work: now and then a call reads anew what others have
    /// changed.
    fn least(&mut self, target: &str) -> (String, Vec<String>) {
        let calls: Vec<_> = (0..4).map(|_| self.call(target)).collect();
        calls.into_iter().min_by_key(|(_, work)| work.len()).unwrap()
    }
}

/// Returns the directory of the server, the server, a link that works, links that do not work any
/// more, and a link that never existed.
fn ground(test: TestCloud, password: Option<&str>) -> (impl Drop, Ground, Link, Vec<Link>, Link) {
    test.folder("/bob/folder");
    test.put("/bob/folder/file.txt", "x");
    let works = {
        let password = Some(password.map(Secret::new));
        test.link("/bob/folder", "it works", ShareChange { password, ..ShareChange::default() })
    };
    let mut dead = test.dead_links(password);
    // The path of a link is its hidden owner and its id; each alone leads nowhere.
    let (above, id) = works.path.rsplit_once('/').unwrap();
    let other = format!("/SHARED/!{}/{id}", "x".repeat(24));
    let elsewhere = Link { reason: "its owner is not the one named", path: other, ..dead[3].clone() };
    let other = format!("{above}/{}", "x".repeat(16));
    let other = Link { reason: "its id is not the one named", path: other, ..dead[3].clone() };
    dead.extend([elsewhere, other]);
    let never = Link {
        reason: "it never was one",
        id: "0".repeat(24),
        token: "0".repeat(works.token.len()),
        path: format!("/SHARED/!{}/{}", "y".repeat(24), "y".repeat(16)),
    };
    let (cloud, _user, directory) = test.shared();
    // The look for changes by other processes also notices the changes that were made here, a
    // little later, and then rights are read anew.
    std::thread::sleep(Duration::from_millis(250));
    let ground = Ground { api: Api::new(Arc::clone(&cloud)), cloud, addresses: 0 };
    (directory, ground, works, dead, never)
}

#[test]
fn a_dead_link_costs_the_work_of_one_that_never_was() {
    let targets: [fn(&Link) -> String; 7] = [
        |link| format!("/core/openlink?token={}", link.token),
        |link| format!("/core/getuploadform?shareid={}", link.id),
        |link| format!("/core/getpublicshareauthinfo?path={}", link.path),
        |link| format!("/core/getpublicshareinfo?path={}", link.path),
        |link| format!("/core/getfilelist?path={}", link.path),
        |link| format!("/core/downloadfile?filepath={}/file.txt", link.path),
        |link| format!("/core/createfolder?path={}&name=new", link.path),
    ];
    for target in targets {
        let (_directory, mut ground, works, dead, never) = ground(TestCloud::new(), None);
        let wanted = ground.least(&target(&never));
        assert!(wanted.1.iter().any(|work| work == "the ways of a person"), "{wanted:?}");
        for link in dead {
            assert_eq!(ground.least(&target(&link)), wanted, "{}: {}", link.reason, target(&link));
        }
        // A link that works costs other work, so the comparison can fail.
        assert_ne!(ground.least(&target(&works)), wanted, "{}", target(&works));
    }
}

#[test]
fn a_wrong_password_costs_one_hash_whether_its_link_works_or_not() {
    for password in [Some(PASSWORD), None] {
        let (_directory, mut ground, works, dead, never) = ground(TestCloud::new(), password);
        let target = |link: &Link, guess: &str| {
            format!("/core/loginprotectedshare?path={}&password={guess}", link.path)
        };
        let hashes = |work: &[String]| -> Vec<String> {
            work.iter().filter(|work| work.starts_with("a hash")).cloned().collect()
        };
        let wanted = ground.least(&target(&never, "wrong"));
        assert_eq!(hashes(&wanted.1).len(), 1, "{wanted:?}");
        // Hashing is slow, so of the links without a password one is enough.
        for link in dead.iter().take(if password.is_some() { usize::MAX } else { 1 }) {
            assert_eq!(ground.least(&target(link, "wrong")), wanted, "{}", link.reason);
        }
        // Everybody may ask whether a link needs a password, but not learn more about it.
        let (answer, work) = ground.least(&target(&works, "wrong"));
        assert_eq!(hashes(&work), hashes(&wanted.1));
        assert_eq!(answer == wanted.0, password.is_some(), "{answer}");
        // Neither an empty password nor a long one is refused sooner where there is no link.
        for guess in [String::new(), "x".repeat(1024)] {
            let [first, second] = [&works, &never].map(|link| ground.least(&target(link, &guess)));
            assert_eq!(hashes(&first.1), hashes(&second.1), "{} bytes", guess.len());
        }
    }
}

/// If the disk can be read without waiting, a small download by a link is answered at once. The
/// rights of its visitor are found once, and nothing is asked of the database.
#[test]
fn a_small_download_by_a_link_asks_once_for_the_rights_of_its_visitor() {
    let test = TestCloud::on_disk();
    test.put("/bob/other.txt", "x");
    let (view, other) = (test.cloud.view(), ShownPath::parse("/bob/other.txt").unwrap());
    let other = view.readable(&test.user, &other).unwrap();
    let reads_at_once = view.read_at_once(&test.user, &other).is_some();
    let (_directory, mut ground, works, _dead, _never) = ground(test, None);
    let (answer, work) = ground.least(&format!("/core/downloadfile?filepath={}/file.txt", works.path));
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let of = |wanted: &str| work.iter().filter(|work| *work == wanted).count();
    if reads_at_once {
        assert_eq!(of("the ways of a person"), 1, "{work:?}");
        assert_eq!(of("BEGIN") + of("a commit"), 0, "{work:?}");
    }
}
