//! Links that no longer work. The answers are the same, whatever the reason is.

use super::{Ground, Link, ground, ground_on, opened, refused, sent};
use crate::harness::{Caller, Connection, Data, Launch, Reply, Request, encoded, noise};

/// The answers to calls by a dead link: the status, the error code, and the message.
fn told(guest: &mut Caller, path: &str, token: &str) -> Vec<(u16, String, String)> {
    let replies: Vec<Reply> = vec![
        guest.core("getfilelist", &[("path", path)]),
        guest.core("fileinfo", &[("file", &format!("{path}/a.txt"))]),
        guest.core("downloadfile", &[("filepath", &format!("{path}/a.txt"))]),
        guest.core("downloadfilemulti", &[("filepath", path), ("count", "1"), ("fn1", "a.txt")]),
        guest.core("getfsthumbimage", &[("name", &format!("{path}/a.txt"))]),
        guest.core("docconvert", &[("name", &format!("{path}/a.txt"))]),
        guest.core("share", &[("path", path)]),
        guest.core("getpublicshareinfo", &[("path", path)]),
        guest.core("getpublicshareauthinfo", &[("path", path)]),
        guest.core("createfolder", &[("path", path), ("name", "new")]),
        guest.send(&sent(path, "new.txt", b"new", &[])),
        guest.get(&format!("/url/{token}")),
    ];
    replies
        .into_iter()
        .map(|reply| {
            refused(&reply);
            (reply.status, reply.header("x-cloudlet-error").unwrap().to_owned(), reply.text().to_owned())
        })
        .collect()
}

fn ended_by(end: impl FnOnce(&mut Ground, &Link)) {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    let mut guest = ground.guest();
    assert_eq!(guest.download(&format!("{}/a.txt", link.path)).text(), "one");
    let never = told(&mut guest, "/SHARED/!nobody/0123456789abcdef", "0123456789abcdef");
    end(&mut ground, &link);
    assert_eq!(told(&mut guest, &link.path, &link.token), never);
}

#[test]
fn an_ended_link_sounds_like_none() {
    ended_by(|ground, link| ground.change(link, &[("validityperiod", "2001-01-01 00:00:00")]));
}

#[test]
fn a_link_that_is_taken_back_sounds_like_none() {
    ended_by(|ground, link| {
        ground.bob.core("setallowpublicaccess", &[("shareid", &link.id), ("allowpublicaccess", "0")]).done();
    });
    ended_by(|ground, link| drop(ground.bob.core("deleteshare", &[("shareid", &link.id)]).done()));
}

#[test]
fn a_link_rests_with_its_owner_and_with_its_folder() {
    ended_by(|ground, _| {
        let mut admin = ground.server.admin();
        admin.administer("updateuser", &[("profile", "bob"), ("adminstatus", "0"), ("status", "2")]).done();
    });
    ended_by(|ground, _| {
        ground.bob.core("deletefile", &[("path", "/bob"), ("name", "Holiday")]).done();
    });
    ended_by(|ground, _| {
        drop(ground.server.admin().administer("deleteuser", &[("profile", "bob")]).done());
    });
}

/// A guest has no folder, and gives nothing that they do not have.
#[test]
fn what_somebody_shared_before_they_were_made_a_guest_rests() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[("allowpublicupload", "1")]);
    ground.bob.core("addusertoshare", &[("shareid", &link.id), ("userid", "bobby")]).done();
    let (mut guest, mut bobby) = (ground.guest(), ground.server.user("bobby"));
    let never = told(&mut guest, "/SHARED/!nobody/0123456789abcdef", "0123456789abcdef");
    let mut admin = ground.server.admin();
    let mut set = |status| admin.administer("updateuser", &[("profile", "bob"), ("status", status)]).done();
    assert_eq!(bobby.list_names("/SHARED/bob"), ["Holiday"]);
    set("0");
    assert_eq!(told(&mut guest, &link.path, &link.token), never);
    refused(&bobby.core("getfilelist", &[("path", "/SHARED/bob/Holiday")]));
    set("1");
    assert_eq!(guest.download(&format!("{}/a.txt", link.path)).text(), "one");
    assert_eq!(bobby.list_names("/SHARED/bob"), ["Holiday"]);
}

/// If a new folder takes the path of a shared one, it is not shared.
#[test]
fn another_folder_of_the_name_is_not_what_was_shared() {
    let mut ground = ground();
    let link = ground.link("/bob/Holiday", &[]);
    ground.bob.core("renamefile", &[("path", "/bob"), ("name", "Holiday"), ("newname", "Moved")]).done();
    ground.bob.core("createfolder", &[("path", "/bob"), ("name", "Holiday")]).done();
    ground.bob.upload("/bob/Holiday", "new.txt", super::SECRET).ok();
    let mut guest = ground.guest();
    assert!(guest.list_names(&link.path).contains(&"a.txt".to_owned()), "the link follows");
    refused(&guest.download(&format!("{}/new.txt", link.path)));
    ground.bob.core("deletefile", &[("path", "/bob"), ("name", "Moved")]).done();
    refused(&guest.core("getfilelist", &[("path", &link.path)]));
    let bin = ground.bob.list("/bob/recyclebin");
    let path = bin[0].field("path").to_owned();
    ground.bob.core("restorefromrecyclebin", &[("path", &path)]).done();
    assert!(guest.list_names(&link.path).contains(&"a.txt".to_owned()), "it lives again");
}

