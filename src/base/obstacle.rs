//! Reasons why one entry of a disk cannot be handled although others can.

/// The reason why one entry cannot be handled, made from the system's error. A full disk and a lack
/// of memory are no such reasons: they concern all entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The permission bits or the owner keep the server out.
    AccessDenied,
    /// The entry is immutable or append-only, or belongs to another user.
    NotPermitted,
    /// Its file system is mounted read-only.
    ReadOnly,
    /// Another program holds it.
    InUse,
    /// Another file system is mounted there.
    Mounted,
    /// The disk cannot read or write it.
    Damaged,
    /// Its file system does not answer: a network disk, or a FUSE program that has ended.
    Disconnected,
    /// A symbolic link, or a loop of them, is in the way.
    Link,
    /// Its name or path is longer than the system allows.
    NameTooLong,
    /// The entry has more folders above it than a path may have.
    TooDeep,
}

impl Obstacle {
    /// A fixed word for programs: the system's own name of the error, if it has one.
    pub fn word(self) -> &'static str {
        match self {
            Obstacle::AccessDenied => "EACCES",
            Obstacle::NotPermitted => "EPERM",
            Obstacle::ReadOnly => "EROFS",
            Obstacle::InUse => "EBUSY",
            Obstacle::Mounted => "mounted",
            Obstacle::Damaged => "EIO",
            Obstacle::Disconnected => "ENOTCONN",
            Obstacle::Link => "ELOOP",
            Obstacle::NameTooLong => "ENAMETOOLONG",
            Obstacle::TooDeep => "too-deep",
        }
    }

    /// A text for people. It ends a sentence that begins with the path.
    pub fn meaning(self) -> &'static str {
        match self {
            Obstacle::AccessDenied => "the server may not open it",
            Obstacle::NotPermitted => "it is protected against changes, or belongs to somebody else",
            Obstacle::ReadOnly => "its disk is read-only",
            Obstacle::InUse => "another program holds it",
            Obstacle::Mounted => "another disk is mounted there",
            Obstacle::Damaged => "the disk cannot read or write it",
            Obstacle::Disconnected => "its disk does not answer",
            Obstacle::Link => "a symbolic link is in the way",
            Obstacle::NameTooLong => "its name or path is too long",
            Obstacle::TooDeep => "it lies below too many folders",
        }
    }
}
