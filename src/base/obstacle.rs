//! Why one entry of a disk cannot be handled while all others can.

/// What stands in the way, by what the system says of one entry. A full disk or a lack of memory is none: that stops
/// everything, not one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// Its permission bits or its owner keep the server out.
    AccessDenied,
    /// It is immutable or append-only, or belongs to somebody else.
    NotPermitted,
    /// Its file system is mounted read-only.
    ReadOnly,
    /// Another program holds it.
    InUse,
    /// Another file system is mounted there.
    Mounted,
    /// The disk cannot read or write it.
    Damaged,
    /// Its file system does not answer: the mount of a network disk or of a program that has ended.
    Disconnected,
    /// A symbolic link, or a circle of them, is in the way.
    Link,
    /// Its name or its path is longer than the system takes.
    NameTooLong,
    /// It lies below more folders than a path can have.
    TooDeep,
}

impl Obstacle {
    /// The word for programs, which never changes: the system's own where it has one.
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

    /// What it is, for people: the end of a sentence that begins with the path.
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
