//! Every operation that names an entry or object of a user, called by somebody whose way gives
//! fewer rights. A call without the right must be refused in the same words whether the entry
//! exists or not, must change and reveal nothing, and must be in the audit log.

use super::operations::{OPERATIONS, Operation};
use crate::harness::{Caller, PASSWORD, Reply, Server};
use crate::links::link;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A content that only callers with the right to download may see.
const CONTENT: &[u8] = b"what bob shares";
/// A content that no caller may see: that of an earlier version, and of files beside the shared
/// folder.
const HIDDEN: &[u8] = b"what nobody shares";
/// A name in each folder that no call contains. So an answer with it reveals something.
const UNSAID: &[u8] = b"unsaid-name";

/// The right that a call needs at its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// No right: the answer contains nothing that the caller did not send.
    Nothing,
    Read,
    Download,
    Write,
    Delete,
    Share,
    Manage,
}

/// A caller whose way gives fewer rights than the owner has.
struct Lesser {
    what: &'static str,
    caller: Caller,
    /// The path by which this caller sees the shared folder.
    folder: String,
    /// The caller's own home; empty for visitors.
    home: &'static str,
    gives: &'static [Need],
    is_visitor: bool,
    /// True for somebody who is signed in and comes by a link. It gives them the operations for
    /// visitors and no others.
    is_by_link: bool,
}

impl Lesser {
    /// What the way gives in an operation.
    fn gives(&self, operation: &Operation) -> &'static [Need] {
        let is_for_visitors = ["anyone", "visitor"].contains(&operation.who.as_str());
        if self.is_by_link && !is_for_visitors { &[] } else { self.gives }
    }

    /// The folder above one in which a list denies everything to this caller; `None` for others.
    fn above_denied(&self) -> Option<&str> {
        self.folder.strip_suffix("/closed")
    }
}

/// The right that an operation needs at the path in a parameter. All that are not listed need the
/// right to read.
fn need(operation: &Operation, parameter: &str) -> Need {
    match (operation.name.as_str(), parameter) {
        ("getpublicshareauthinfo" | "getpublicshareimage" | "getpublicshareinfo", _) => Need::Nothing,
        ("copyfile", "path")
        | ("downloadfile" | "downloadfilemulti" | "share" | "getvideo" | "getaudio" | "docconvert", _)
        | ("getfsthumbimage" | "getfsslideimage" | "setprofileimage" | "downloadversionedfile", _) => {
            Need::Download
        }
        ("copyfile" | "renameormove", "copyto" | "toname")
        | (
            "zipfiles" | "unzipfile" | "createfolder" | "renamefile" | "upload" | "lock" | "unlock"
            | "makeversionlive" | "nameversion",
            _,
        )
        | (
            "rotatefsimage"
            | "setvideothumbnail"
            | "restorefromrecyclebin"
            | "getuploadstatus"
            | "deletepartialuploads",
            _,
        ) => Need::Write,
        ("deletefile" | "deleteversion" | "renameormove", _) => Need::Delete,
        ("quickshare" | "addshare", _) => Need::Share,
        ("addaclentry" | "deleteaclentry" | "getacl" | "geteffectiveacl" | "setaclinheritance", _)
        | ("deleteacl", _) => Need::Manage,
        _ => Need::Read,
    }
}

struct Ground {
    server: Server,
    bob: Caller,
    /// The ids of the version with [`HIDDEN`], of a comment by bob, and of the share with people.
    version: String,
    comment: String,
    share: String,
}

fn ground() -> Ground {
    let server = Server::start();
    let mut bob = server.user("bob");
    for (above, name) in [("/bob", "Holiday"), ("/bob/Holiday", "sea"), ("/bob", "Private")] {
        bob.core("createfolder", &[("path", above), ("name", name)]).done();
    }
    for folder in ["/bob/Holiday", "/bob/Holiday/sea", "/bob/Private"] {
        let content = if folder == "/bob/Private" { HIDDEN } else { CONTENT };
        bob.upload(folder, "a.bin", HIDDEN).ok();
        bob.upload(folder, "a.bin", content).ok();
        bob.upload(folder, "unsaid-name.bin", HIDDEN).ok();
    }
    let file = [("filepath", "/bob/Holiday"), ("filename", "a.bin")];
    let versions = bob.core("getversions", &file).xml();
    let version = versions.all("version").nth(1).unwrap().field("fileid").to_owned();
    let on = ("fullpath", "/bob/Holiday/a.bin");
    bob.core("addcommentforitem", &[on, ("parent", "/bob/Holiday"), ("isfile", "1"), ("text", "mine")]).xml();
    let comments = bob.core("getcommentsforitem", &[on]).xml();
    let comment = comments.all("comment").next().unwrap().field("id").to_owned();
    let share = bob.core("quickshare", &[("sharelocation", "/bob/Holiday")]).xml();
    let share = share.child("share").field("shareid").to_owned();
    Ground { server, bob, version, comment, share }
}

