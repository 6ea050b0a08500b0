//! A folder that is also shared by other means, such as Samba, on ext4 disks. Every operation keeps
//! the setgid bit, the default access list, the extended attributes, the right to execute, and
//! holes. The server runs as the packages run it: not as root, but as a member of the folder's
//! group.

use crate::harness::attributes::{
    Attributes, GROUP, MEGABYTE, allocated, attributes, note, put_sparse, share,
};
use crate::harness::{Caller, Data, Launch, SERVICE_USER, Server, finish, may_mount, names, program};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder and the entries in it, the files last.
const ALL: [&str; 5] = ["", "/inner", "/letter", "/tool", "/disk.img"];
const FILES: [&str; 3] = ["letter", "tool", "disk.img"];

/// The beginning of a command line that runs a program as the user of the service, who is also a
/// member of the folder's group.
fn as_member() -> [String; 4] {
    let user = SERVICE_USER;
    ["setpriv".into(), format!("--reuid={user}"), format!("--regid={user}"), format!("--groups={GROUP}")]
}

struct Ground {
    server: Server,
    bob: Caller,
    /// The second disk, a disk for backups, and the images of all disks.
    beside: Data,
}

/// Mounts ext4 disks for the homes, for a second volume and for backups, and creates `/bob/shared`.
/// Returns `None` if this machine cannot do that.
fn ground() -> Option<Ground> {
    if !may_mount() {
        eprintln!("NOT TESTED: only root may mount");
        return None;
    }
    let (mut beside, mut data) = (Data::empty(), Data::empty());
    for (number, place) in ["files", "disk", "backups"].into_iter().enumerate() {
        let image = beside.path(&format!("image {number}"));
        let ground = if place == "files" { &mut data } else { &mut beside };
        fs::create_dir(ground.path(place)).unwrap();
        if !ground.mount_ext4(place, &image) {
            return None;
        }
    }
    data.fill();
    // Without a folder the server would take the disk for an empty mount point.
    fs::create_dir(beside.path("disk/plain")).unwrap();
    beside.give_to(SERVICE_USER);
    data.give_to(SERVICE_USER);
    // `lost+found` is closed and belongs to root, as mkfs creates it.
    for lost in [data.path("files/lost+found"), beside.path("disk/lost+found")] {
        chown(lost, Some(0), Some(0)).unwrap();
    }
    let shared = data.file("/bob/shared");
    fs::create_dir(&shared).unwrap();
    chown(&shared, Some(SERVICE_USER), None).unwrap();
    assert!(share(&shared), "ext4 keeps access lists");
    let volumes = format!("disk={}", beside.path("disk").display());
    let launch = Launch::on(data).setting("CLOUDLET_VOLUMES", volumes);
    let launch = launch.setting("CLOUDLET_FREE_SPACE_FLOOR_MB", 0);
    let server = launch.after(&format!("exec {} \"$0\" \"$@\"", as_member().join(" "))).start();
    let bob = server.user("bob");
    Some(Ground { server, bob, beside })
}

impl Ground {
    fn at(&self, below: &str) -> PathBuf {
        self.server.data().file(&format!("/bob/shared{below}"))
    }

    /// The attributes of everything in the shared folder.
    fn all(&self) -> [Attributes; 5] {
        ALL.map(|below| attributes(&self.at(below)))
    }

    /// Fills the folder through the API, and sets attributes as other programs do.
    fn fill(&mut self) {
        self.bob.upload("/bob/shared", "letter", b"first").ok();
        self.bob.upload("/bob/shared", "tool", b"#!/bin/sh\n").ok();
        self.bob.core("createfolder", &[("path", "/bob/shared"), ("name", "inner")]).done();
        fs::set_permissions(self.at("/tool"), Permissions::from_mode(0o775)).unwrap();
        put_sparse(&self.at("/disk.img"));
        chown(self.at("/disk.img"), Some(SERVICE_USER), None).unwrap();
        for name in FILES {
            note(&self.at(&format!("/{name}")), name.as_bytes());
        }
        self.bob.list("/bob/shared");
    }

    fn core(&mut self, operation: &str, fields: &[(&str, &str)]) {
        self.bob.core(operation, fields).done();
    }

    fn go(&mut self, from: &str, to: &str) {
        self.core("renameormove", &[("fromname", from), ("toname", to)]);
    }

    fn command(&self, arguments: &[&str]) -> String {
        let [setpriv, options @ ..] = as_member();
        let mut command: Command = program();
        let binary = command.get_program().to_owned();
        command = Command::new(setpriv);
        command.args(options).arg(binary).args(arguments).current_dir(self.server.data().path(""));
        finish(&mut command, "").succeeded()
    }
}

