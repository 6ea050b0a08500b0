//! Locks while their rows are being written.

use crate::base::shown_path::ShownPath;
use crate::base::user_name::UserName;
use crate::domain::accounts::account::{self, NewAccount};
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::accounts::sessions::{self, Side};
use crate::domain::files::locks::End;
use crate::domain::tests::{House, shown};
use crate::error::{Code, Error, Result};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// An administrator at work on bob's files.
pub(super) fn alice(house: &House) -> User {
    let account = NewAccount {
        is_admin: true,
        ..NewAccount::with_hash(UserName::parse("alice").unwrap(), "none".into())
    };
    let cloud = &house.cloud;
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
fn change(house: &House, user: &User, at: &ShownPath) -> Option<Code> {
    let place = house.cloud.view().writable(user, at).unwrap();
    house.cloud.begin_change(user, &[&place]).err().map(|error| error.code)
}

#[test]
fn a_lock_holds_although_somebody_changes_the_file_while_it_is_committed() {
    let house = House::new();
    house.put("/bob/a", "text");
    let (alice, file) = (alice(&house), shown("/bob/a"));
    let (tells, told) = mpsc::channel();
    let (wakes, asleep) = mpsc::channel::<()>();
    let begun = thread::scope(|scope| {
        let house = &house;
        scope.spawn(move || {
            let file = house.cloud.view().writable(&house.user, &shown("/bob/a")).unwrap();
            let lock = house.cloud.lock(&house.user, &file, false, End::Never).unwrap();
            let lock = lock.and_then(move |_, ()| {
                tells.send(()).ok();
                asleep.recv_timeout(PATIENCE).ok();
                Ok(())
            });
            house.cloud.settle(lock).unwrap();
        });
        told.recv_timeout(PATIENCE).expect("the lock is being written");
        let begun = change(house, &alice, &file);
        drop(wakes);
        begun
    });
    assert_eq!(begun, Some(Code::Busy), "nobody changes what is being locked");
    assert_eq!(change(&house, &alice, &file), Some(Code::Locked));
    assert_eq!(change(&house, &house.user, &file), None);
}

#[test]
fn a_lock_that_is_not_committed_keeps_nobody_off() {
    let house = House::new();
    house.put("/bob/a", "text");
    let (alice, file) = (alice(&house), house.cloud.view().writable(&house.user, &shown("/bob/a")).unwrap());
    let lock = house.cloud.lock(&house.user, &file, true, End::Never).unwrap();
    let failed: Result<()> = house.cloud.commit(move |tx| {
        let _settling = (lock.rows)(tx)?;
        Err(Error::internal("this transaction is to fail"))
    });
    failed.unwrap_err();
    assert_eq!(change(&house, &alice, file.shown()), None);
    let file = house.cloud.view().readable(&alice, &shown("/bob/a")).unwrap();
    assert!(house.cloud.view().lock_of(&file).unwrap().is_none());
}

#[test]
fn of_two_who_lock_the_same_one_gets_it() {
    let house = House::new();
    house.put("/bob/a", "text");
    let alice = alice(&house);
    let lock = |user: &User| {
        let file = house.cloud.view().writable(user, &shown("/bob/a")).unwrap();
        house.cloud.lock(user, &file, false, End::Never).unwrap()
    };
    let (first, second) = (lock(&house.user), lock(&alice));
    // Both are in one transaction, like calls that come at the same time.
    let first = first.and_then(|tx, ()| {
        assert_eq!((second.rows)(tx).err().map(|error| error.code), Some(Code::Busy));
        Ok(())
    });
    house.cloud.settle(first).unwrap();
    assert_eq!(change(&house, &alice, &shown("/bob/a")), Some(Code::Locked));
}
