//! The operations that change disks or visit their entries.

use crate::base::path::EntryName;
use crate::domain::files::archive_contents::Cursor;
use crate::domain::maintenance::backup;
use crate::domain::tests::closed::{BIN, part};
use crate::domain::tests::{TestCloud, path, shown};
use crate::domain::upload::held::Content;
use crate::error::{Error, Result};
use std::fs;

/// Further output of an operation: the entries that it left out or could not remove.
pub(super) type Said = Vec<String>;

/// An operation and the paths of the entries that it acts on. No other entry may make it fail.
pub(super) struct Operation {
    pub name: &'static str,
    pub on: &'static [&'static str],
    /// True if it visits many entries and succeeds although one of them is closed.
    pub walks: bool,
    pub run: fn(&TestCloud) -> Result<Said>,
}

fn done<T>(outcome: Result<T>) -> Result<Said> {
    outcome.map(|_| Vec::new())
}

pub(super) const DELETING: &[Operation] = &[
    Operation {
        name: "delete a folder",
        on: &["/bob/f"],
        walks: false,
        run: |test| done(test.delete("/bob/f")),
    },
    Operation {
        name: "delete a file",
        on: &["/bob/x"],
        walks: false,
        run: |test| done(test.delete("/bob/x")),
    },
    Operation {
        name: "delete for good",
        on: &["/bob/recyclebin/d"],
        walks: false,
        run: |test| done(test.delete("/bob/recyclebin/d")),
    },
    Operation {
        name: "delete a part of the bin for good",
        on: &["/bob/recyclebin/d"],
        walks: false,
        run: |test| done(test.delete("/bob/recyclebin/d/e")),
    },
    Operation {
        name: "empty the bin",
        on: &[BIN],
        walks: true,
        run: |test| {
            let emptied = test.settle(test.cloud.empty_bin(&test.user))?;
            Ok(emptied.reason.into_iter().map(|(_, sentence)| sentence).collect())
        },
    },
    Operation {
        name: "empty the bin of a disk",
        on: &["/EXTERNAL/disk/recyclebin"],
        walks: true,
        run: |test| {
            let emptied = test.settle(
                test.cloud
                    .empty_bin_of_volume(&test.cloud.view().reach(&test.user, &shown("/EXTERNAL/disk"))?),
            )?;
            Ok(emptied.reason.into_iter().map(|(_, sentence)| sentence).collect())
        },
    },
    Operation {
        name: "remove an account",
        on: &["/"],
        walks: false,
        run: |test| done(test.settle(test.cloud.remove_account("bob", "alice"))),
    },
];

pub(super) const MOVING: &[Operation] = &[
    Operation {
        name: "restore",
        on: &["/bob/recyclebin/d", "/bob/d"],
        walks: false,
        run: |test| done(test.restore("/bob/recyclebin/d")),
    },
    Operation {
        name: "copy",
        on: &["/bob/f", "/bob/h"],
        walks: true,
        run: |test| copied(test, "/bob/f", "/bob/h"),
    },
    Operation {
        name: "copy over a file",
        on: &["/bob/x", "/bob/f/a"],
        walks: false,
        run: |test| done(test.copy("/bob/x", "/bob/f/a", true)),
    },
    Operation {
        name: "copy to another disk",
        on: &["/bob/f", "/EXTERNAL/disk/h"],
        walks: true,
        run: |test| copied(test, "/bob/f", "/EXTERNAL/disk/h"),
    },
    Operation {
        name: "move",
        on: &["/bob/f", "/bob/m"],
        walks: false,
        run: |test| done(test.rename("/bob/f", "/bob/m/f", false)),
    },
    Operation {
        name: "move over a file",
        on: &["/bob/x", "/bob/f/a"],
        walks: false,
        run: |test| done(test.rename("/bob/x", "/bob/f/a", true)),
    },
    Operation {
        name: "move to another disk",
        on: &["/bob/f", "/EXTERNAL/disk/f"],
        walks: false,
        run: |test| done(test.rename("/bob/f", "/EXTERNAL/disk/f", false)),
    },
    Operation {
        name: "move from another disk",
        on: &["/bob/l", "/EXTERNAL/disk/k"],
        walks: false,
        run: |test| done(test.rename("/EXTERNAL/disk/k", "/bob/l", false)),
    },
];