/// Wrong addresses are slowed down for their network, and correct ones from there too. People at
/// home are never slowed down.
#[test]
fn looking_for_addresses_is_slowed_down_and_home_is_not_locked_out() {
    let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.1");
    let mut ground = ground_on(launch);
    let link = ground.link("/bob/Holiday", &[]);
    let from = |address: String| ground.guest().always("X-Forwarded-For", &address);
    for addresses in [[7, 7], [1, 2]] {
        let is_one = addresses[0] == addresses[1];
        let address = |number: usize| match is_one {
            true => "203.0.113.7".to_owned(),
            false => format!("2001:db8::{number:x}"),
        };
        let words: Vec<Reply> =
            (0..10).map(|number| from(address(number)).get(&format!("/url/wrong{number}"))).collect();
        assert!(words[..8].iter().all(|reply| reply.status == 404), "{words:?}");
        assert!(words[8..].iter().all(|reply| reply.header("retry-after").is_some()), "{words:?}");
        let right = from(address(0)).get(&format!("/url/{}", link.token));
        assert!(right.header("retry-after").is_some(), "{right:?}");
    }
    opened(&mut from("203.0.113.8".to_owned()), &link.token);
    for number in 0..50 {
        assert_eq!(from("192.168.1.7".to_owned()).get(&format!("/url/wrong{number}")).status, 404);
    }
    opened(&mut from("192.168.1.7".to_owned()), &link.token);
    // A correct address between wrong ones does not reset the count.
    let mut guesser = from("203.0.113.9".to_owned());
    let mut slowed = 0;
    for number in 0..12 {
        let wrong = guesser.get(&format!("/url/wrong{number}"));
        slowed += usize::from(wrong.header("retry-after").is_some());
        guesser.get(&format!("/url/{}", link.token));
    }
    assert!(slowed > 0);
}

#[test]
fn odd_addresses_are_refused_in_the_same_words() {
    let ground = ground();
    let mut guest = ground.guest();
    for token in ["", "x", "%00", "%2e%2e%2fetc", "a/b", "..", "%F0%9F%98%80", &"y".repeat(5000)] {
        let reply = guest.get(&format!("/url/{token}"));
        assert!(matches!(reply.status, 400 | 404), "{token}: {reply:?}");
    }
    for path in ["/SHARED/!x/y", "/SHARED/x/", "/SHARED//x//y", "/shared/!X/Y/z", "SHARED/!x/y"] {
        refused(&guest.get(&format!("/core/getpublicshareinfo?path={}", encoded(path))));
    }
}

/// A running call may finish, but the next one is refused.
#[test]
fn a_link_may_be_taken_back_while_somebody_downloads_by_it() {
    let mut ground = ground();
    let content = noise(1, 8 << 20);
    ground.bob.upload("/bob/Holiday", "long.bin", &content).ok();
    let link = ground.link("/bob/Holiday", &[]);
    let path = format!("{}/long.bin", link.path);
    let mut guest = ground.guest();
    let mut connection = Connection::open(ground.server.address);
    connection.send(guest.bytes(&Request::get(&Caller::download_target(&path))));
    ground.bob.core("deleteshare", &[("shareid", &link.id)]).done();
    let reply = connection.reply();
    assert!(reply.status == 403 || reply.body == content, "{}", reply.status);
    refused(&guest.download(&path));
}

#[test]
fn what_is_listed_may_be_deleted_meanwhile() {
    let mut ground = ground();
    for number in 0..300 {
        ground.bob.upload("/bob/Holiday/sea", &format!("{number}.txt"), b"x").ok();
    }
    let link = ground.link("/bob/Holiday", &[]);
    let (mut guest, mut bob) = (ground.guest(), ground.bob.twin());
    std::thread::scope(|scope| {
        scope.spawn(move || bob.core("deletefile", &[("path", "/bob/Holiday"), ("name", "sea")]).done());
        for _ in 0..30 {
            let path = format!("{}/sea", link.path);
            let reply = guest.core("getfilelist", &[("path", &path), ("limit", "-1")]);
            assert_eq!(reply.status, 200, "{reply:?}");
            assert!(!reply.text().contains("/bob/"), "{reply:?}");
        }
    });
    refused(&guest.core("getfilelist", &[("path", &format!("{}/sea", link.path))]));
}
