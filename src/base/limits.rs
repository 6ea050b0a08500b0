//! All limits of the server, each with its unit at the end of its name. Limits that depend on the
//! household, such as the number of connections, are settings in `config`.

use std::time::Duration;

/// The largest number of a setting.
pub const SETTING_NUMBER_MAX: u32 = 1_000_000_000;
/// Bytes of a setting that is a text of several lines.
pub const LONG_SETTING_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a logo, as it is sent and as it is kept.
pub const LOGO_BYTES_MAX: usize = 512 * 1024;
/// The longest side of a logo in pixels.
pub const LOGO_SIDE_MAX: u32 = 512;

/// Bytes of a request's head: the first line and all headers.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request.
pub const HEADERS_MAX: usize = 100;
/// Bytes that all connections together hold: unfinished heads and bodies, requests that wait for
/// their turn, for a worker or for its answer, with what was sent behind them, and answers that
/// their sockets cannot take yet. Beyond this, connections of the network that holds most are
/// closed.
pub const HELD_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Bytes of an answer that the kernel buffers for a connection. Further bytes wait in the server,
/// where they are counted. Without this limit, the kernel would hold some megabytes for each
/// connection that does not read.
pub const KERNEL_UNSENT_BYTES_MAX: u32 = 64 * 1024;
/// Bytes of parameters in a body.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;
/// The same for callers who are not signed in: strangers must not fill a board's memory.
pub const GUEST_FORM_BYTES_MAX: usize = 64 * 1024;
/// Parameters of one call.
pub const FORM_FIELDS_MAX: usize = 10_000;
/// Bytes of a body that the poller gathers before it decides who answers.
pub const GATHERED_BODY_BYTES_MAX: usize = 8 * 1024;
/// Bytes of the line before each chunk of a chunked body, and of all lines after the last chunk.
pub const CHUNK_LINE_BYTES_MAX: usize = 256;
pub const TRAILER_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a part's header in a multipart body, and of the boundary (RFC 2046, section 5.1.1).
pub const PART_HEADER_BYTES_MAX: usize = 8 * 1024;
pub const BOUNDARY_BYTES_MAX: usize = 70;
/// Ranges in one request. A request with more gets the whole content.
pub const RANGES_MAX: usize = 32;

/// From the first byte of a request to the end of its head and of its small body.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// A connection without a request is closed after this time.
pub const IDLE_TIME: Duration = Duration::from_secs(60);
/// The period in which a body must bring, and a reply must take, at least `PACE_BYTES_MIN`.
pub const STALL_TIME: Duration = Duration::from_secs(30);
/// 1 KiB per second: slower than any line on which a person would wait.
pub const PACE_BYTES_MIN: u64 = 30 * 1024;
/// The time for which bytes are still read and dropped after an early answer, so that the caller
/// can read the answer.
pub const LINGER_TIME: Duration = Duration::from_secs(2);
/// Bytes of an unread body that are read and dropped, so that the connection can be used again.
pub const DRAINED_BODY_BYTES_MAX: u64 = 256 * 1024;
/// The time that running calls have to end when the server stops.
pub const STOP_TIME: Duration = Duration::from_secs(20);
/// How long the stop waits for other readers of the database, so that its log can be emptied.
pub const CHECKPOINT_WAIT_TIME: Duration = Duration::from_millis(200);
/// The pause in accepting connections when no file descriptor is left and no connection can be
/// closed.
pub const ACCEPT_PAUSE_TIME: Duration = Duration::from_millis(50);
/// An idle worker ends after this time.
pub const WORKER_IDLE_TIME: Duration = Duration::from_secs(8);

/// Pipelined requests of one connection that are answered before other connections have their turn.
pub const PIPELINED_ANSWERS_MAX: usize = 16;
/// Calls that wait for a worker. Beyond this, callers are asked to try again later.
pub const QUEUED_CALLS_MAX: usize = 1024;
/// When somebody may try again who was refused because of too much work.
pub const RETRY_AFTER_SECONDS: u64 = 2;
/// The same for callers who are not signed in: from all networks, and from one.
pub const QUEUED_GUEST_CALLS_MAX: usize = 1024;
pub const QUEUED_GUEST_CALLS_PER_NETWORK_MAX: usize = 256;
/// Connections that the kernel holds until they are accepted.
pub const BACKLOG: i32 = 1024;