impl Ground {
    fn account(&self, name: &str) -> Caller {
        let email = format!("{name}@home.lan");
        let fields = [("username", name), ("email", &email), ("password", PASSWORD), ("status", "1")];
        self.server.admin().administer("adduser", &fields).done();
        let mut caller = self.server.user(name);
        caller.upload(&format!("/{name}"), "own.bin", b"own").ok();
        caller
    }

    /// A member of the share.
    fn member(&mut self, name: &str, flags: &[(&str, &str)]) -> Caller {
        let caller = self.account(name);
        let member = [("shareid", self.share.as_str()), ("userid", name)];
        self.bob.core("addusertoshare", &member).done();
        self.bob.core("setuseraccessforshare", &[&member, flags].concat()).done();
        caller
    }

    /// A former member of the group with which the folder is shared.
    fn former_member(&mut self, name: &str) -> Caller {
        let caller = self.account(name);
        let mut admin = self.server.admin();
        let group = admin.administer("addgroup", &[("groupname", "Family")]).xml();
        let group = group.child("group").field("groupid").to_owned();
        self.bob.core("addgrouptoshare", &[("shareid", &self.share), ("groupid", &group)]).done();
        admin.administer("addmembertogroup", &[("groupid", &group), ("userid", name)]).done();
        let mut member = caller.twin();
        assert_eq!(member.list_names("/SHARED/bob"), ["Holiday"]);
        admin.administer("deletememberfromgroup", &[("groupid", &group), ("userid", name)]).done();
        caller
    }

    /// A member of an album with a file of the folder, and a visitor who comes by its link.
    fn by_album(&mut self) -> [Lesser; 2] {
        let list = self.bob.core("addfavoritelist", &[("name", "Album")]).done().message();
        self.bob.core("setfavorite", &[("id", &list), ("name", "/bob/Holiday/a.bin")]).done();
        let share = self.bob.core("sharealbum", &[("id", &list)]).xml();
        let id = share.child("share").field("shareid").to_owned();
        let caller = self.account("jana");
        self.bob.core("addusertoshare", &[("shareid", &id), ("userid", "jana")]).done();
        let open = [("shareid", id.as_str()), ("allowpublicaccess", "1")];
        let path = self.bob.core("updateshare", &open).xml().child("share").field("linkpath").to_owned();
        let gives = &[Need::Read, Need::Download];
        let folder = "/SHARED/bob/Album".to_owned();
        let member = Lesser {
            what: "a member of an album",
            caller,
            folder,
            home: "/jana",
            gives,
            is_visitor: false,
            is_by_link: false,
        };
        let (what, caller) = ("the link of an album", self.server.guest());
        [member, Lesser { what, caller, folder: path, home: "", gives, is_visitor: true, is_by_link: false }]
    }

    /// A visitor who uses a link to the folder.
    fn visitor(&mut self, what: &'static str, changes: &[(&str, &str)], gives: &'static [Need]) -> Lesser {
        let made = link(&mut self.bob, "/bob/Holiday", changes);
        Lesser {
            what,
            caller: self.server.guest(),
            folder: made.path,
            home: "",
            gives,
            is_visitor: true,
            is_by_link: false,
        }
    }

    /// Everything that bob has: his files, versions and bin on the disk, and the answers about
    /// them.
    fn state(&mut self) -> (BTreeMap<PathBuf, Vec<u8>>, String) {
        let on = [("path", "/bob/Holiday")];
        let file = [("filepath", "/bob/Holiday"), ("filename", "a.bin")];
        let comments = [("fullpath", "/bob/Holiday/a.bin")];
        let told = [
            self.bob.core("getversions", &file),
            self.bob.core("getcommentsforitem", &comments),
            self.bob.core("getacl", &on),
            self.bob.core("getalllocks", &[]),
            self.bob.core("getusersforshare", &[("shareid", &self.share)]),
        ];
        let shares = self.bob.core("getshares", &[]).xml();
        let shares: Vec<&str> = shares.all("share").map(|share| share.field("shareid")).collect();
        let told: Vec<String> = told.iter().map(|reply| reply.text().to_owned()).collect();
        (files_below(&self.server.data().file("/")), format!("{told:?} {shares:?}"))
    }

