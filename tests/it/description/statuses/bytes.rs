//! Operations that answer with bytes: their content, and their statuses if there is nothing to
//! send.

use super::{Described, Seen};
use crate::harness::{Caller, Data, Launch, Request, Server, form};
use crate::links::link;
use crate::second_factor::{switch_on, token};
use crate::sweep::operations::{Callers, Operation};

/// A PNG picture of one pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

/// The parameters with which each operation names a file. Some take the path in two parts.
fn aimed(path: &str, at: &str, bob: &mut Caller) -> Vec<(&'static str, String)> {
    let (folder, name) = at.rsplit_once('/').unwrap_or(("", at));
    let folder = if folder.is_empty() { "/" } else { folder };
    match path {
        "/core/downloadfilemulti" => vec![("filepath", folder.into()), ("fn1", name.into())],
        "/core/downloadversionedfile" => {
            let version = version_of(bob, folder, name);
            vec![("filepath", folder.into()), ("filename", name.into()), ("fileid", version)]
        }
        "/core/share" => vec![("path", at.into())],
        "/core/getfsthumbimage" | "/core/getfsslideimage" | "/core/docconvert" => vec![("name", at.into())],
        _ => vec![("filepath", at.into())],
    }
}

/// The id of a file's present content, or an invented id if the file does not exist.
fn version_of(bob: &mut Caller, folder: &str, name: &str) -> String {
    let reply = bob.core("getversions", &[("filepath", folder), ("filename", name)]).xml();
    reply.all("version").next().map_or("nothing", |version| version.field("fileid")).to_owned()
}

/// Operations that send the entry at a path.
const OF_FILES: [&str; 9] = [
    "/core/share",
    "/core/downloadfile",
    "/core/downloadfilemulti",
    "/core/downloadversionedfile",
    "/core/getfsthumbimage",
    "/core/getfsslideimage",
    "/core/getvideo",
    "/core/getaudio",
    "/core/docconvert",
];

/// Operations that answer with bytes or only with a status, but do not send a file.
const OTHERS: [&str; 3] = ["/core/getapidescription", "/core/getsyncdelta", "/core/createprofile"];

pub fn provoke(all: &[Described], seen: &mut Seen) {
    let ground = Ground::start();
    for described in all {
        let path = described.path.as_str();
        if OF_FILES.contains(&path) {
            provoke_of_files(&ground, described, seen);
            continue;
        }
        if described.operation.is_some_and(Operation::is_download) || OTHERS.contains(&path) {
            provoke_of_others(&ground, described, seen);
        }
    }
}

/// A server with bob's files, a link of his, and locks of the admin.
struct Ground {
    server: Server,
    callers: Callers,
    bob: Caller,
    share: String,
    link: String,
    token: String,
    closed_share: String,
}

impl Ground {
    fn start() -> Ground {
        let server = Launch::on(Data::with_accounts()).setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 0).start();
        let mut bob = server.user("bob");
        for name in ["file.png", "locked.png", "swept"] {
            bob.upload("/bob", name, PIXEL).ok();
        }
        bob.upload("/bob", "text.txt", b"no picture").ok();
        // The head of this picture says that it has 50,000 times 50,000 pixels.
        let mut huge = PIXEL.to_vec();
        huge[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
        let crc = crc_of(&huge[12..29]);
        huge[29..33].copy_from_slice(&crc);
        bob.upload("/bob", "huge.png", &huge).ok();
        bob.core("setprofileimage", &[("path", "/bob/file.png")]).done();
        let open = link(&mut bob, "/bob/file.png", &[]);
        bob.core("createfolder", &[("path", "/bob"), ("name", "folder")]).done();
        let upload = link(&mut bob, "/bob/folder", &[("allowpublicupload", "1")]);
        let closed = link(&mut bob, "/bob/text.txt", &[("sharepassword", "a swept secret")]);
        let callers = Callers::of(&server);
        let mut alice = server.admin();
        let lock = [("path", "/bob/locked.png"), ("readlock", "1"), ("adminproxyuserid", "alice")];
        alice.core("lock", &lock).done();
        Ground {
            server,
            callers,
            bob,
            share: upload.id,
            link: open.path,
            token: open.token,
            closed_share: closed.id,
        }
    }
}

/// The checksum of a chunk of a PNG picture.
fn crc_of(bytes: &[u8]) -> [u8; 4] {
    crc32fast::hash(bytes).to_be_bytes()
}

fn send(caller: &mut Caller, described: &Described, parameters: &[(&str, String)], seen: &mut Seen) {
    let parameters: Vec<(&str, &str)> =
        parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    seen.send(caller, &described.method, &described.path, &described.request(&parameters));
}

