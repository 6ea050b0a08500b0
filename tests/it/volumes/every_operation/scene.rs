//! A server with many disks that fail on command. Each call has a folder of its own on one of them.

use super::archive::unpacked;
use crate::harness::{Caller, Data, FaultyDisk, Launch, Reply, Request, Server, noise};
use crate::sweep::operations::{OPERATIONS, Operation};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};
use std::{fmt, fs};

const PICTURE: &[u8] = include_bytes!("../../../../src/portal/static/shared/icon-192.png");
/// The content of the files that the calls upload.
const UPLOADED: &[u8] = b"swept";

/// The time of modification of a call's files, as a time since 1970.
const AGE: Duration = Duration::from_secs(1_600_000_000);

/// A call in which one parameter of an operation names a file or a folder.
pub struct Aim {
    pub operation: &'static Operation,
    parameter: &'static str,
    /// The name of the file or folder in the call's folder.
    at: &'static str,
    number: u64,
}

/// Every operation with a path, once with a file and once with a folder.
pub static AIMS: LazyLock<Vec<Aim>> = LazyLock::new(|| {
    let mut aims = Vec::new();
    // This operation is left out, because guessed passwords are slowed down (`links/passwords.rs`).
    for operation in OPERATIONS.iter().filter(|operation| operation.name != "loginprotectedshare") {
        for parameter in
            operation.parameters.iter().filter(|one| ["path", "paths"].contains(&one.kind.as_str()))
        {
            for at in ["picture.png", "sub"] {
                let number = aims.len() as u64;
                aims.push(Aim { operation, parameter: &parameter.name, at, number });
            }
        }
    }
    assert!(aims.len() > 100, "{}", aims.len());
    aims
});

/// The contents around a call. Each call has contents of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Picture,
    /// It replaces the picture before the call, so that there is a version.
    Newer,
    Inner,
    Beside,
    Own,
    Binned,
}

impl Aim {
    /// True if the answer depends on this call alone. It does not for shortcuts, because an account
    /// may have only ten.
    pub fn is_alone(&self) -> bool {
        self.operation.name != "addshortcut"
    }

    pub fn is_action(&self) -> bool {
        self.operation.is_action()
    }

    fn is_file(&self) -> bool {
        self.at != "sub"
    }

    fn has(&self, parameter: &str) -> bool {
        self.operation.parameters.iter().any(|one| one.name == parameter)
    }

    fn is_named(&self) -> bool {
        let is_name = |kind: &str| ["name", "names"].contains(&kind);
        self.operation.name == "upload"
            || self.operation.parameters.iter().any(|one| one.is_required && is_name(&one.kind))
    }

    pub fn content(&self, what: What) -> Vec<u8> {
        let own = noise(10 * self.number + what as u64, 400);
        match what {
            // A decoder ignores bytes behind the end of a picture.
            What::Picture | What::Newer => [PICTURE, &own].concat(),
            _ => own,
        }
    }

    /// The contents that exist before the call.
    pub fn contents(&self) -> Vec<What> {
        let mut all = vec![What::Picture, What::Inner, What::Beside, What::Own];
        all.extend(self.has("fileid").then_some(What::Newer));
        all.extend((self.operation.name == "restorefromrecyclebin").then_some(What::Binned));
        all
    }

    /// A content for a call. It ends with the name of the call's place, so that it cannot be
    /// confused with a content of another call.
    fn tagged(&self, what: What, place: &Place) -> Vec<u8> {
        [self.content(what), place.tag()].concat()
    }