fn is_sparse(path: &Path) {
    assert_eq!(fs::metadata(path).unwrap().len(), 64 * MEGABYTE, "{}", path.display());
    let bytes = allocated(path);
    assert!((MEGABYTE..2 * MEGABYTE).contains(&bytes), "{}: {bytes} bytes", path.display());
}

/// A new file or folder has the same attributes as one that another program creates there.
fn is_as_the_kernel_makes_it(ground: &Ground) {
    let (by_kernel, folder) = (ground.at("/by kernel"), ground.at("/folder by kernel"));
    fs::write(&by_kernel, "x").unwrap();
    fs::create_dir(&folder).unwrap();
    assert_eq!(attributes(&ground.at("/inner")), attributes(&folder));
    let (mode, group, [access, ..]) = attributes(&ground.at("/letter"));
    let kernel = attributes(&by_kernel);
    assert_eq!((mode, group, access), (kernel.0, kernel.1, kernel.2[0].clone()));
    assert_eq!(group, GROUP);
    fs::remove_file(by_kernel).unwrap();
    fs::remove_dir(folder).unwrap();
}

#[test]
fn on_ext4_all_that_a_shared_folder_has_goes_through_every_operation() {
    let Some(mut ground) = ground() else { return };
    ground.fill();
    is_as_the_kernel_makes_it(&ground);
    let before = ground.all();
    is_sparse(&ground.at("/disk.img"));
    replaced_and_back(&mut ground, &before);
    copied(&mut ground, &before);
    moved(&mut ground, &before);
    deleted_and_restored(&mut ground, &before);
    packed_found_and_counted(&mut ground);
    backed_up_and_restored(&mut ground, &before);
}

/// Each file gets a new content. Then its old content is restored from the versions.
fn replaced_and_back(ground: &mut Ground, before: &[Attributes; 5]) {
    for name in FILES {
        ground.bob.upload("/bob/shared", name, b"replaced").ok();
    }
    assert_eq!(ground.all(), *before, "a new content keeps what the file had");
    let versions = ground.server.data().file("/.cloudlet/versions");
    let old = names(&versions).into_iter().map(|name| versions.join(name));
    let disk = old.filter(|path| path.metadata().unwrap().len() == 64 * MEGABYTE).collect::<Vec<_>>();
    assert_eq!(disk.len(), 1);
    is_sparse(&disk[0]);
    for name in FILES {
        let of = [("filepath", "/bob/shared"), ("filename", name)];
        let told = ground.bob.core("getversions", &of).xml();
        let id = told.all("version").nth(1).unwrap().field("fileid").to_owned();
        ground.core("makeversionlive", &[of[0], of[1], ("fileid", &id)]);
    }
    assert_eq!(ground.all(), *before);
    is_sparse(&ground.at("/disk.img"));
}

/// A copy is a new file, so its folder decides who may read it. The extended attributes, the right
/// to execute and the holes are copied.
fn copied(ground: &mut Ground, before: &[Attributes; 5]) {
    for name in FILES {
        let copy = format!("{name} (copy)");
        ground.core(
            "copyfile",
            &[("path", "/bob/shared"), ("name", name), ("copyto", "/bob/shared"), ("copytoname", &copy)],
        );
        let (mode, group, [access, _, noted]) = attributes(&ground.at(&format!("/{copy}")));
        assert_eq!((group, noted.as_deref()), (GROUP, Some(name.as_bytes())), "{copy}");
        assert!(access.is_some(), "{copy} has the list of its folder");
        assert_eq!(mode & 0o100 != 0, name == "tool", "{copy}: {mode:o}");
    }
    is_sparse(&ground.at("/disk.img (copy)"));
    let to_disk =
        [("path", "/bob"), ("name", "shared"), ("copyto", "/EXTERNAL/disk"), ("copytoname", "copy")];
    ground.core("copyfile", &to_disk);
    is_sparse(&ground.beside.path("disk/copy/disk.img"));
    ground.core("deletefile", &[("path", "/EXTERNAL/disk"), ("name", "copy")]);
    for name in FILES {
        ground.core("deletefile", &[("path", "/bob/shared"), ("name", &format!("{name} (copy)"))]);
    }
    assert_eq!(ground.all(), *before);
}