/// Asks for all bytes, for a part, for no bytes, and with conditions that fail.
fn send_parts(caller: &mut Caller, described: &Described, parameters: &[(&str, String)], seen: &mut Seen) {
    send(caller, described, parameters, seen);
    if described.is_post() {
        return;
    }
    let parameters: Vec<(&str, &str)> =
        parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for (name, value) in [
        ("Range", "bytes=0-1"),
        ("Range", "bytes=99999999-"),
        ("If-Match", "\"another\""),
        ("If-None-Match", "*"),
    ] {
        let request = Request::get(&format!("{}?{}", described.path, form(&parameters))).header(name, value);
        seen.send(caller, &described.method, &described.path, &request);
    }
}

fn provoke_of_files(ground: &Ground, described: &Described, seen: &mut Seen) {
    let mut bob = ground.bob.twin();
    let parameters = aimed(&described.path, "/bob/file.png", &mut bob);
    send_parts(&mut bob, described, &parameters, seen);
    for at in ["/bob/nothing.png", "/alice/secret.png", "/bob/locked.png", "/bob/huge.png", "/bob/text.txt"] {
        let parameters = aimed(&described.path, at, &mut bob);
        send(&mut bob, described, &parameters, seen);
    }
}

fn provoke_of_others(ground: &Ground, described: &Described, seen: &mut Seen) {
    let (mut bob, mut guest) = (ground.bob.twin(), ground.server.guest());
    let text = str::to_owned;
    match described.path.as_str() {
        "/core/getprofileimage" => {
            send_parts(&mut bob, described, &[], seen);
            send(&mut bob, described, &[("username", text("nobody"))], seen);
        }
        "/core/getpublicshareimage" => {
            send_parts(&mut guest, described, &[("path", ground.link.clone())], seen);
            send(&mut guest, described, &[("path", text("/SHARED/bob/nothing"))], seen);
        }
        "/core/getuploadform" => {
            for id in [&ground.share, &ground.closed_share, "nothing"] {
                send(&mut guest, described, &[("shareid", text(id))], seen);
            }
        }
        "/core/openlink" => {
            for end in [&ground.token, "nothing"] {
                send(&mut guest, described, &[("token", text(end))], seen);
            }
        }
        "/core/geturlforemail" | "/core/getprivateurlforemail" => {
            for id in [&ground.share, "nothing"] {
                send(&mut bob, described, &[("shareid", text(id))], seen);
            }
        }
        "/core/getemailtemplate" => {
            send(&mut bob, described, &[("sharename", text("x")), ("shareurl", text("y"))], seen);
        }
        "/core/getsyncdelta" => {
            send(&mut bob, described, &[("path", text("/bob")), ("status", text("server,1;"))], seen);
        }
        "/core/get2fagasecretqrcode" => {
            let server = Server::start();
            let policy = [("username", "bob"), ("TONIDOCLOUD_ENABLE_2FA", "1")];
            server.admin().administer("updatepolicyforuser", &policy).done();
            let waiting = token(&mut server.guest(), "bob");
            for given in [waiting.as_str(), "nothing"] {
                let parameters = [("userid", text("bob")), ("token", text(given))];
                send_parts(&mut server.guest(), described, &parameters, seen);
            }
            switch_on(&mut server.user("alice"));
            let waiting = token(&mut server.guest(), "alice");
            let parameters = [("userid", text("alice")), ("token", waiting)];
            send(&mut server.guest(), described, &parameters, seen);
        }
        "/admin/exportaudit" | "/admin/exportusers" => {
            let area = if described.path.ends_with("audit") { "Audit" } else { "Users" };
            let server = Server::start();
            send_parts(&mut server.admin(), described, &[], seen);
            let mut admin = server.admin();
            admin.administer("setadminstatus", &[("profile", "bob"), ("adminstatus", "1")]).done();
            let none = [("username", "bob"), ("opname", area), ("read", "0"), ("update", "0")];
            admin.administer("setadminuserpolicy", &none).done();
            let mut lesser = server.guest();
            lesser.sign_in_as_admin("bob");
            send(&mut lesser, described, &[], seen);
        }
        "/core/downloadcertificate" => {
            let secured = Launch::on(Data::with_accounts()).argument("--listen-tls").argument("127.0.0.1:0");
            for server in [secured.start(), Server::start()] {
                for format in ["crt", "pem", "mobileconfig"] {
                    send(&mut server.guest(), described, &[("format", text(format))], seen);
                }
            }
        }
        "/core/createprofile" => send(&mut ground.server.guest(), described, &[], seen),
        "/core/docedit" => {
            for at in ["/bob/swept", "/bob/nothing", "/alice/secret"] {
                send(&mut bob, described, &[("path", text(at))], seen);
            }
        }
        // The other operations only need valid parameters.
        _ => {
            let Some(operation) = described.operation else { return };
            let parameters = operation.sample();
            send_parts(&mut ground.callers.lawful(operation), described, &parameters, seen);
        }
    }
}