pub(super) const WRITING: &[Operation] = &[
    Operation {
        name: "make a folder",
        on: &["/bob/n"],
        walks: false,
        run: |test| {
            let place = test.cloud.view().writable(&test.user, &shown("/bob/n"))?;
            done(test.settle(test.cloud.create_folder(&test.user, &place, &[], None)))
        },
    },
    Operation {
        name: "upload",
        on: &["/bob/n"],
        walks: false,
        run: |test| done(test.upload("/bob/n", "new", 1)),
    },
    Operation {
        name: "replace",
        on: &["/bob/x"],
        walks: false,
        run: |test| done(test.upload("/bob/x", "newer", 1)),
    },
    Operation {
        name: "replace in parts",
        on: &["/bob/x"],
        walks: false,
        run: |test| done(test.upload("/bob/x", "newer", 2)),
    },
    Operation { name: "end an upload", on: &["/bob/u"], walks: false, run: |test| done(part(test, 1)) },
    Operation {
        name: "give uploads up",
        on: &["/bob/u"],
        walks: false,
        run: |test| done(test.settle(test.cloud.discard_uploads(&test.user))),
    },
];

pub(super) const VERSIONS: &[Operation] = &[
    Operation {
        name: "make a version live",
        on: &["/bob/x"],
        walks: false,
        run: |test| {
            let target = test.cloud.view().writable(&test.user, &shown("/bob/x"))?;
            done(test.settle(test.cloud.promote_version(&test.user, &target, &old_version(test, "/bob/x")?)))
        },
    },
    Operation {
        name: "remove a version",
        on: &["/bob/x"],
        walks: false,
        run: |test| {
            let target = test.cloud.view().deletable(&test.user, &shown("/bob/x"))?;
            done(test.settle(test.cloud.delete_version(&test.user, &target, &old_version(test, "/bob/x")?)))
        },
    },
    Operation {
        name: "remove all versions",
        on: &["/bob/x", "/bob/f/a", "/bob/recyclebin/d"],
        walks: true,
        run: |test| {
            let emptied = test.settle(test.cloud.delete_all_versions(&test.user))?;
            Ok(emptied.reason.into_iter().map(|(_, sentence)| sentence).collect())
        },
    },
];

pub(super) const READING: &[Operation] = &[
    Operation { name: "archive", on: &[], walks: true, run: archived },
    Operation {
        name: "properties",
        on: &[],
        walks: true,
        run: |test| {
            let home = test.cloud.view().readable(&test.user, &shown("/bob"))?;
            test.cloud.view().usage(&test.user, &home)?;
            done(test.cloud.view().account_usage("bob"))
        },
    },
    Operation {
        name: "list",
        on: &[],
        walks: true,
        run: |test| {
            for folder in ["/bob", BIN, "/EXTERNAL/disk", "/EXTERNAL/disk/recyclebin"] {
                test.cloud.list(&path(folder))?.ok_or_else(|| Error::not_there(&shown(folder)))?;
            }
            Ok(Vec::new())
        },
    },
    Operation {
        name: "sync",
        on: &[],
        walks: true,
        run: |test| {
            done(test.cloud.sync_delta(
                &test.user,
                &test.cloud.view().readable(&test.user, &shown("/bob"))?,
                0,
            ))
        },
    },
    Operation {
        name: "ask which contents are there",
        on: &[],
        walks: true,
        run: |test| {
            let home = test.cloud.view().readable(&test.user, &shown("/bob"))?;
            let contents: Vec<_> = (0..64).map(|size_bytes| Content { size_bytes, checksum: None }).collect();
            done(test.cloud.view().files_with(&test.user, &home, &contents))
        },
    },
    Operation {
        name: "look through for the search",
        on: &[],
        walks: true,
        run: |test| done(test.cloud.look_through()),
    },
];

