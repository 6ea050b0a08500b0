//! Stores the abilities of disks from one start to the next, so that a start need not try them
//! again.
//!
//! They are stored only for a disk that lacks nothing, because something may be missing only for a
//! moment: a full disk refuses links. They are believed only if nothing has changed that abilities
//! depend on: see [`Volume::circumstances`].

use super::abilities::Abilities;
use super::errno::at;
use super::file_system::name_of;
use super::local;
use super::sys::on_disk;
use super::volume::Volume;
use crate::base::path::NAME_BYTES_MAX;
use crate::error::Result;
use rustix::fs::{fstatfs, fstatvfs};
use rustix::process::geteuid;
use std::path::Path;

/// The version of the trial. Raise it whenever other abilities are tried or stored.
const TRIAL: u32 = 1;
/// A text that differs after each start of the machine: random(4).
const BOOT: &str = "/proc/sys/kernel/random/boot_id";
const BOOT_BYTES_MAX: u64 = 100;
/// The kernel's list of the process's mounts: proc_pid_mountinfo(5).
pub(super) const MOUNTS: &str = "/proc/self/mountinfo";
pub(super) const MOUNTS_BYTES_MAX: u64 = 4 << 20;

impl Volume {
    /// The abilities as a text for [`Volume::believe_abilities`]. `None` if they must not be
    /// stored.
    ///
    /// # Errors
    /// The disk does not answer.
    pub fn abilities_to_keep(&self) -> Result<Option<String>> {
        let Some(found) = self.abilities().filter(|found| found.lack_nothing()) else { return Ok(None) };
        let circumstances = self.circumstances()?;
        Ok(circumstances.map(|circumstances| format!("{} {circumstances}", found.time_nanoseconds)))
    }

    /// Takes over stored abilities. Returns false if they may no longer be true.
    ///
    /// # Errors
    /// The disk does not answer.
    pub fn believe_abilities(&self, kept: &str) -> Result<bool> {
        let Some((time_nanoseconds, circumstances)) = kept.split_once(' ') else { return Ok(false) };
        let Ok(time_nanoseconds) = time_nanoseconds.parse() else { return Ok(false) };
        if self.folds() || self.circumstances()?.as_deref() != Some(circumstances) {
            return Ok(false);
        }
        let kind = on_disk(|| fstatfs(&self.root)).map_err(at("statfs"))?.f_type as u32;
        let abilities = Abilities::whole(name_of(kind), time_nanoseconds);
        Ok(self.abilities.set(abilities).is_ok())
    }

    /// The facts about the mount of the file system, as [`mounted_how`] returns them; `None` if the
    /// kernel does not report it.
    pub(super) fn how_mounted(&self) -> Result<Option<String>> {
        let mounts = local::read_bytes(Path::new(MOUNTS), MOUNTS_BYTES_MAX)?.unwrap_or_default();
        Ok(self.mount_id().and_then(|id| mounted_how(&String::from_utf8_lossy(&mounts), id)))
    }

    /// Everything that abilities depend on: the program and its user, the kernel as it has run
    /// since the start of the machine, the file system, and how it is mounted. `None` if abilities
    /// may change without any of these: if the disk belongs to another machine or program, or if
    /// the file system is unknown.
    fn circumstances(&self) -> Result<Option<String>> {
        let kind = on_disk(|| fstatfs(&self.root)).map_err(at("statfs"))?.f_type as u32;
        let raw = on_disk(|| fstatvfs(&self.root)).map_err(at("statvfs"))?;
        // The layers of overlayfs are other file systems, so nothing is known about it.
        if !self.is_local() || matches!(name_of(kind), "" | "overlayfs") {
            return Ok(None);
        }
        let boot = local::read_bytes(Path::new(BOOT), BOOT_BYTES_MAX)?.unwrap_or_default();
        let (boot, mount) = (String::from_utf8_lossy(&boot), self.how_mounted()?);
        let (Some(mount), false) = (mount, boot.trim().is_empty()) else { return Ok(None) };
        Ok(Some(format!(
            "trial {TRIAL} of {} user {} boot {} kind {kind:x} id {:x} names {} root {} mount {mount}",
            env!("CARGO_PKG_VERSION"),
            geteuid().as_raw(),
            boot.trim(),
            raw.f_fsid,
            raw.f_namemax,
            self.root_inode(),
        )))
    }
}

impl Abilities {
    /// True if a disk has every ability that is tried.
    fn lack_nothing(&self) -> bool {
        *self == Abilities::whole(self.file_system, self.time_nanoseconds) && self.lacking().is_empty()
    }

