//! Every limit of the server in one place, each with its unit last in its name. Those that depend on the house (how many
//! connections, how many workers) are settings and stand in `config`.

use std::time::Duration;

/// Bytes of a request's head: its first line and all headers.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request.
pub const HEADERS_MAX: usize = 100;
/// Bytes that all connections hold together while they wait: unfinished heads and bodies, requests whose turn has not come,
/// and answers for which the sockets have no room. Beyond this connections of the network that holds most are ended.
pub const WAITING_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Bytes of an answer that the kernel holds for a connection before it sends them: beyond this they wait here, where they
/// are counted. Without this limit the kernel holds some megabytes for each connection that does not read.
pub const KERNEL_UNSENT_BYTES_MAX: u32 = 64 * 1024;
/// Bytes of parameters in a body.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;
/// The same from somebody who is not signed in: strangers must not be able to fill the memory of a board together.
pub const GUEST_FORM_BYTES_MAX: usize = 64 * 1024;
/// Parameters of a call.
pub const FORM_FIELDS_MAX: usize = 10_000;
/// Bytes of a body that the poller gathers by itself before it decides who answers.
pub const GATHERED_BODY_BYTES_MAX: usize = 8 * 1024;
/// Bytes of the line before a chunk of a chunked body, and of all lines after the last chunk.
pub const CHUNK_LINE_BYTES_MAX: usize = 256;
pub const TRAILER_BYTES_MAX: usize = 8 * 1024;
/// Bytes of the header of one part of a multipart body, and of its boundary (RFC 2046, section 5.1.1).
pub const PART_HEADER_BYTES_MAX: usize = 8 * 1024;
pub const BOUNDARY_BYTES_MAX: usize = 70;
/// Ranges in one request; more are answered with the whole content.
pub const RANGES_MAX: usize = 32;

/// From the first byte of a request to the end of its head and small body.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// A connection without a request.
pub const IDLE_TIME: Duration = Duration::from_secs(60);
/// In each stretch of this length a body must bring, and a reply must take, at least `PACE_BYTES_MIN`.
pub const STALL_TIME: Duration = Duration::from_secs(30);
/// 1 KiB a second: slower than any line a person would wait at.
pub const PACE_BYTES_MIN: u64 = 30 * 1024;
/// After an early answer: how long what still arrives is thrown away, so that the caller can read the answer.
pub const LINGER_TIME: Duration = Duration::from_secs(2);
/// Bytes of an unread body that are read and thrown away so that the connection can go on.
pub const DRAINED_BODY_BYTES_MAX: u64 = 256 * 1024;
/// At the stop: how long running calls may take to end.
pub const STOP_TIME: Duration = Duration::from_secs(20);
/// How long accepting pauses when there is no descriptor left and nobody to send away.
pub const ACCEPT_PAUSE_TIME: Duration = Duration::from_millis(50);
/// How long a worker without work stays.
pub const WORKER_IDLE_TIME: Duration = Duration::from_secs(8);

/// Answers to pipelined requests of one connection before others have their turn.
pub const PIPELINED_ANSWERS_MAX: usize = 16;
/// Calls that wait for a worker; beyond this callers are told to come back.
pub const QUEUED_CALLS_MAX: usize = 1024;
/// The same for callers who are not signed in, in all and from one network.
pub const QUEUED_GUEST_CALLS_MAX: usize = 1024;
pub const QUEUED_GUEST_CALLS_PER_NETWORK_MAX: usize = 256;
/// Connections the kernel holds until they are accepted.
pub const BACKLOG: i32 = 1024;

/// Passwords that are hashed at the same time, each in 9 MiB, and callers that wait for their turn.
pub const HASHES_AT_ONCE_MAX: usize = 2;
pub const HASHES_WAITING_MAX: usize = 32;
/// Counts of wrong passwords and codes in memory; beyond this the oldest are forgotten.
pub const GUESS_COUNTS_MAX: usize = 4096;
/// The longest wait between two guesses, and how long after the last one a count is forgotten.
pub const GUESS_WAIT_MAX: Duration = Duration::from_secs(60);
pub const GUESSES_FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);
/// Pairing codes of one account that wait for their devices; beyond this the oldest end.
pub const PAIRING_CODES_MAX: usize = 16;
/// Networks that an account remembers to have been used from.
pub const KNOWN_NETWORKS_MAX: u32 = 100;