/// Passwords that are hashed at the same time, each in 9 MiB; and callers that wait for their turn.
pub const HASHES_AT_ONCE_MAX: usize = 2;
pub const HASHES_WAITING_MAX: usize = 32;
/// Counters of wrong passwords and codes in memory. Beyond this, the oldest are removed.
pub const GUESS_COUNTS_MAX: usize = 4096;
/// The longest wait between two guesses, and the time after which a counter is removed.
pub const GUESS_WAIT_MAX: Duration = Duration::from_secs(60);
pub const GUESSES_FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);
/// Pairing codes of one account that wait for a device. Beyond this, the oldest end.
pub const PAIRING_CODES_MAX: usize = 16;
/// The time for which a sign-in waits for the code of a second factor, and a key for an authenticator app to be confirmed.
pub const SECOND_FACTOR_TIME: Duration = Duration::from_secs(10 * 60);
/// Sign-ins of one account that wait for a code. Beyond this, the oldest end.
pub const WAITING_SIGN_INS_MAX: usize = 8;
/// Wrong codes after which a sign-in begins again with the password.
pub const WRONG_CODES_MAX: u32 = 10;
/// Devices of one account; of these, those that only wait. Beyond this, the oldest are removed.
pub const DEVICES_MAX: u32 = 100;
pub const DEVICES_WAITING_MAX: u32 = 10;
/// Commands that wait for one device. Beyond this, the oldest are removed.
pub const DEVICE_COMMANDS_MAX: u32 = 50;
/// Bytes of each thing that a device says about itself, and of a message for it.
pub const DEVICE_ID_BYTES_MAX: usize = 200;
pub const DEVICE_MESSAGE_BYTES_MAX: usize = 1000;
/// Recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;
/// Links with a password that one browser has open at the same time, and the time after which it has
/// to give a password again.
pub const LINKS_OPEN_MAX: usize = 8;
pub const LINK_OPEN_TIME: Duration = Duration::from_secs(24 * 3600);
/// How long somebody may take back what they have deleted without seeing the recycle bin. The portal offers it for half of that.
pub const DELETION_UNDO_SECONDS: i64 = 60;
/// Downloads by links that may be resumed, and the time for which each may.
pub const DOWNLOADS_BEGUN_MAX: usize = 4096;
pub const RESUME_TIME: Duration = Duration::from_secs(24 * 3600);
/// Unfinished uploads of visitors, among those of the account whose link they use.
pub const UPLOADS_OF_VISITORS_MAX: usize = 200;
/// Networks that are remembered for an account.
pub const KNOWN_NETWORKS_MAX: u32 = 100;

/// Bytes of a file whose text is indexed; and bytes of files that are read before their words are
/// stored.
pub const TEXT_BYTES_MAX: u64 = 256 * 1024;
pub const TEXTS_AT_ONCE_BYTES_MAX: u64 = 1024 * 1024;

/// Files and folders in one archive or copy.
pub const CONTENTS_MAX: u64 = 10_000_000;
/// Bytes that all such lists of files together take up on a disk.
pub const SPOOLED_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Lists of favourites of an account, bytes of a list's name, and entries in all lists of an
/// account.
pub const FAVORITE_LISTS_MAX: usize = 100;
pub const FAVORITE_LIST_NAME_BYTES_MAX: usize = 200;
pub const FAVORITES_MAX: u64 = 5000;

/// Bytes of one comment, and comments on one entry.
pub const COMMENT_BYTES_MAX: usize = 4000;
pub const COMMENTS_MAX: u64 = 1000;
/// Comments that one account may write, and their bytes.
pub const COMMENTS_OF_ACCOUNT_MAX: u64 = 10_000;
pub const COMMENTS_OF_ACCOUNT_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Entries with problems that are remembered.
pub const FINDINGS_MAX: usize = 500;
/// Entries left out of a copy or an archive that are named to the user.
pub const LEFT_OUT_TOLD_MAX: usize = 100;