/// Moves each file within its disk, and to the other disk and back. Then it moves the whole folder.
fn moved(ground: &mut Ground, before: &[Attributes; 5]) {
    for (name, expected) in FILES.into_iter().zip(&before[2..]) {
        let inode = |path: &Path| fs::metadata(path).unwrap().ino();
        let (here, was) = (format!("/bob/shared/{name}"), inode(&ground.at(&format!("/{name}"))));
        for (there, place) in [
            (format!("/bob/{name}"), ground.server.data().file(&format!("/bob/{name}"))),
            (format!("/EXTERNAL/disk/{name}"), ground.beside.path(&format!("disk/{name}"))),
        ] {
            ground.go(&here, &there);
            assert_eq!(attributes(&place), *expected, "{there}");
            assert_eq!(inode(&place) == was, there.starts_with("/bob"), "{there}");
            if name == "disk.img" {
                is_sparse(&place);
            }
            ground.go(&there, &here);
        }
    }
    // A file that comes from another disk is a new file for the shared folder, so the folder
    // decides who may read it.
    assert_eq!(attributes(&ground.at("/tool")).0, 0o760);
    fs::set_permissions(ground.at("/tool"), Permissions::from_mode(0o775)).unwrap();
    assert_eq!(ground.all(), *before);
    ground.go("/bob/shared", "/EXTERNAL/disk/shared");
    let away = ground.beside.path("disk/shared");
    let all = ALL.map(|below| attributes(Path::new(&format!("{}{below}", away.display()))));
    is_sparse(&away.join("disk.img"));
    ground.go("/EXTERNAL/disk/shared", "/bob/shared");
    is_sparse(&ground.at("/disk.img"));
    assert_eq!((&all, &ground.all()), (before, before));
}

fn deleted_and_restored(ground: &mut Ground, before: &[Attributes; 5]) {
    let at = |ground: &mut Ground, fields: &[(&str, &str)]| ground.core("restorefromrecyclebin", fields);
    for name in FILES {
        ground.core("deletefile", &[("path", "/bob/shared"), ("name", name)]);
        at(ground, &[("path", &format!("/bob/recyclebin/{name}"))]);
    }
    ground.core("deletefile", &[("path", "/bob"), ("name", "shared")]);
    at(ground, &[("path", "/bob/recyclebin/shared")]);
    assert_eq!(ground.all(), *before);
    is_sparse(&ground.at("/disk.img"));
    // Now the folder is alone on the second disk, which has a bin of its own.
    ground.go("/bob/shared", "/EXTERNAL/disk/shared");
    ground.core("deletefile", &[("path", "/EXTERNAL/disk"), ("name", "shared")]);
    ground.go("/EXTERNAL/disk/recyclebin/shared", "/bob/shared");
    assert_eq!(ground.all(), *before);
    is_sparse(&ground.at("/disk.img"));
}

/// Reading operations see the bytes and nothing else.
fn packed_found_and_counted(ground: &mut Ground) {
    let bob = &mut ground.bob;
    let packed = bob.get("/core/downloadfilemulti?count=1&filepath=/bob&fn1=shared");
    assert_eq!((packed.status, packed.header("x-cloudlet-left-out")), (200, None));
    assert!(packed.body.len() as u64 > 64 * MEGABYTE, "holes are zeros to who reads them");
    let at = 40 * MEGABYTE as usize;
    let range = crate::harness::Request::get(&Caller::download_target("/bob/shared/disk.img"))
        .header("Range", &format!("bytes={}-{at}", at - 1));
    assert_eq!(bob.send(&range).body, [0, 7]);
    for name in FILES {
        let found = bob.core("dosearch", &[("searchstring", name), ("searchloc", "/bob")]).xml();
        assert_eq!(found.all("entry").count(), 1, "{name}");
    }
    let told = bob.core("getfolderproperties", &[("path", "/bob/shared")]).xml();
    let counted = ["totalfiles", "totalfolders"].map(|field| told.child("usage").number(field));
    assert_eq!(counted, [3, 1]);
    let said = ground.command(&["check", "--deep", "--data", "."]);
    assert!(said.contains("No problems found") && !said.contains("needs a look"), "{said}");
}

/// Backs up to another disk, and restores into a directory on that disk.
fn backed_up_and_restored(ground: &mut Ground, before: &[Attributes; 5]) {
    let text = |below: &str| ground.beside.path(below).display().to_string();
    let (shelf, new) = (text("backups/shelf"), text("backups/new"));
    for _ in 0..2 {
        ground.command(&["backup", &shelf, "--data", "."]);
    }
    ground.command(&["restore", &shelf, "--data", &new]);
    let top = Path::new(&new).join("files/bob/shared");
    let restored = ALL.map(|below| attributes(Path::new(&format!("{}{below}", top.display()))));
    assert_eq!(restored, *before);
    is_sparse(&top.join("disk.img"));
    for name in FILES {
        let same = fs::read(top.join(name)).unwrap() == fs::read(ground.at(&format!("/{name}"))).unwrap();
        assert!(same, "{name}");
    }
}
