//! One entry of a small tree is closed: each entry in turn, by each error number that concerns one
//! entry. Every operation that changes or visits entries goes on past it: everything else is as
//! without the closed entry, nothing is half done or lost, the entry is named, and the next start
//! works.

mod operations;

use crate::disk::Kind;
use crate::disk::refusal::{Refusal, Scope};
use crate::domain::tests::{TestCloud, everywhere, path, shown};
use crate::domain::upload::part::{Condition, PartOptions};
use crate::error::Result;
pub(crate) use operations::tried;
use operations::{DELETING, MOVING, Operation, READING, Said, UPKEEP, VERSIONS, WRITING};
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const BIN: &str = "/bob/recyclebin";

/// The error numbers for one entry, and the calls that fail with them.
const REFUSALS: [(Scope, &[Errno]); 3] = [
    (Scope::Reading, &[Errno::ACCESS, Errno::IO, Errno::LOOP]),
    (Scope::Changing, &[Errno::ACCESS, Errno::PERM, Errno::ROFS, Errno::BUSY]),
    (Scope::Everything, &[Errno::IO, Errno::NAMETOOLONG]),
];

/// One of the two parts of an upload.
fn part(test: &TestCloud, number: u64) -> Result<()> {
    let text = ["first", "second"][number as usize];
    let options = PartOptions {
        offset: number * 5,
        is_last: number == 1,
        size: Some(11),
        modified: None,
        condition: Condition::default(),
        name: None,
        connection: 1,
        bytes_announced: Some(text.len() as u64),
    };
    let target = test.cloud.view().writable(&test.user, &shown("/bob/u"))?;
    let mut part = test.cloud.begin_part(&test.user, &target, options)?;
    part.write(text.as_bytes())?;
    test.settle(part.finish()).map(drop)
}

/// A home with folders and files, versions, entries in the bin and an unfinished upload, and a
/// further disk with the same.
fn furnished() -> TestCloud {
    let test = TestCloud::new();
    for folder in ["/bob/f", "/bob/f/g", "/bob/m", "/bob/d", "/EXTERNAL/disk/k"] {
        test.folder(folder);
    }
    for (file, text) in [
        ("/bob/f/a", "f a old"),
        ("/bob/f/a", "f a"),
        ("/bob/f/g/b", "f g b"),
        ("/bob/m/c", "m c"),
        ("/bob/x", "x old"),
        ("/bob/x", "x"),
        ("/bob/d/e", "d e old"),
        ("/bob/d/e", "d e"),
        ("/bob/t", "t"),
        ("/EXTERNAL/disk/k/l", "k l old"),
        ("/EXTERNAL/disk/k/l", "k l"),
        ("/EXTERNAL/disk/s", "s"),
    ] {
        test.put(file, text);
    }
    for gone in ["/bob/d", "/bob/t", "/EXTERNAL/disk/s"] {
        test.delete(gone).unwrap();
    }
    part(&test, 0).unwrap();
    test
}

/// All entries of the disks below a directory.
fn entries(top: &Path) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![top.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path.clone());
            }
            found.push(path);
        }
    }
    found
}

/// The entries that can be closed, each with its path in the cloud. The hidden folders themselves
/// are tested in `tests/it/unreadable/start.rs`.
fn closable(test: &TestCloud) -> Vec<(String, PathBuf)> {
    let top = &*test.directory;
    let mut known: Vec<(String, PathBuf)> = ["f", "f/a", "f/g", "f/g/b", "m", "m/c", "x"]
        .map(|name| (format!("/bob/{name}"), top.join("files/bob").join(name)))
        .into();
    for name in ["k", "k/l"] {
        known.push((format!("/EXTERNAL/disk/{name}"), top.join("disk").join(name)));
    }
    for volume in ["files", "disk"] {
        for path in entries(&top.join(volume).join(".cloudlet")) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let is_folder = path.is_dir() && path.parent().is_some_and(|above| above.ends_with("trash"));
            let name = match text.as_str() {
                _ if is_folder => "/bob/recyclebin/d",
                "d e" => "/bob/recyclebin/d/e",
                "t" => "/bob/recyclebin/t",
                "s" => "/EXTERNAL/disk/recyclebin/s",
                "f a old" => "/bob/f/a@1",
                "x old" => "/bob/x@1",
                "d e old" => "/bob/recyclebin/d/e@1",
                "k l old" => "/EXTERNAL/disk/k/l@1",
                "first" => "/bob/u",
                _ => continue,
            };
            known.push((name.to_owned(), path));
        }
    }
    assert_eq!(known.len(), 9 + 9, "{known:?}");
    known
}