    fn parameters(&self, place: &Place) -> Vec<(&'static str, String)> {
        let (folder, at, home) = (place.path(), self.at, place.home_path());
        let sample = self.operation.sample();
        let wanted = self.operation.parameters.iter().filter(|one| {
            one.is_required
                || one.name == self.parameter
                || self.operation.name == "upload" && one.name == "filename"
        });
        let value = |name: &str, kind: &str| match (name, kind) {
            ("toname", _) if name == self.parameter => format!("{folder}/into/moved"),
            ("copyto", _) if name == self.parameter => format!("{folder}/into"),
            ("path", _) if self.operation.name == "restorefromrecyclebin" => place.binned_path(),
            (same, _) if same == self.parameter && self.is_named() => folder.clone(),
            (same, _) if same == self.parameter => format!("{folder}/{at}"),
            // Files come from the home, and folders from the disk itself.
            ("fromname", _) if self.is_file() => format!("{home}/own"),
            ("fromname", _) => format!("{folder}/{at}"),
            ("path", "path") if self.is_file() => home.clone(),
            ("path", "path") => folder.clone(),
            ("name", "name") if self.parameter == "copyto" && self.is_file() => "own".to_owned(),
            ("toname", _) => format!("{home}/moved"),
            ("copyto", _) => home.clone(),
            // No other set or shortcut has this name.
            ("name" | "scname", "text") => place.to_string(),
            ("newname", _) => "renamed".to_owned(),
            (_, "name" | "names") => at.to_owned(),
            ("fileid", _) => place.version.clone(),
            ("searchstring", _) => "picture".to_owned(),
            ("type", _) => "user".to_owned(),
            ("value" | "emailid", _) => "alice".to_owned(),
            ("perm", _) => "RWDS".to_owned(),
            ("flag", _) => "allow".to_owned(),
            ("angle", _) => "90".to_owned(),
            _ => sample.iter().find(|(sampled, _)| *sampled == name).unwrap().1.clone(),
        };
        wanted.map(|one| (one.name.as_str(), value(&one.name, &one.kind))).collect()
    }

    pub fn request(&self, place: &Place) -> Request {
        self.operation.request(&self.parameters(place))
    }

    /// True if this content may exist after the call.
    fn may_be(&self, content: &[u8], well: &Outcome) -> bool {
        let all = [What::Picture, What::Newer, What::Inner, What::Beside, What::Own, What::Binned];
        content == UPLOADED
            || all.into_iter().any(|what| self.content(what) == content)
            || well.found.values().any(|other| other == content)
    }
}

/// The status of an answer and the error code of its failure.
pub fn told(reply: &Reply) -> (u16, String) {
    (reply.status, reply.header("x-cloudlet-error").unwrap_or_default().to_owned())
}

/// True if the answer says that entries are missing in an archive or a copy, because the disk could
/// not read them.
pub fn leaves_out(reply: &Reply) -> bool {
    let text = reply.text();
    text.contains("(left out: ") || text.contains("<leftout>") && !text.contains("<leftout>0<")
}

/// The folder of a call on a disk. A second folder of the same name is in bob's home.
#[derive(Clone, Debug)]
pub struct Place {
    pub disk: usize,
    name: String,
    version: String,
}

impl Place {
    pub fn path(&self) -> String {
        format!("/EXTERNAL/d{}/{}", self.disk, self.name)
    }

    fn home_path(&self) -> String {
        format!("/bob/{self}")
    }

    /// The bytes with which all contents of the place end.
    fn tag(&self) -> Vec<u8> {
        format!("<{self}>").into_bytes()
    }

    fn binned_path(&self) -> String {
        format!("/EXTERNAL/d{}/recyclebin/{}-binned", self.disk, self.name)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "d{}-{}", self.disk, self.name)
    }
}

/// The outcome of a call.
pub struct Outcome {
    pub told: (u16, String),
    /// The files in both folders of the call, each with its path below the folder.
    pub found: BTreeMap<String, Vec<u8>>,
    /// The contents that exist nowhere: at no path, in no bin and in no version.
    gone: Vec<What>,
}

pub struct Scene {
    // The disks are dropped before the server, because a server that waits for a disk cannot be
    // ended.
    pub disks: Vec<FaultyDisk>,
    pub server: Server,
    ground: Data,
}