/// Values that clients store for an account: bytes of a key or a name, bytes of a value, and number
/// of values.
pub const USER_VALUE_NAME_BYTES_MAX: usize = 100;
pub const USER_VALUE_BYTES_MAX: usize = 4000;
pub const USER_VALUES_MAX: u64 = 200;
/// Activities of all accounts together, and the time for which they are kept.
pub const ACTIVITIES_MAX: i64 = 20_000;
pub const ACTIVITY_KEPT_SECONDS: i64 = 180 * 24 * 3600;

/// Notifications of an account, and places for which it wants none.
pub const TOASTS_MAX: i64 = 200;
pub const NOTIFICATION_FILTERS_MAX: usize = 200;
/// Shortcuts of an account, and bytes of a shortcut's name.
pub const SHORTCUTS_MAX: usize = 10;
pub const SHORTCUT_NAME_BYTES_MAX: usize = 200;
/// Groups, those among them that one account has made for itself, and bytes of the name of one.
pub const GROUPS_MAX: u64 = 10_000;
pub const GROUPS_OF_ACCOUNT_MAX: u64 = 100;
pub const GROUP_NAME_BYTES_MAX: usize = 100;
/// Files and accounts that the dashboard shows as the latest.
pub const LATEST_MAX: usize = 10;
/// Settings in one call.
pub const SETTINGS_PER_CALL_MAX: u64 = 200;
/// Policies, and bytes of the name of one.
pub const POLICIES_MAX: usize = 200;
pub const POLICY_NAME_BYTES_MAX: usize = 100;
/// Shares of one account, members of one share, bytes of the password of a link, and characters at the end of the address of one.
pub const SHARES_OF_ACCOUNT_MAX: u64 = 2000;
pub const MEMBERS_OF_SHARE_MAX: usize = 500;
pub const LINK_PASSWORD_BYTES_MAX: usize = 1024;
pub const LINK_TOKEN_CHARACTERS: std::ops::RangeInclusive<usize> = 3..=64;
/// Further disks, and those to whom one of them is given by name or group.
pub const EXTERNALS_MAX: usize = 100;
pub const EXTERNAL_MEMBERS_MAX: usize = 500;
/// Folders of one account or disk that have an access list, and entries of one list.
pub const ACCESS_LISTS_MAX: usize = 1000;
pub const ACCESS_ENTRIES_MAX: usize = 100;
/// Folders that are watched for changes. Each takes about a kilobyte of the kernel's memory.
pub const WATCHED_FOLDERS_MAX: usize = 100_000;
/// Limits of strangers' calls in the audit log. Strangers are callers who are not signed in.
pub mod strangers {
    /// Rows per minute for one IPv4 address or one IPv6 /64 network, and for all together. Further
    /// calls are counted.
    pub const ROWS_OF_AN_ADDRESS_MAX: u32 = 20;
    pub const ROWS_OF_A_MINUTE_MAX: u32 = 300;
    /// Rows that report counted calls.
    pub const COUNTED_MAX: usize = 256;
    /// Bytes of the object of a call, and of the caller's user agent.
    pub const OBJECT_BYTES_MAX: usize = 200;
    pub const AGENT_BYTES_MAX: usize = 100;
    /// Rows that are kept, and their bytes. Beyond this, the oldest are removed, independently of
    /// the rows of people.
    pub const KEPT_ROWS_MAX: u64 = 20_000;
    pub const KEPT_BYTES_MAX: u64 = 8 * 1024 * 1024;
}
/// Limits of decoding pictures.
#[cfg(feature = "thumbs")]
pub mod picture {
    use std::time::Duration;

    /// Bytes of a picture file.
    pub const FILE_BYTES_MAX: u64 = 64 << 20;
    /// Pixels of one side.
    pub const SIDE_MAX: u32 = 30_000;
    /// Bytes of memory for drawing: an eighth of the machine's memory, but enough for a photo of 16
    /// megapixels and at most enough for one of 85.
    pub const MEMORY_BYTES_MAX: std::ops::RangeInclusive<u64> = 48 << 20..=256 << 20;
    /// Pictures that wait for the drawing thread. Beyond this, callers are asked to try again
    /// later.
    pub const WAITING_MAX: usize = 32;
    /// The time that a caller waits for a picture, and the time that reading one may take.
    pub const WAIT_TIME: Duration = Duration::from_secs(20);
    /// The drawing thread ends after this time without work.
    pub const IDLE_TIME: Duration = Duration::from_secs(10);
}