/// Everything that people see, by path: the content of each file, each version after `@`, and
/// `folder` for folders.
fn seen(test: &TestCloud) -> Seen {
    let (mut seen, view, user) = (BTreeMap::new(), test.cloud.view(), everywhere());
    let mut waiting = ["/bob", BIN, "/EXTERNAL/disk", "/EXTERNAL/disk/recyclebin"].map(String::from).to_vec();
    while let Some(folder) = waiting.pop() {
        for found in test.cloud.list(&path(&folder)).unwrap().unwrap_or_default() {
            let place = format!("{folder}/{}", found.name);
            if found.stat.kind == Kind::Folder {
                seen.insert(place.clone(), "folder".into());
                waiting.push(place);
                continue;
            }
            seen.insert(place.clone(), test.read_by(&user, &place).unwrap());
            for (number, id) in test.versions_by(&user, &place).into_iter().enumerate().skip(1) {
                let file = view.downloadable(&user, &shown(&place)).unwrap();
                let (handle, _) = view.open_version(&user, &file, &id).unwrap();
                let text = std::io::read_to_string(fs::File::from(handle)).unwrap();
                seen.insert(format!("{place}@{number}"), text);
            }
        }
    }
    seen
}

/// True if the paths are equal, or if one lies below the other. The versions of a file belong to
/// it.
fn belong_together(one: &str, other: &str) -> bool {
    let is_below = |below: &str, above: &str| {
        let above = above.trim_end_matches('/');
        below.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '@']))
    };
    is_below(one, other) || is_below(other, one)
}

type Seen = BTreeMap<String, String>;

struct Trial<'a> {
    operation: &'a Operation,
    /// The path of the closed entry as people know it.
    closed: String,
    place: PathBuf,
    errno: Errno,
    scope: Scope,
}

