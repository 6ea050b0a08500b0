//! Volumes: plain files under readable names. This is the only code that touches the file system.
//!
//! It knows bytes, names and folders, but no users, no rights, no database and no HTTP. It never
//! follows a symlink, never opens a path by its text (only beneath the handle of a volume's root,
//! see `resolve`), and never leaves half a file under a name that users can see (see `replace`).
//!
//! The layout of a volume is below. `.cloudlet` lies on the same file system as the files, so that
//! every move is a rename:
//!
//! ```text
//! <root>/alice/Photos/...          users' files; for volume 0 the root is DATA/files
//! <root>/.cloudlet/volume.json     {"id": "24 hexadecimal digits"}, wherever it is mounted
//!                 /<name>          an entry of the cache, which can be made again
//!                 /staging/        content that is not yet in its place (see `hidden_dir`)
//!                 /versions/<id>   versions of files
//!                 /trash/<id>      deleted files and folders
//!                 /thumbs/<id>     thumbnails, which can be made again
//! ```
//!
//! Permission bits do not depend on the process's umask. Users' files get 0640 and folders 0750, so
//! that a group of the administrator's choice (Samba's, with the set-group-id bit on a folder) can
//! read them and nobody else can. If a folder has a default access list, that list decides instead.
//! A replacement keeps all attributes of the replaced file (see `attributes`). `.cloudlet` is 0700,
//! and everything in it 0600 until it leaves.

mod abilities;
mod acl;
mod answers;
mod assemble;
mod attributes;
pub mod backup;
mod bytes;
mod claim;
mod copy;
pub mod database_disk;
mod directory;
mod early_sync;
mod elsewhere;
mod errno;
mod file_system;
mod finish;
mod folder;
mod hidden_dir;
mod kept_abilities;
mod lease;
pub mod local;
mod location;
mod lookup;
mod move_in;
mod name_locks;
mod open_folder;
mod probe;
mod reader;
mod recover;
mod removal;
mod replace;
mod resolve;
mod retained;
mod set_aside;
mod skip;
mod skipped;
mod slot;
mod spelling;
mod spool;
mod stage;
pub mod standard_error;
mod stat;
mod sys;
mod tree;
mod unfinished;
mod volume;
mod watch;

#[cfg(test)]
mod tests;

pub use abilities::Unsafe;
pub use answers::wait_for_answer;
pub use assemble::Assembly;
pub use claim::{Claim, Claimed};
pub use copy::{CopyEvent, CopyOptions};
pub use file_system::FileSystem;
pub use folder::{Found, Listed};
pub use lease::{Claimant, Ended, end_lease};
pub use location::Location;
pub use lookup::Cached;
pub use open_folder::{FolderState, OpenFolder};
pub use reader::{Reader, Unchanged};
pub use replace::{Commit, Committed, Replace};
pub use skipped::{Skipped, Wanted};
pub use spool::{Records, Spool, SpoolLimits};
pub use stage::Stage;
pub use stat::{Brief, Kind, Moved, Stat, content_etag};
#[cfg(test)]
pub(crate) use sys::refusal;
pub use tree::Usage;
pub use unfinished::Unfinished;
pub use volume::{Space, Volume};
pub use watch::{Changes, Waker, Watcher};