    /// The number of calls in the audit log that neither bob nor the administrator made.
    fn calls(&self) -> i64 {
        let rows = self.server.admin().audit(&[]);
        let of_others = rows.iter().filter(|row| !["alice", "bob", "frank"].contains(&row.field("username")));
        of_others.map(|row| row.number("calls")).sum()
    }
}

/// All files below a directory with their contents, including hidden ones.
fn files_below(top: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut files, mut waiting) = (BTreeMap::new(), vec![top.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => drop(files.insert(path.clone(), fs::read(path).unwrap())),
            }
        }
    }
    files
}

/// All callers whose way gives fewer rights.
fn everybody(ground: &mut Ground) -> Vec<Lesser> {
    let person = |what, caller, home, gives| {
        let folder = "/SHARED/bob/Holiday".to_owned();
        Lesser { what, caller, folder, home, gives, is_visitor: false, is_by_link: false }
    };
    let stranger = ground.account("carol");
    let by_real_path = Lesser {
        folder: "/bob/Holiday".to_owned(),
        ..person("somebody else by the owner's path", stranger.twin(), "/carol", &[])
    };
    let to_look = ground.member("gina", &[("download", "false")]);
    let to_read = ground.member("hans", &[]);
    let former = ground.former_member("dora");
    let mut all = vec![
        person("somebody else", stranger, "/carol", &[]),
        by_real_path,
        person("a former member of the group", former, "/dora", &[]),
        person("a member who may only look", to_look, "/gina", &[Need::Read]),
        person("a member who may not write", to_read, "/hans", &[Need::Read, Need::Download]),
        ground.visitor("a link to read", &[], &[Need::Read, Need::Download]),
        ground.visitor("a link to look at", &[("allowpublicviewonly", "1")], &[Need::Read]),
        ground.visitor("a link to upload only", &[("allowpublicuploadonly", "1")], &[Need::Write]),
        ground.visitor("a link with a password", &[("sharepassword", "sesame 12")], &[]),
    ];
    let ended = [("validityperiod", "2001-01-01 00:00:00"), ("allowpublicupload", "1")];
    all.push(ground.visitor("a link that has ended", &ended, &[]));
    let open = ground.visitor("", &[("allowpublicupload", "1")], &[Need::Read, Need::Download, Need::Write]);
    let (what, caller) = ("somebody signed in who comes by a link", ground.account("kurt"));
    all.push(Lesser { what, caller, home: "/kurt", is_visitor: false, is_by_link: true, ..open });
    all.extend(denied_below(ground));
    all.extend(ground.by_album());
    // The owner of this share is disabled.
    let mut frank = ground.account("frank");
    frank.core("createfolder", &[("path", "/frank"), ("name", "Trip")]).done();
    frank.upload("/frank/Trip", "a.bin", CONTENT).ok();
    let made = link(&mut frank, "/frank/Trip", &[("allowpublicupload", "1")]);
    frank.core("addusertoshare", &[("shareid", &made.id), ("userid", "carol")]).done();
    let carol = ground.server.user("carol");
    ground.server.admin().administer("updateuser", &[("profile", "frank"), ("status", "2")]).done();
    let (caller, folder) = (ground.server.guest(), made.path);
    let what = "a link of a disabled account";
    all.push(Lesser { what, caller, folder, home: "", gives: &[], is_visitor: true, is_by_link: false });
    let folder = "/SHARED/frank/Trip".to_owned();
    all.push(Lesser { folder, ..person("a share of a disabled account", carol, "/carol", &[]) });
    all
}

/// Callers who may do everything in a shared folder, but nothing in one below it.
fn denied_below(ground: &mut Ground) -> [Lesser; 2] {
    for (above, name) in [("/bob", "Family"), ("/bob/Family", "closed"), ("/bob/Family/closed", "sea")] {
        ground.bob.core("createfolder", &[("path", above), ("name", name)]).done();
    }
    for folder in ["/bob/Family/closed", "/bob/Family/closed/sea"] {
        ground.bob.upload(folder, "a.bin", CONTENT).ok();
        ground.bob.upload(folder, "unsaid-name.bin", HIDDEN).ok();
    }
    let made = link(&mut ground.bob, "/bob/Family", &[("allowpublicupload", "1")]);
    let caller = ground.account("ines");
    let member = [("shareid", made.id.as_str()), ("userid", "ines")];
    ground.bob.core("addusertoshare", &member).done();
    let all = ["write", "share", "sync", "allowmanage"].map(|right| (right, "true"));
    ground.bob.core("setuseraccessforshare", &[&member, &all[..]].concat()).done();
    let entry = [("path", "/bob/Family/closed"), ("perm", "RWDS"), ("flag", "deny")];
    for (kind, value) in [("user", "ines"), ("group", "EVERYONE")] {
        let who = [("type", kind), ("value", value)];
        ground.bob.core("addaclentry", &[&entry[..], &who].concat()).done();
    }
    let folder = "/SHARED/bob/Family/closed".to_owned();
    let what = "a member whom a list denies the folder";
    let member =
        Lesser { what, caller, folder, home: "/ines", gives: &[], is_visitor: false, is_by_link: false };
    let (what, folder) = ("a link whose visitors a list denies the folder", format!("{}/closed", made.path));
    [
        member,
        Lesser {
            what,
            caller: ground.server.guest(),
            folder,
            home: "",
            gives: &[],
            is_visitor: true,
            is_by_link: false,
        },
    ]
}