impl Trial<'_> {
    /// The faults after the operation, after a start with the entry still closed, and after a start
    /// with it open again.
    fn run(self, before: &Seen, after: &Seen, test: TestCloud) -> Vec<String> {
        let Trial { operation, closed, place, errno, scope } = &self;
        let refusal = Refusal::of(place, *errno, *scope);
        let outcome = (operation.run)(&test);
        let (hits, is_named) = (refusal.hits(), self.is_named(&outcome, &test));
        let (test, _) = test.restarted();
        let checked = test.cloud.check(false);
        drop(refusal);
        let now = seen(&test);
        let outcome_is_right = self.check_outcome(&outcome, [before, after, &now]);
        let mut wrong: Vec<String> = outcome_is_right.err().into_iter().collect();
        if hits > 0 && now != *after && !is_named && !self.is_as_if_absent() {
            wrong.push("it is not named".into());
        }
        wrong.extend(checked.err().map(|error| format!("a check while it is closed fails: {error:?}")));
        let (test, _) = test.restarted();
        let staged = test.private("staging");
        wrong.extend((staged.len() > 1).then(|| format!("left over: {staged:?}")));
        let mut report = test.cloud.check(true).unwrap();
        if !report.mended.is_empty() {
            report = test.cloud.check(true).unwrap();
        }
        let fits = report.wrong.is_empty() && report.mended.is_empty();
        wrong.extend((!fits).then(|| format!("check: {:?} {:?}", report.wrong, report.mended)));
        let what = format!("{}: {closed} {errno:?} {scope:?}: {outcome:?}", operation.name);
        wrong.into_iter().map(|wrong| format!("{what}: {wrong}")).collect()
    }

    fn is_concerned(&self) -> bool {
        self.operation.on.iter().any(|on| belong_together(on, &self.closed))
    }

    /// An entry behind a link, or with a name that no path can have, is as good as absent.
    fn is_as_if_absent(&self) -> bool {
        matches!(self.errno, Errno::LOOP | Errno::NAMETOOLONG)
    }

    /// The operation is done, except for the closed entry; or everything is as it was.
    fn check_outcome(
        &self,
        outcome: &Result<Said>,
        [before, after, now]: [&Seen; 3],
    ) -> std::result::Result<(), String> {
        let is_asked_for = self.operation.on.contains(&self.closed.as_str());
        if outcome.is_err() {
            if !self.is_concerned() || self.operation.walks && !is_asked_for {
                return Err("what has nothing to do with it is not done".into());
            }
            return if now == before { Ok(()) } else { Err(format!("half done: {before:?} {now:?}")) };
        }
        for key in before.keys().chain(after.keys()).chain(now.keys()) {
            let (was, should, is) = (before.get(key), after.get(key), now.get(key));
            let stays = is == was;
            let is_left_out = is.is_none() && was.is_none() && self.operation.walks;
            // An entry that was moved to another disk and cannot be removed from its own disk is in
            // the bin there.
            let is_in_bin = key.contains("/recyclebin/") && self.operation.name.contains("another disk");
            let is_rest = is_in_bin && was.is_none() && should.is_none();
            if is != should && !(self.is_concerned() && (stays || is_left_out || is_rest)) {
                return Err(format!("{key}: was {was:?}, should be {should:?}, is {is:?}"));
            }
        }
        Ok(())
    }

    /// True if the answer or the findings name the closed entry. If the call was about this entry,
    /// the answer must give the reason.
    fn is_named(&self, outcome: &Result<Said>, test: &TestCloud) -> bool {
        let leaf = self.closed.rsplit('/').next().unwrap_or_default();
        let leaf = leaf.split('@').next().unwrap_or_default();
        let name = self.place.file_name().unwrap().to_string_lossy().into_owned();
        let is_in = |text: &String| text.contains(leaf) || text.contains(&name);
        let is_told = match outcome {
            Ok(said) => said.iter().any(is_in),
            Err(error) => error.obstacle.is_some() || is_in(&error.message.to_string()),
        };
        // The finding may have the path in the bin to which the entry was moved.
        let is_it = |noted: &PathBuf| noted.file_name() == self.place.file_name();
        is_told || test.cloud.findings.noted().iter().any(is_it)
    }
}

/// Runs each operation with each entry closed. The error numbers of a scope take turns, so that
/// every operation meets every number. With `CLOUDLET_ALL_REFUSALS` each run tries all numbers,
/// which takes minutes.
fn each_entry_closed(operations: &[Operation]) {
    let (mut wrong, is_thorough) = (Vec::new(), std::env::var_os("CLOUDLET_ALL_REFUSALS").is_some());
    for operation in operations {
        let test = furnished();
        let count = closable(&test).len();
        (operation.run)(&test).unwrap();
        let after = seen(&test);
        drop(test);
        for (number, (scope, errnos)) in
            (0..count).flat_map(|number| REFUSALS.map(|refusals| (number, refusals)))
        {
            let turn = errnos[number % errnos.len()];
            for errno in errnos.iter().filter(|errno| is_thorough || **errno == turn) {
                let test = furnished();
                let before = seen(&test);
                let (closed, place) = closable(&test).swap_remove(number);
                let trial = Trial { operation, closed, place, errno: *errno, scope };
                wrong.extend(trial.run(&before, &after, test));
            }
        }
    }
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn deleting_goes_on() {
    each_entry_closed(DELETING);
}

#[test]
fn moving_goes_on() {
    each_entry_closed(MOVING);
}

#[test]
fn writing_goes_on() {
    each_entry_closed(WRITING);
}

#[test]
fn versions_goes_on() {
    each_entry_closed(VERSIONS);
}

#[test]
fn reading_goes_on() {
    each_entry_closed(READING);
}

#[test]
fn upkeep_goes_on() {
    each_entry_closed(UPKEEP);
}