impl Scene {
    /// Starts a server with a disk for each of these behaviours. Returns `None` if this machine
    /// cannot mount such disks.
    pub fn start(behaviours: &[&str]) -> Option<Scene> {
        let ground = Data::in_memory();
        let (mut disks, mut volumes) = (Vec::new(), Vec::new());
        for (number, behaviour) in behaviours.iter().enumerate() {
            let [source, directory] = ["source", "d"].map(|name| ground.path(&format!("{name}{number}")));
            [&source, &directory].into_iter().for_each(|path| fs::create_dir(path).unwrap());
            let mut disk = FaultyDisk::mount(&source, &directory, &[])?;
            if !behaviour.is_empty() {
                disk.tell(&format!("behave {behaviour}"));
            }
            volumes.push(format!("d{number}={}", directory.display()));
            disks.push(disk);
        }
        let launch = Launch::on(Data::with_accounts()).setting("CLOUDLET_VOLUMES", volumes.join(","));
        let server = launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 1).start();
        Some(Scene { disks, server, ground })
    }

    pub fn tell_all(&mut self, command: &str) {
        self.disks.iter_mut().for_each(|disk| drop(disk.tell(command)));
    }

    fn source(&self, disk: usize) -> PathBuf {
        self.ground.path(&format!("source{disk}"))
    }

    /// Creates the folders and files of a call.
    pub fn prepare(&self, bob: &mut Caller, aim: &Aim, disk: usize, mood: &str) -> Place {
        let mut place = Place { disk, name: format!("{mood}{}", aim.number), version: String::new() };
        let (folder, home) = self.folders(&place);
        for folder in [&folder.join("into"), &folder.join("sub"), &home] {
            fs::create_dir_all(folder).unwrap();
        }
        for (path, what) in [
            (folder.join("picture.png"), What::Picture),
            (folder.join("beside"), What::Beside),
            (folder.join("sub/inner"), What::Inner),
            (home.join("own"), What::Own),
        ] {
            fs::write(path, aim.tagged(what, &place)).unwrap();
        }
        // The files of all calls have the same date, so that archives of them have the same bytes.
        for path in ["picture.png", "beside", "sub/inner", "sub"].map(|name| folder.join(name)) {
            fs::File::open(path).unwrap().set_modified(UNIX_EPOCH + AGE).unwrap();
        }
        if aim.has("fileid") {
            bob.upload(&place.path(), "picture.png", &aim.tagged(What::Newer, &place)).ok();
            let of = [("filepath", place.path()), ("filename", "picture.png".to_owned())];
            let versions =
                bob.core("getversions", &of.each_ref().map(|(name, value)| (*name, value.as_str()))).xml();
            place.version = versions.all("version").nth(1).unwrap().field("fileid").to_owned();
        }
        if aim.contents().contains(&What::Binned) {
            let name = format!("{}-binned", place.name);
            let binned = self.source(disk).join(&name);
            match aim.is_file() {
                true => fs::write(&binned, aim.tagged(What::Binned, &place)).unwrap(),
                false => {
                    fs::create_dir(&binned).unwrap();
                    fs::write(binned.join("inside"), aim.tagged(What::Binned, &place)).unwrap();
                }
            }
            bob.core("deletefile", &[("path", &format!("/EXTERNAL/d{disk}")), ("name", &name)]).done();
        }
        place
    }

    /// The directories of a call's two folders, reached without the disk.
    fn folders(&self, place: &Place) -> (PathBuf, PathBuf) {
        (self.source(place.disk).join(&place.name), self.server.data().file(&place.home_path()))
    }

    /// The two directories of a place, reached without the disk, with the paths that users see.
    pub fn tops(&self, place: &Place) -> [(PathBuf, String); 2] {
        let (folder, home) = self.folders(place);
        [(folder, place.path()), (home, place.home_path())]
    }

    pub fn outcome(&self, aim: &Aim, place: &Place, reply: &Reply) -> Outcome {
        let found = self.found(place);
        // A restored file lies beside the folder of the call.
        let restored = self.source(place.disk).join(format!("{}-binned", place.name));
        let is_in = |found: &BTreeMap<String, Vec<u8>>, what: &What| {
            let content = aim.content(*what);
            restored.exists() || found.values().any(|other| *other == content)
        };
        let mut gone: Vec<What> = aim.contents().into_iter().filter(|what| !is_in(&found, what)).collect();
        if !gone.is_empty() {
            let kept = self.kept(place.disk);
            gone.retain(|what| !kept.contains(&aim.tagged(*what, place)));
        }
        if !gone.is_empty() {
            // The server may have put back what it had set aside, just between the two looks.
            let found = self.found(place);
            gone.retain(|what| !is_in(&found, what));
        }
        Outcome { told: told(reply), found, gone }
    }

    /// The files in both folders of a call, each with its path below the folder, without the bytes
    /// that name the place.
    fn found(&self, place: &Place) -> BTreeMap<String, Vec<u8>> {
        let (folder, home) = self.folders(place);
        let mut found = BTreeMap::new();
        collect(&folder, "there", &mut found);
        collect(&home, "home", &mut found);
        let tag = place.tag();
        for content in found.values_mut() {
            if content.ends_with(&tag) {
                content.truncate(content.len() - tag.len());
            } else if let Some(unpacked) = unpacked(content, &tag) {
                // The contents in an archive end with the tag, too.
                *content = unpacked;
            }
        }
        found
    }

    /// The contents of all bins and versions on a disk and on the disk of the homes, and what the
    /// server has set aside there and looks for again, as its answer says.
    fn kept(&self, disk: usize) -> BTreeSet<Vec<u8>> {
        let mut kept = BTreeMap::new();
        for top in [self.source(disk), self.server.data().path("files")] {
            for name in ["trash", "versions", "staging"] {
                let hidden = top.join(".cloudlet").join(name);
                collect(&hidden, &hidden.to_string_lossy(), &mut kept);
            }
        }
        kept.retain(|path, _| !path.contains("/staging/") || path.contains(".old."));
        kept.into_values().collect()
    }

    /// Checks that nothing is lost, whatever the answer was: every content still exists, no foreign
    /// content was added, and the file beside is unchanged.
    pub fn nothing_is_lost(&self, aim: &Aim, place: &Place, reply: &Reply, well: &Outcome) -> Outcome {
        let now = self.outcome(aim, place, reply);
        let what = || format!("{} {}={} in {place:?}: {reply:?}", aim.operation.name, aim.parameter, aim.at);
        for gone in &now.gone {
            assert!(well.gone.contains(gone), "{gone:?} is lost: {}", what());
        }
        let is_partial = |path: &str| path.ends_with(".zip") && leaves_out(reply);
        for (path, content) in &now.found {
            assert!(
                aim.may_be(content, well) || is_partial(path),
                "{path} holds {} bytes: {}",
                content.len(),
                what()
            );
        }
        assert_eq!(now.found.get("there/beside"), Some(&aim.content(What::Beside)), "{}", what());
        now
    }

    /// A deep check must find nothing wrong.
    pub fn check(&mut self) {
        let mut check = crate::harness::program();
        check.args(["check", "--deep", "--data"]).arg(self.server.data().path(""));
        let volumes = self.server.setting("CLOUDLET_VOLUMES");
        crate::harness::finish(check.env("CLOUDLET_VOLUMES", volumes), "").succeeded();
    }
}

/// Collects all files below a directory. Each path begins with the given text.
fn collect(top: &Path, beginning: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(top) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = format!("{beginning}/{}", path.file_name().unwrap().to_string_lossy());
        match path.is_dir() {
            true => collect(&path, &name, found),
            false => match fs::read(&path) {
                Ok(content) => drop(found.insert(name, content)),
                // The server may have moved it since the folder was read.
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{name}: {error}"),
            },
        }
    }
}