/// The parameters of a call in which one parameter names a place.
fn aimed<'a>(
    operation: &'a Operation,
    at: &str,
    (folder, name): (&str, &str),
    who: &Lesser,
    ground: &Ground,
) -> Vec<(&'a str, String)> {
    let has_name = operation.parameters.iter().any(|parameter| {
        parameter.is_required && ["name", "names"].contains(&parameter.kind.as_str())
            || operation.name == "upload"
    });
    let own = if who.home.is_empty() { folder } else { who.home };
    let mut filled = Vec::new();
    for parameter in operation.parameters.iter().filter(|one| one.is_required || one.name == at) {
        let value = match (parameter.name.as_str(), parameter.kind.as_str()) {
            (same, _) if same == at => match has_name || name.is_empty() {
                true => folder.to_owned(),
                false => format!("{folder}/{name}"),
            },
            // The given parameter is the target or the source.
            ("fromname", _) => format!("{own}/own.bin"),
            ("toname", _) => format!("{own}/taken.bin"),
            ("copyto", _) => own.to_owned(),
            ("path", "path") if operation.name == "copyfile" => own.to_owned(),
            ("name", "name") if operation.name == "copyfile" && at == "copyto" && !who.home.is_empty() => {
                "own.bin".to_owned()
            }
            ("newname", _) => "renamed.bin".to_owned(),
            (_, "name" | "names") => name.to_owned(),
            ("fileid", _) => ground.version.clone(),
            ("id", _) if operation.name.contains("comment") => ground.comment.clone(),
            ("type", _) => "user".to_owned(),
            ("emailid", _) => "bob".to_owned(),
            ("value", _) => who.home.trim_start_matches('/').to_owned(),
            ("perm", _) => "RWDS".to_owned(),
            ("flag", _) => "allow".to_owned(),
            _ => operation.sample().into_iter().find(|(name, _)| *name == parameter.name).unwrap().1,
        };
        filled.push((parameter.name.as_str(), value));
    }
    filled
}

fn holds(reply: &Reply, text: &[u8]) -> bool {
    reply.body.windows(text.len()).any(|window| window == text)
}

/// The status, the error code and the text of an answer, without the path that was asked for, so
/// that two answers can be compared.
fn without(reply: &Reply, folder: &str) -> (u16, String, String) {
    let word = reply.header("x-cloudlet-error").unwrap_or_default().to_owned();
    (reply.status, word, String::from_utf8_lossy(&reply.body).replace(folder, ""))
}

#[test]
fn no_way_gives_more_than_it_gives() {
    let mut ground = ground();
    let everybody = everybody(&mut ground);
    let (before, mut count) = (ground.calls(), 0);
    for mut who in everybody {
        let state = ground.state();
        for operation in OPERATIONS.iter().filter(|one| one.door == "core") {
            let paths = ["path", "paths"];
            for aim in operation.parameters.iter().filter(|one| paths.contains(&one.kind.as_str())) {
                // This operation is left out, because guessed passwords are slowed down
                // (`links/passwords.rs`).
                if operation.name != "loginprotectedshare" {
                    count += check(operation, &aim.name, &mut who, &ground);
                }
            }
        }
        assert_eq!(ground.state(), state, "{} has changed something", who.what);
    }
    assert_eq!(ground.calls() - before, count, "each call is in the log");
}