    /// The abilities of a disk that lacks nothing.
    fn whole(file_system: &'static str, time_nanoseconds: u64) -> Abilities {
        Abilities {
            file_system,
            case_counts: true,
            refused: String::new(),
            keeps_ends: true,
            keeps_bytes: true,
            name_bytes_max: NAME_BYTES_MAX,
            has_modes: true,
            has_links: true,
            exchanges: true,
            renames_over: true,
            syncs_files: true,
            syncs_folders: true,
            has_locks: true,
            forms_count: true,
            is_sparse: true,
            has_attributes: true,
            has_access_lists: true,
            keeps_times: true,
            time_nanoseconds,
            file_bytes_max: None,
        }
    }
}

/// The facts about the mount with an id: its device, its root on the device and its options, then
/// type, source and options of the file system. The other fields (ids, mount point, propagation)
/// differ between two runs of a service, because each has its own list.
fn mounted_how(mounts: &str, id: u64) -> Option<String> {
    let line = mounts.lines().find(|line| line.split(' ').next() == Some(&id.to_string()))?;
    let (mount, file_system) = line.split_once(" - ")?;
    let mut fields = mount.split(' ').skip(2);
    let (device, root, _place, options) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    Some(format!("{device} {root} {options} - {file_system}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::sys::seam;
    use crate::test_directory::TestDirectory;

    #[test]
    fn a_mount_is_told_by_what_abilities_depend_on() {
        let list = "36 35 98:0 /a /mnt rw,noatime master:1 - ext4 /dev/root rw,errors=continue\n\
            37 35 0:5 / / rw - tmpfs tmpfs rw,size=1k\nshort line\n136 35 98:0 / /x rw - ext4 /dev/root rw\n";
        let told = |id| mounted_how(list, id);
        assert_eq!(told(36).as_deref(), Some("98:0 /a rw,noatime - ext4 /dev/root rw,errors=continue"));
        assert_eq!(told(37).as_deref(), Some("0:5 / rw - tmpfs tmpfs rw,size=1k"));
        assert_eq!(told(136).as_deref(), Some("98:0 / rw - ext4 /dev/root rw"));
        assert_eq!((told(35), told(3)), (None, None));
        // Another run of a service has other ids, another place and another propagation.
        let elsewhere = "99 12 98:0 /a /srv rw,noatime shared:7 - ext4 /dev/root rw,errors=continue";
        assert_eq!(mounted_how(elsewhere, 99), told(36));
        for changed in [
            "36 35 98:1 /a /mnt rw,noatime master:1 - ext4 /dev/root rw,errors=continue",
            "36 35 98:0 /b /mnt rw,noatime master:1 - ext4 /dev/root rw,errors=continue",
            "36 35 98:0 /a /mnt ro,noatime master:1 - ext4 /dev/root rw,errors=continue",
            "36 35 98:0 /a /mnt rw,noatime master:1 - ext3 /dev/root rw,errors=continue",
            "36 35 98:0 /a /mnt rw,noatime master:1 - ext4 /dev/sda1 rw,errors=continue",
            "36 35 98:0 /a /mnt rw,noatime master:1 - ext4 /dev/root rw,nouser_xattr",
        ] {
            assert_ne!(mounted_how(changed, 36), told(36), "{changed}");
        }
    }

    #[test]
    fn what_was_found_is_believed_by_the_next_who_opens_the_disk_as_it_is() {
        let top = TestDirectory::new();
        let first = Volume::open(&top, None, 0).unwrap();
        assert_eq!(first.abilities_to_keep().unwrap(), None, "nothing is known yet");
        let found = first.probe().unwrap().clone();
        let Some(kept) = first.abilities_to_keep().unwrap() else {
            eprintln!(
                "NOT TESTED: kept abilities, as the disk of the tests ({}) is tried at each start",
                found.file_system
            );
            return;
        };
        let believed = |kept: &str| {
            let volume = Volume::open(&top, None, 0).unwrap();
            volume.believe_abilities(kept).unwrap().then(|| volume.abilities().cloned().unwrap())
        };
        assert_eq!(believed(&kept), Some(found));
        let (boot, user) = (kept.find(" boot ").unwrap(), kept.find(" user ").unwrap());
        for other in [
            format!("{}x{}", &kept[..boot + 6], &kept[boot + 7..]),
            format!("{}9{}", &kept[..user + 6], &kept[user + 6..]),
            format!("{kept},nouser_xattr"),
            kept.replacen("trial ", "trial 0", 1),
            kept.replacen(' ', "", 1),
            String::new(),
        ] {
            assert_ne!(other, kept);
            assert_eq!(believed(&other), None, "{other}");
        }
    }

    #[test]
    fn a_disk_that_lacks_something_is_tried_at_each_start() {
        let top = TestDirectory::new();
        for lacking in [&[seam::Feature::Links][..], &[seam::Feature::Exchange], &[seam::Feature::Times]] {
            seam::lack(lacking);
            let volume = Volume::open(&top, None, 0).unwrap();
            volume.probe().unwrap();
            assert_eq!(volume.abilities_to_keep().unwrap(), None, "{lacking:?}");
        }
        seam::lack(&[]);
    }
}
