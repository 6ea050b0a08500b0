//! Locks while their rows are being written.

use crate::base::shown_path::ShownPath;
use crate::base::user_name::UserName;
use crate::domain::accounts::account::{self, NewAccount};
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::accounts::sessions::{self, Side};
use crate::domain::files::locks::End;
use crate::domain::tests::{TestCloud, shown};
use crate::error::{Code, Error, Result};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// An administrator at work on bob's files.
pub(super) fn alice(test: &TestCloud) -> User {
    let account = NewAccount {
        is_admin: true,
        ..NewAccount::with_hash(UserName::parse("alice").unwrap(), "none".into())
    };
    let cloud = &test.cloud;
    cloud.commit(move |tx| account::add(tx, &account)).unwrap();
    let account = cloud.view().existing_account("alice").unwrap();
    let here = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let signed_in = sessions::new_session(Side::Admin, account, here, "test", cloud.now());
    let (seed, hash) = (signed_in.seed.clone(), signed_in.hash.clone());
    cloud.commit(move |tx| sessions::insert(tx, &signed_in)).unwrap();
    let session = cloud.view().session(Side::Admin, &seed, &hash).unwrap().expect("alice is signed in");
    User::proxy(&Admin::signed_in(session))
}

/// The error with which a change by a user would be refused.
fn change(test: &TestCloud, user: &User, at: &ShownPath) -> Option<Code> {
    let place = test.cloud.view().writable(user, at).unwrap();
    test.cloud.begin_change(user, &[&place]).err().map(|error| error.code)
}

#[test]
fn a_lock_holds_although_somebody_changes_the_file_while_it_is_committed() {
    let test = TestCloud::new();
    test.put("/bob/a", "text");
    let (alice, file) = (alice(&test), shown("/bob/a"));
    let (tells, told) = mpsc::channel();
    let (wakes, asleep) = mpsc::channel::<()>();
    let begun = thread::scope(|scope| {
        let test = &test;
        scope.spawn(move || {
            let file = test.cloud.view().writable(&test.user, &shown("/bob/a")).unwrap();
            let lock = test.cloud.lock(&test.user, &file, false, End::Never).unwrap();
            let lock = lock.and_then(move |_, ()| {
                tells.send(()).ok();
                asleep.recv_timeout(PATIENCE).ok();
                Ok(())
            });
            test.cloud.settle(lock).unwrap();
        });
        told.recv_timeout(PATIENCE).expect("the lock is being written");
        let begun = change(test, &alice, &file);
        drop(wakes);
        begun
    });
    assert_eq!(begun, Some(Code::Busy), "nobody changes what is being locked");
    assert_eq!(change(&test, &alice, &file), Some(Code::Locked));
    assert_eq!(change(&test, &test.user, &file), None);
}

#[test]
fn a_lock_that_is_not_committed_keeps_nobody_off() {
    let test = TestCloud::new();
    test.put("/bob/a", "text");
    let (alice, file) = (alice(&test), test.cloud.view().writable(&test.user, &shown("/bob/a")).unwrap());
    let lock = test.cloud.lock(&test.user, &file, true, End::Never).unwrap();
    let failed: Result<()> = test.cloud.commit(move |tx| {
        let _settling = (lock.rows)(tx)?;
        Err(Error::internal("this transaction is to fail"))
    });
    failed.unwrap_err();
    assert_eq!(change(&test, &alice, file.shown()), None);
    let file = test.cloud.view().readable(&alice, &shown("/bob/a")).unwrap();
    assert!(test.cloud.view().lock_of(&file).unwrap().is_none());
}

#[test]
fn of_two_who_lock_the_same_one_gets_it() {
    let test = TestCloud::new();
    test.put("/bob/a", "text");
    let alice = alice(&test);
    let lock = |user: &User| {
        let file = test.cloud.view().writable(user, &shown("/bob/a")).unwrap();
        test.cloud.lock(user, &file, false, End::Never).unwrap()
    };
    let (first, second) = (lock(&test.user), lock(&alice));
    // Both are in one transaction, like calls that come at the same time.
    let first = first.and_then(|tx, ()| {
        assert_eq!((second.rows)(tx).err().map(|error| error.code), Some(Code::Busy));
        Ok(())
    });
    test.cloud.settle(first).unwrap();
    assert_eq!(change(&test, &alice, &shown("/bob/a")), Some(Code::Locked));
}
