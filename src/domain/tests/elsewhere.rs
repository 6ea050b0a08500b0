//! A folder that its user sees by another path than its real one. Changes happen at the real path,
//! and answers name only the path that the user sees.

use crate::base::path::CloudPath;
use crate::domain::access::rights::Rights;
use crate::domain::accounts::actor::User;
use crate::domain::files::listing::ListOptions;
use crate::domain::files::locks::End;
use crate::domain::index::order::{NameFilter, Sort};
use crate::domain::tests::locks::alice;
use crate::domain::tests::{TestCloud, path, shown};
use crate::error::{Code, Error, Result};
use crate::store::favorites::STARS;
use crate::store::shares::{self, LinkRow, Member, MemberRow, ShareRow, Source};

const REAL: &str = "/alice/secret name";
const SHARE: &str = "00112233445566778899aabb";
const SHOWN: &str = "/SHARED/alice/Photos";

/// A cloud in which bob sees a folder of alice's.
fn test(rights: Rights) -> (TestCloud, User) {
    let test = TestCloud::new();
    test.cloud.volumes.create_folders(&path(REAL)).unwrap();
    let alice = alice(&test);
    share(&test, &alice, rights);
    (test, alice)
}

/// Alice shares the folder with bob.
fn share(test: &TestCloud, alice: &User, rights: Rights) {
    let node = test.cloud.node_at(&path(REAL)).unwrap().unwrap();
    let (owner, member) = (alice.id(), test.user.id());
    test.cloud
        .commit(move |tx| {
            let row = ShareRow {
                id: SHARE.into(),
                source: Source::Entry(node(tx)?),
                owner,
                name: "Photos".into(),
                created: tx.now(),
                link: LinkRow { token: "token".into(), ..LinkRow::default() },
                hides_notifications: false,
                default_file: None,
                visits: 0,
                last_visit: None,
            };
            if shares::by_id(tx, SHARE)?.is_none() {
                shares::insert(tx, &row)?;
            }
            let member = Member::User(member);
            shares::set_member(
                tx,
                &MemberRow { share: SHARE.into(), member, rights: rights.bits(), has_left: false },
            )
        })
        .unwrap();
}

fn there(below: &str) -> String {
    format!("{SHOWN}/{below}")
}

/// Checks that an answer names the path that the user sees, and nothing secret.
#[track_caller]
fn check_told(text: &str, below: &str) {
    assert!(text.contains(&there(below)) && !text.contains("secret"), "{text}");
}

#[track_caller]
fn check_refused<T>(result: Result<T>, code: Code, below: &str) {
    let error: Error = result.err().expect("it is refused");
    assert_eq!(error.code, code, "{error}");
    check_told(&error.message, below);
}

fn names(test: &TestCloud, folder: &str) -> Vec<String> {
    let found = test.cloud.list(&path(folder)).unwrap().unwrap();
    let mut names: Vec<String> = found.iter().map(|found| found.name.to_string()).collect();
    names.sort();
    names
}

#[test]
fn what_is_done_by_the_path_that_is_seen_happens_where_it_lies() {
    let (test, alice) = test(Rights::ALL);
    test.put(&there("a"), "old");
    test.put(&there("a"), "new");
    assert_eq!((names(&test, REAL), test.read(&there("a")).as_deref()), (vec!["a".into()], Some("new")));
    assert_eq!(test.versions(&there("a")).len(), 2);
    test.folder(&there("f"));
    test.rename(&there("a"), &there("f/b"), false).unwrap();
    test.copy(&there("f/b"), "/bob/mine", false).unwrap();
    test.copy("/bob/mine", &there("c"), false).unwrap();
    assert_eq!(names(&test, &format!("{REAL}/f")), ["b"]);
    assert_eq!(test.read("/bob/mine").as_deref(), Some("new"));
    // The file belongs to its owner, and so do its deleted entries.
    test.delete(&there("f")).unwrap();
    assert_eq!((names(&test, REAL), names(&test, "/alice/recyclebin")), (vec!["c".into()], vec!["f".into()]));
    assert!(names(&test, "/bob/recyclebin").is_empty());
    let view = test.cloud.view();
    assert!(view.ways(&test.user).unwrap().seen(&path("/alice/recyclebin/f")).is_none());
    assert!(view.ways(&alice).unwrap().seen(&path("/alice/recyclebin/f")).is_some());
    // No other path leads there.
    for outside in ["/alice", REAL, "/alice/secret name/c", "/SHARED/alice/Photo", "/SHARED/alice/Photos2/c"]
    {
        let refused = view.readable(&test.user, &shown(outside)).unwrap_err();
        assert_eq!((refused.code, refused.message.contains("alice")), (Code::Forbidden, false), "{outside}");
    }
}