#[test]
fn a_folder_that_a_list_hides_is_as_if_nothing_were_there() {
    let mut ground = ground();
    let mut told = Vec::new();
    for mut who in denied_below(&mut ground) {
        let state = ground.state();
        for operation in OPERATIONS.iter().filter(|one| one.door == "core") {
            let is_for_them = !who.is_visitor || ["anyone", "visitor"].contains(&operation.who.as_str());
            let paths = ["path", "paths"];
            for aim in operation.parameters.iter().filter(|one| paths.contains(&one.kind.as_str())) {
                // Guessed passwords are slowed down.
                if is_for_them && operation.name != "loginprotectedshare" {
                    told.extend(differences(operation, &aim.name, &mut who, &ground));
                }
            }
        }
        assert_eq!(ground.state(), state, "{} has changed something", who.what);
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// The answers that tell a hidden folder from one that never was, by a parameter that names it.
fn differences(operation: &Operation, aim: &str, who: &mut Lesser, ground: &Ground) -> Vec<String> {
    let Some(above) = who.above_denied().map(str::to_owned) else { return Vec::new() };
    let mut answer = |name: &str, is_whole: bool| {
        let whole = format!("{above}/{name}");
        let place = if is_whole { (whole.as_str(), "") } else { (above.as_str(), name) };
        let parameters = aimed(operation, aim, place, who, ground);
        let (status, word, text) = without(&operation.call(&mut who.caller, &parameters), &whole);
        (status, word, text.replace(name, ""))
    };
    if need(operation, aim) == Need::Write {
        // Something can be put where nothing is, so that a name is taken cannot be hidden.
        answer("closed", true);
        return Vec::new();
    }
    let pairs = [true, false].map(|is_whole| (answer("closed", is_whole), answer("never", is_whole)));
    let told = pairs.into_iter().filter(|(hidden, never)| hidden != never);
    told.map(|(hidden, never)| format!("{} as {}: {aim}: {hidden:?} {never:?}", operation.name, who.what))
        .collect()
}

/// Calls an operation with one parameter that names something to which the caller has no right.
/// Returns the number of calls.
fn check(operation: &Operation, aim: &str, who: &mut Lesser, ground: &Ground) -> i64 {
    let folder = who.folder.clone();
    let mut places = vec![("/bob/Private".to_owned(), "a.bin")];
    let need = need(operation, aim);
    if need != Need::Nothing && !who.gives(operation).contains(&need) {
        places.extend([(format!("{folder}/sea"), "a.bin"), (folder.clone(), "sea"), (folder, "a.bin")]);
    }
    // If visitors may not call an operation, it is refused before any path is read.
    let is_for_them = !who.is_visitor || ["anyone", "visitor"].contains(&operation.who.as_str());
    if !is_for_them {
        places.truncate(1);
    }
    let mut count = 0;
    for (place, name) in places {
        let parameters = aimed(operation, aim, (&place, name), who, ground);
        let reply = operation.call(&mut who.caller, &parameters);
        let what = format!("{} as {}: {aim}={place} {name}: {reply:?}", operation.name, who.what);
        check_tells_nothing(&reply, &what);
        // What a list hides is not refused: it is as if nothing were there.
        if who.above_denied().is_none_or(|above| !place.starts_with(above)) {
            check_refused(operation, &reply, &what);
        }
        count += 1;
        // A caller who may see nothing must not learn whether an entry exists.
        if who.gives.is_empty() && is_for_them {
            let none = match (place.starts_with("/SHARED"), who.is_visitor, who.above_denied()) {
                (false, _, _) => "/nobody/None",
                (true, _, Some(above)) => &format!("{above}/never"),
                (true, false, None) => "/SHARED/nobody/None",
                (true, true, None) => "/SHARED/!nobody/0123456789abcdef",
            };
            let parameters = aimed(operation, aim, (none, name), who, ground);
            let never = operation.call(&mut who.caller, &parameters);
            assert_eq!(without(&reply, &place), without(&never, none), "{what}");
            count += 1;
        }
    }
    count
}

#[track_caller]
fn check_tells_nothing(reply: &Reply, what: &str) {
    assert!(reply.status < 500, "{what}");
    for secret in [CONTENT, HIDDEN, UNSAID] {
        assert!(!holds(reply, secret), "{what}");
    }
}

#[track_caller]
fn check_refused(operation: &Operation, reply: &Reply, what: &str) {
    let is_question = !operation.is_action() && !operation.is_download();
    let is_failure = reply.header("x-cloudlet-error").is_some();
    assert!(is_failure || is_question && is_nothing(reply), "{what}");
}

/// True if the answer to a question is empty.
fn is_nothing(reply: &Reply) -> bool {
    let root = reply.xml();
    match root.name.as_str() {
        "commands" => root.child("command").field("result") == "0",
        _ => root.children.iter().all(|child| child.name == "meta"),
    }
}