/// Bytes of a file whose text is searched, and of the files that are read before their words are written.
pub const TEXT_BYTES_MAX: u64 = 256 * 1024;
pub const TEXTS_AT_ONCE_BYTES_MAX: u64 = 1024 * 1024;

/// Files and folders that are had together, as an archive.
pub const CONTENTS_MAX: u64 = 10_000_000;
/// Bytes that all lists of such files, and of files in folders that are copied, take up together on a disk.
pub const SPOOLED_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Lists of favourites that an account may make, bytes of the name of one, and entries in all of them together.
pub const FAVORITE_LISTS_MAX: usize = 100;
pub const FAVORITE_LIST_NAME_BYTES_MAX: usize = 200;
pub const FAVORITES_MAX: u64 = 5000;

/// Bytes of a comment, and comments on one entry.
pub const COMMENT_BYTES_MAX: usize = 4000;
pub const COMMENTS_MAX: u64 = 1000;
/// Comments that one account has written, and the bytes of all of them together.
pub const COMMENTS_OF_ACCOUNT_MAX: u64 = 10_000;
pub const COMMENTS_OF_ACCOUNT_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Entries of the disks that could not be handled, of which the program remembers so many.
pub const FINDINGS_MAX: usize = 500;
/// What a copy or an archive lacks, of which so many are told by name.
pub const LEFT_OUT_TOLD_MAX: usize = 100;

/// Values that clients keep for an account: bytes of a key or a name, bytes of a value, and their number.
pub const USER_VALUE_NAME_BYTES_MAX: usize = 100;
pub const USER_VALUE_BYTES_MAX: usize = 4000;
pub const USER_VALUES_MAX: u64 = 200;
/// Activities that are kept, of all accounts together, and for how long.
pub const ACTIVITIES_MAX: i64 = 20_000;
pub const ACTIVITY_KEPT_SECONDS: i64 = 180 * 24 * 3600;

/// Notices that wait for an account, and places it does not want to hear about.
pub const TOASTS_MAX: i64 = 200;
pub const NOTIFICATION_FILTERS_MAX: usize = 200;
/// Shortcuts of an account, and bytes of the name of one.
pub const SHORTCUTS_MAX: usize = 10;
pub const SHORTCUT_NAME_BYTES_MAX: usize = 200;
/// Folders that are watched for changes; each takes about a kilobyte of the kernel's memory.
pub const WATCHED_FOLDERS_MAX: usize = 100_000;
/// Calls of people who are not signed in, in the audit log.
pub mod strangers {
    /// Rows in a minute of callers from one address (of IPv6: from one /64 network), and of all together. Further calls are counted.
    pub const ROWS_OF_AN_ADDRESS_MAX: u32 = 20;
    pub const ROWS_OF_A_MINUTE_MAX: u32 = 300;
    /// Rows that say how many were counted.
    pub const COUNTED_MAX: usize = 256;
    /// Bytes of what a call was about, and of the name of the program that made it.
    pub const OBJECT_BYTES_MAX: usize = 200;
    pub const AGENT_BYTES_MAX: usize = 100;
    /// Rows that are kept, and bytes of them. The oldest go, whatever there is of people's.
    pub const KEPT_ROWS_MAX: u64 = 20_000;
    pub const KEPT_BYTES_MAX: u64 = 8 * 1024 * 1024;
}
/// What a picture may cost.
#[cfg(feature = "thumbs")]
pub mod picture {
    use std::time::Duration;

    /// Bytes of a file that is drawn.
    pub const FILE_BYTES_MAX: u64 = 64 << 20;
    /// Pixels of a side.
    pub const SIDE_MAX: u32 = 30_000;
    /// Bytes that drawing may take: an eighth of the machine's, but not less than a photo of 16 megapixels needs, nor more
    /// than one of 85.
    pub const MEMORY_BYTES_MAX: std::ops::RangeInclusive<u64> = 48 << 20..=256 << 20;
    /// Pictures that wait to be drawn, one after the other; beyond this callers are told to come back.
    pub const WAITING_MAX: usize = 32;
    /// How long a caller waits for a picture, and how long one may be read.
    pub const WAIT_TIME: Duration = Duration::from_secs(20);
    /// How long the thread that draws stays without work.
    pub const IDLE_TIME: Duration = Duration::from_secs(10);
}