#[test]
fn all_that_is_told_names_the_path_that_is_seen() {
    let (test, _) = test(Rights::ALL);
    let (cloud, user, view) = (&test.cloud, &test.user, test.cloud.view());
    test.folder(&there("f"));
    test.put(&there("f/a"), "text");
    test.rename(&there("f/a"), &there("moved"), false).unwrap();
    let folder = view.readable(user, &shown(SHOWN)).unwrap();
    let file = view.writable(user, &shown(&there("moved"))).unwrap();
    let readable = view.readable(user, file.shown()).unwrap();

    let options = ListOptions {
        start: 0,
        limit: None,
        sort: Sort::Name,
        is_descending: false,
        filter: NameFilter::default(),
    };
    assert_eq!(view.list(user, &folder, &options).unwrap().unwrap().folder.shown(), &shown(SHOWN));
    check_told(&view.entry(user, &readable).unwrap().unwrap().reach.shown().to_string(), "moved");

    let star = cloud.set_favorite(user, STARS, &readable).unwrap();
    cloud.commit(star).unwrap();
    let stars = view.favorites_in(user, STARS).unwrap();
    check_told(&stars[0].reach.shown().to_string(), "moved");

    let happened = view.activities(user, &folder, 0, 100).unwrap();
    assert!(happened.len() >= 3);
    for activity in happened.iter().chain(&view.activities(user, &readable, 0, 100).unwrap()) {
        assert!(activity.path.starts_with(&shown(SHOWN)), "{activity:?}");
        assert!(!activity.row.note.contains("secret"), "{activity:?}");
    }
    assert!(happened.iter().any(|activity| activity.row.note == there("f/a")));

    test.settle(cloud.lock(user, &file, true, End::Never)).unwrap();
    check_told(&view.lock_of(&readable).unwrap().unwrap().path.to_string(), "moved");
    let locks = view.locks(user, None).unwrap();
    check_told(&locks[0].path.to_string(), "moved");
}

#[test]
fn every_refusal_names_the_path_that_is_seen() {
    let (test, alice) = test(Rights::ALL);
    let (cloud, user, view) = (&test.cloud, &test.user, test.cloud.view());
    let missing = || view.writable(user, &shown(&there("missing"))).unwrap();
    check_refused(test.rename(&there("missing"), "/bob/x", false), Code::NotFound, "missing");
    check_refused(test.copy(&there("missing"), "/bob/x", false), Code::NotFound, "missing");
    check_refused(test.upload(&there("missing/a"), "text", 1), Code::NotFound, "missing");
    check_refused(cloud.lock(user, &missing(), false, End::Never).map(drop), Code::NotFound, "missing");
    check_refused(cloud.promote_version(user, &missing(), "0").map(drop), Code::NotFound, "missing");
    let readable = || view.readable(user, missing().shown()).unwrap();
    check_refused(view.lock_of(&readable()), Code::NotFound, "missing");
    check_refused(view.versions(&readable()), Code::NotFound, "missing");
    check_refused(view.comments(&readable()), Code::NotFound, "missing");
    check_refused(view.activities(user, &readable(), 0, 1), Code::NotFound, "missing");
    check_refused(cloud.set_favorite(user, STARS, &readable()).map(drop), Code::NotFound, "missing");

    // Somebody else has locked it, or the folder above all of it.
    test.put(&there("a"), "text");
    for (locked, told) in [(format!("{REAL}/a"), "a"), ("/alice/secret name".to_owned(), "")] {
        let real = view.writable(&alice, &shown(&locked)).unwrap();
        test.settle(cloud.lock(&alice, &real, true, End::Never)).unwrap();
        let refused = test.delete(&there("a")).unwrap_err();
        assert_eq!(refused.code, Code::Locked);
        check_told(&format!("{}/", refused.message.replace(" is locked", "/ is locked")), told);
        test.settle(Ok(cloud.unlock(&alice, &real))).unwrap();
    }
}

#[test]
fn who_may_only_look_can_do_nothing_else() {
    let (test, alice) = test(Rights::READ);
    let (user, view) = (&test.user, test.cloud.view());
    test.cloud.volumes.create_folders(&path(&format!("{REAL}/f"))).unwrap();
    let at = shown(&there("f"));
    assert!(view.readable(user, &at).is_ok());
    for refused in [
        view.downloadable(user, &at).map(drop),
        view.writable(user, &at).map(drop),
        view.deletable(user, &at).map(drop),
        view.folder(user, &at).map(drop),
    ] {
        assert_eq!(refused.unwrap_err().code, Code::Forbidden);
    }
    // A user who may write but not delete cannot move anything out of it.
    share(&test, &alice, Rights::READ.with(Rights::WRITE));
    let from = || view.writable(user, &at).unwrap();
    let to = |place: &str| view.writable(user, &shown(place)).unwrap();
    assert!(from().moved_to(to(&there("g"))).is_ok());
    assert_eq!(from().moved_to(to("/bob/g")).unwrap_err().code, Code::Forbidden);
    assert!(from().real().starts_with(&CloudPath::parse(REAL).unwrap()));
}