pub(super) const UPKEEP: &[Operation] = &[
    Operation { name: "start", on: &[], walks: true, run: |_| Ok(Vec::new()) },
    Operation {
        name: "what storage is used for",
        on: &[],
        walks: true,
        run: |test| done(test.cloud.view().storage()),
    },
    Operation { name: "check", on: &[], walks: true, run: |test| done(test.cloud.check(false)) },
    Operation { name: "deep check", on: &[], walks: true, run: |test| done(test.cloud.check(true)) },
    Operation { name: "back up and restore", on: &[], walks: true, run: backed_up },
    Operation {
        name: "retention",
        on: &["/"],
        walks: true,
        run: |test| {
            const YEAR_SECONDS: i64 = 366 * 24 * 3600;
            // Runs retention once for each week of more than a year.
            (1..60).try_for_each(|week| test.cloud.purge_at(test.cloud.now() + week * YEAR_SECONDS / 52))?;
            Ok(Vec::new())
        },
    },
    Operation { name: "tidy thumbnails", on: &[], walks: true, run: |test| done(test.cloud.tidy_pictures()) },
];

/// The names of all operations here, for the comparison with the operations of the API.
pub(crate) fn tried() -> impl Iterator<Item = &'static str> {
    [DELETING, MOVING, WRITING, VERSIONS, READING, UPKEEP]
        .into_iter()
        .flatten()
        .map(|operation| operation.name)
}

fn copied(test: &TestCloud, from: &str, to: &str) -> Result<Said> {
    let (from, to) = (
        test.cloud.view().downloadable(&test.user, &shown(from))?,
        test.cloud.view().writable(&test.user, &shown(to))?,
    );
    let change = test.cloud.copy(&test.user, &from, &to, false).map(|(change, _)| change);
    let left_out = test.settle(change)?;
    Ok(left_out.lines().collect())
}

fn archived(test: &TestCloud) -> Result<Said> {
    let home = test.cloud.view().readable(&test.user, &shown("/bob"))?;
    let names = ["f", "m", "x"].map(|name| EntryName::parse(name).expect("a name"));
    let view = test.cloud.view();
    let contents = view.contents(&test.user, &home, &names)?;
    let mut cursor = Cursor::default();
    let mut said: Said = contents.left_out.lines().collect();
    while let Some(content) = cursor.next(&contents)? {
        // An unreadable file is found only when it is read. Then the archive breaks off, and the
        // error names the file.
        let read = || -> Result<()> {
            let (mut reader, mut block) = (contents.reader(&test.cloud, &content)?, [0; 64]);
            while reader.read(&mut block)? > 0 {}
            Ok(())
        };
        let failure = if content.is_folder { None } else { read().err() };
        said.extend(failure.map(|error| error.message.to_string()));
    }
    Ok(said)
}

fn backed_up(test: &TestCloud) -> Result<Said> {
    let [backups, restored] = ["backups", "restored"].map(|name| {
        let directory = test.directory.with_extension(name);
        fs::remove_dir_all(&directory).ok();
        directory
    });
    let made = test.cloud.back_up(&backups)?;
    fs::create_dir(&restored).map_err(Error::internal)?;
    let outcome = backup::restore(&backups.join(&made.name), &restored).map(drop);
    fs::remove_dir_all(&backups).map_err(Error::internal)?;
    fs::remove_dir_all(&restored).map_err(Error::internal)?;
    outcome.map(|()| vec![made.sentence()])
}

fn old_version(test: &TestCloud, file: &str) -> Result<String> {
    let target = test.cloud.view().readable(&test.user, &shown(file))?;
    let versions = test.cloud.view().versions(&target)?;
    Ok(versions.get(1).ok_or_else(|| Error::not_there(&shown(file)))?.id.clone())
}
