//! All limits of the server, each with its unit at the end of its name. Limits that depend on the
//! household, such as the number of connections, are settings in `config`.

use std::time::Duration;

/// Maximum bytes of the name of a version.
pub const VERSION_NAME_BYTES_MAX: usize = 200;

/// The largest number that a setting may have.
pub const SETTING_NUMBER_MAX: u32 = 1_000_000_000;
/// Bytes of a setting that has several lines.
pub const LONG_SETTING_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a logo, both as it is sent and as it is stored.
pub const LOGO_BYTES_MAX: usize = 512 * 1024;
/// The longest side of a logo in pixels.
pub const LOGO_SIDE_MAX: u32 = 512;
/// Bytes of the frame of a video that a browser has drawn.
pub const VIDEO_FRAME_BYTES_MAX: usize = 512 * 1024;
/// Videos about whose thumbnails one call asks.
pub const VIDEO_THUMBNAILS_ASKED_MAX: usize = 200;

/// Bytes of a request's head: the first line and all headers.
pub const HEAD_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request.
pub const HEADERS_MAX: usize = 100;
/// Bytes that all connections hold together: unfinished heads and bodies; requests that wait for
/// their turn, for a worker or for its answer, with the bytes sent after them; and answers that do
/// not fit into their sockets. Beyond this, connections of the network that holds most are closed.
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
/// Bytes of a text in a form, unless another limit is declared for it.
pub const TEXT_PARAMETER_BYTES_MAX: usize = 4096;
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

/// The time from the first byte of a request to the end of its head, or of its small body.
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
/// Bytes of an unread body that are read and dropped in order to use the connection again.
pub const DRAINED_BODY_BYTES_MAX: u64 = 256 * 1024;
/// The time that running calls may still take when the server stops.
pub const STOP_TIME: Duration = Duration::from_millis(1400);
/// The time for which bodies are still read, and answers still sent, when the server stops.
/// Transfers that are cut after this time end as they do when the connection breaks, and go on
/// after the start.
pub const TRANSFER_STOP_TIME: Duration = Duration::from_millis(800);
/// The time for which the stop waits for threads whose calls have ended.
pub const WORKERS_STOP_TIME: Duration = Duration::from_millis(100);
/// The time for which the stop waits for work in the background, counted from the signal to stop;
/// and the least time that it leaves after the last call.
pub const BACKGROUND_STOP_TIME: Duration = Duration::from_millis(1600);
pub const BACKGROUND_STOP_TIME_MIN: Duration = Duration::from_millis(200);
/// The time for which the stop waits for other readers of the database, so that its log can be
/// emptied.
pub const CHECKPOINT_WAIT_TIME: Duration = Duration::from_millis(200);

/// A stop waits for at most two seconds, whatever it waits for: for calls, then for work in the
/// background, which has the rest of its time but not less than the least, and for the database.
const _: () = {
    let calls = STOP_TIME.as_millis() + WORKERS_STOP_TIME.as_millis();
    let after_calls = calls + BACKGROUND_STOP_TIME_MIN.as_millis();
    let background = BACKGROUND_STOP_TIME.as_millis();
    let longest = if background > after_calls { background } else { after_calls };
    assert!(longest + CHECKPOINT_WAIT_TIME.as_millis() <= 2000);
};

/// Threads that may be inside a disk at the same time. This is for disks that are reached over a
/// network or through a program, and for a local disk that was slow recently.
pub const DISK_PERMITS: usize = 8;
/// The same for a local disk that answers promptly. There are fewer permits than workers, so that
/// some workers remain for others even if the disk hangs.
pub const LOCAL_DISK_PERMITS: usize = 96;
/// If no permit is free on a disk that answers promptly, a caller waits this long for one.
pub const DISK_PERMIT_WAIT_TIME: Duration = Duration::from_millis(500);
/// If a disk holds up a thread for this time, it is asked whether it answers. If it does not answer
/// within the same time, it counts as waking up, and others take over the work of the threads
/// inside it.
pub const DISK_SLOW_TIME: Duration = Duration::from_secs(1);
/// The time for which callers wait for a disk that is waking up: disks at rest need up to 15
/// seconds to spin up. Afterwards the disk counts as silent: no thread enters it, and callers are
/// told that it does not answer.
pub const DISK_WAKING_TIME: Duration = Duration::from_secs(30);
/// The longest time of one system call on a disk that answers other calls.
pub const DISK_CALL_TIME: Duration = Duration::from_secs(300);
/// For this time after it was slow, a local disk has as few permits.
pub const DISK_WAS_SLOW_TIME: Duration = Duration::from_secs(600);
/// The time for which a listing of all disks waits for them before it shows their last known state.
pub const DISK_GLANCE_TIME: Duration = Duration::from_millis(500);
/// The time for which the start waits for disks. Disks that answer later are added later.
pub const DISK_START_TIME: Duration = Duration::from_secs(3);
/// The pause in accepting connections when no file descriptor is left and no connection can be
/// closed.
pub const ACCEPT_PAUSE_TIME: Duration = Duration::from_millis(50);
/// An idle worker ends after this time.
pub const WORKER_IDLE_TIME: Duration = Duration::from_secs(8);

/// Pipelined requests of one connection that are answered before other connections have their turn.
pub const PIPELINED_ANSWERS_MAX: usize = 16;
/// Calls that wait for a worker. Beyond this, callers are asked to try again later.
pub const QUEUED_CALLS_MAX: usize = 1024;
/// The time that a caller should wait before trying again after a refusal because of too much work.
pub const RETRY_AFTER_SECONDS: u64 = 2;
/// Calls of strangers that wait for a worker: from all networks, and from one.
pub const QUEUED_GUEST_CALLS_MAX: usize = 1024;
pub const QUEUED_GUEST_CALLS_PER_NETWORK_MAX: usize = 256;
/// Networks of strangers that are remembered because they have called much.
pub const GUEST_NETWORKS_MAX: usize = 1024;
/// Connections that the kernel holds until they are accepted.
pub const BACKLOG: i32 = 1024;

/// Longer passwords are refused before they cost anything.
pub const PASSWORD_BYTES_MAX: usize = 1024;
/// Passwords that are hashed at the same time, each in 9 MiB of memory, and callers that wait for
/// this.
pub const HASHES_AT_ONCE_MAX: usize = 2;
pub const HASHES_WAITING_MAX: usize = 32;
/// Of the passwords that are hashed at the same time, this many are never those of callers from a
/// network from which nobody has signed in to the account before.
pub const HASHES_FOR_KNOWN: usize = 1;
/// Counters of wrong passwords and codes in memory. Beyond this, the oldest are removed.
pub const GUESS_COUNTS_MAX: usize = 4096;
/// The longest wait between two guesses, and the time after which a counter is removed.
pub const GUESS_WAIT_MAX: Duration = Duration::from_secs(60);
pub const GUESSES_FORGOTTEN_AFTER: Duration = Duration::from_secs(15 * 60);
/// Pairing codes of one account that wait for a device. Beyond this, the oldest are removed.
pub const PAIRING_CODES_MAX: usize = 16;
/// The time for which a link for a new password works; and the time for which a link works that
/// invites a person or verifies an e-mail address.
pub const PASSWORD_LINK_SECONDS: i64 = 3600;
pub const INVITATION_SECONDS: i64 = 7 * 24 * 3600;
/// Mailed links of one account that still work.
pub const MAILED_LINKS_MAX: i64 = 3;
/// People whom one account has invited by mail, whose links still work and who have not signed in.
pub const OPEN_INVITATIONS_MAX: u64 = 20;
/// Accounts that people may make for themselves in a day, and how long such an account waits for
/// the verification of its e-mail address before it is removed.
pub const SIGN_UPS_A_DAY_MAX: u64 = 50;
pub const SIGN_UP_KEPT_SECONDS: i64 = 7 * 24 * 3600;
/// The time for which a sign-in waits for the code of a second factor, and the time for which the
/// key of an authenticator app waits to be confirmed.
pub const SECOND_FACTOR_TIME: Duration = Duration::from_secs(10 * 60);
/// Sign-ins of one account that wait for a code. Beyond this, the oldest end.
pub const WAITING_SIGN_INS_MAX: usize = 8;
/// Wrong codes after which a sign-in must begin again with the password.
pub const WRONG_CODES_MAX: u32 = 10;
/// Devices of one account, and those among them that wait for approval. Beyond this, the oldest are
/// removed.
pub const DEVICES_MAX: u32 = 100;
pub const DEVICES_WAITING_MAX: u32 = 10;
/// Commands that wait for one device. Beyond this, the oldest are removed.
pub const DEVICE_COMMANDS_MAX: u32 = 50;
/// Bytes of each value that a device reports about itself, and of a message for it.
pub const DEVICE_ID_BYTES_MAX: usize = 200;
pub const DEVICE_MESSAGE_BYTES_MAX: usize = 1000;
/// Mails with a code for one sign-in.
pub const MAILED_CODES_MAX: u32 = 3;
/// Recovery codes of an account.
pub const RECOVERY_CODES: usize = 10;
/// Password-protected links that one browser has open at the same time, and the time after which it
/// must give the password again.
pub const LINKS_OPEN_MAX: usize = 8;
pub const LINK_OPEN_TIME: Duration = Duration::from_secs(24 * 3600);
/// The time in which people can undo a deletion if they do not see the recycle bin. The portal
/// offers it for half of this time.
pub const DELETION_UNDO_SECONDS: i64 = 60;
/// Downloads by links that may be resumed, and how long each may be resumed.
pub const DOWNLOADS_BEGUN_MAX: usize = 4096;
pub const RESUME_TIME: Duration = Duration::from_secs(24 * 3600);
/// Unfinished uploads of visitors, counted for the account whose link they use.
pub const UPLOADS_OF_VISITORS_MAX: usize = 200;
/// Networks that are remembered for an account.
pub const KNOWN_NETWORKS_MAX: u32 = 100;

/// Bytes of a file whose text is indexed, and bytes of files that are read before their words are
/// stored.
pub const TEXT_BYTES_MAX: u64 = 256 * 1024;
pub const TEXTS_AT_ONCE_BYTES_MAX: u64 = 1024 * 1024;

/// Files and folders in one archive or copy.
pub const CONTENTS_MAX: u64 = 10_000_000;
/// Bytes that all lists of files for archives and copies together take up on a disk.
pub const SPOOLED_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;

/// Lists of favorites of an account, bytes of a list's name, and entries in all lists of an
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
/// The number of entries that a user is told by name when they are left out of a copy or an
/// archive.
pub const LEFT_OUT_TOLD_MAX: usize = 100;

/// Values that clients store for an account: bytes of a key or a name, bytes of a value, and number
/// of values.
pub const USER_VALUE_NAME_BYTES_MAX: usize = 100;
pub const USER_VALUE_BYTES_MAX: usize = 4000;
pub const USER_VALUES_MAX: u64 = 200;
/// Activities of all accounts together, their entries, and the time for which they are kept.
pub const ACTIVITIES_MAX: i64 = 20_000;
pub const ACTIVITY_ENTRIES_MAX: i64 = 100_000;
pub const ACTIVITY_KEPT_SECONDS: i64 = 180 * 24 * 3600;
/// An action on a further entry belongs to the same activity if it comes within this time. An
/// action that is undone within this time is removed from the history.
pub const ACTIVITY_PAUSE_SECONDS: i64 = 600;
/// The same for changes by other programs, which are found only when somebody visits the folder.
pub const ACTIVITY_PAUSE_OF_PROGRAMS_SECONDS: i64 = 24 * 3600;

/// Notifications of an account, and places for which it wants no notifications.
pub const TOASTS_MAX: i64 = 200;
pub const NOTIFICATION_FILTERS_MAX: usize = 200;
/// Shortcuts of an account, and bytes of a shortcut's name.
pub const SHORTCUTS_MAX: usize = 10;
pub const SHORTCUT_NAME_BYTES_MAX: usize = 200;
/// Groups in all, groups that one account has made for itself, and bytes of a group's name.
pub const GROUPS_MAX: u64 = 10_000;
pub const GROUPS_OF_ACCOUNT_MAX: u64 = 100;
pub const GROUP_NAME_BYTES_MAX: usize = 100;
/// Files and accounts that the dashboard shows as the latest.
pub const LATEST_MAX: usize = 10;
/// Accounts in an imported list, and bytes of the list.
pub const IMPORTED_ACCOUNTS_MAX: usize = 500;
pub const IMPORT_BYTES_MAX: usize = 1024 * 1024;
/// Settings in one call.
pub const SETTINGS_PER_CALL_MAX: u64 = 200;
/// Metadata sets, and the attributes, choices, members and places of one set.
pub const METADATA_SETS_MAX: u64 = 100;
pub const METADATA_ATTRIBUTES_MAX: usize = 50;
pub const METADATA_CHOICES_MAX: usize = 100;
pub const METADATA_MEMBERS_MAX: usize = 500;
pub const METADATA_PLACES_MAX: usize = 100;
/// Bytes of a name in metadata, of one value or description, and of all values of an entry.
pub const METADATA_NAME_BYTES_MAX: usize = 100;
pub const METADATA_VALUE_BYTES_MAX: usize = 4000;
pub const METADATA_OF_ENTRY_BYTES_MAX: u64 = 64 * 1024;

/// Policies, and bytes of a policy's name.
pub const POLICIES_MAX: usize = 200;
pub const POLICY_NAME_BYTES_MAX: usize = 100;
/// Shares of one account, members of one share, bytes of a link's password, and characters of the
/// chosen end of a link's address.
pub const SHARES_OF_ACCOUNT_MAX: u64 = 2000;
pub const MEMBERS_OF_SHARE_MAX: usize = 500;
pub const LINK_PASSWORD_BYTES_MAX: usize = 1024;
pub const LINK_TOKEN_CHARACTERS: std::ops::RangeInclusive<usize> = 3..=64;
/// The names of people with whom something is shared by one call, in bytes.
pub const MEMBER_NAMES_BYTES_MAX: usize = 32 * 1024;
/// Further disks, and the accounts and groups to which one disk is given.
pub const EXTERNALS_MAX: usize = 100;
pub const EXTERNAL_MEMBERS_MAX: usize = 500;
/// Folders of one account or disk that have an access list, and entries of one list.
pub const ACCESS_LISTS_MAX: usize = 1000;
pub const ACCESS_ENTRIES_MAX: usize = 100;
/// Folders that are watched for changes. Each takes about a kilobyte of the kernel's memory.
pub const WATCHED_FOLDERS_MAX: usize = 100_000;
/// The brake for mass changes. The number of changes that holds a client is the setting
/// `mass_change_limit`.
pub mod brake {
    /// The time within which the changes of a client are counted, in seconds.
    pub const WINDOW_SECONDS: i64 = 600;
    /// A client that somebody let go on is not counted for this time, in seconds.
    pub const FREE_SECONDS: i64 = 3600;
    /// A content that looks encrypted counts for this number of changes.
    pub const ENCRYPTED_WEIGHT: u64 = 10;
    /// Number of clients that are counted at the same time. If there are more, those without recent
    /// changes are forgotten.
    pub const CLIENTS_MAX: usize = 200;
    /// Number of counted changes of a client. A higher limit is not respected.
    pub const COUNTED_MAX: u64 = 20_000;
    /// Maximum number of entries that could not be brought back in a reply. More are only counted.
    pub const LEFT_MAX: usize = 200;
}

/// Limits of strangers' calls in the audit log. Strangers are callers who are not signed in.
pub mod strangers {
    /// Rows per minute for one IPv4 address or one IPv6 /64 network, and for all of them together.
    /// Further calls are only counted.
    pub const ROWS_OF_AN_ADDRESS_MAX: u32 = 20;
    pub const ROWS_OF_A_MINUTE_MAX: u32 = 300;
    /// Rows that report the numbers of counted calls.
    pub const COUNTED_MAX: usize = 256;
    /// Bytes of the object of a call, and of the caller's user agent.
    pub const OBJECT_BYTES_MAX: usize = 200;
    pub const AGENT_BYTES_MAX: usize = 100;
    /// Stored rows, and their bytes. Beyond this, the oldest are removed, independently of the rows
    /// of people.
    pub const KEPT_ROWS_MAX: u64 = 20_000;
    pub const KEPT_BYTES_MAX: u64 = 8 * 1024 * 1024;
}
/// Limits of sending mail.
pub mod mail {
    use std::time::Duration;

    /// The longest time for connecting to one address of the mail server, for delivering one mail,
    /// and for delivering one mail for whose outcome a person waits.
    pub const CONNECT_TIME: Duration = Duration::from_secs(10);
    pub const DELIVERY_TIME: Duration = Duration::from_secs(60);
    pub const TEST_TIME: Duration = Duration::from_secs(10);
    /// Bytes of one line and of one reply from a mail server, and of all its replies for one mail.
    pub const LINE_BYTES_MAX: usize = 4 * 1024;
    pub const REPLY_BYTES_MAX: usize = 32 * 1024;
    pub const RECEIVED_BYTES_MAX: usize = 256 * 1024;
    /// Characters of a server's reply, as it is stored; of a subject; and of a name.
    pub const SAID_LETTERS_MAX: usize = 400;
    pub const HEADER_LETTERS_MAX: usize = 200;
    pub const LINE_LETTERS_MAX: usize = 100;
    /// Mails that wait to be sent, and mails queued for one address within an hour. Beyond this,
    /// callers are asked to try again later.
    pub const QUEUED_MAX: u32 = 1000;
    pub const QUEUED_FOR_ADDRESS_HOURLY_MAX: u32 = 20;
    /// Receivers of a message that a person writes, and such mails of all people within an hour.
    pub const MESSAGE_RECEIVERS_MAX: usize = 10;
    pub const MESSAGES_HOURLY_MAX: u64 = 100;
    /// Members of a group that get a mail about something that is shared with it.
    pub const GROUP_RECEIVERS_MAX: usize = 50;
    /// The pauses between two tries in minutes. The last one repeats.
    pub const PAUSES_MINUTES: [i64; 7] = [1, 5, 15, 30, 60, 120, 240];
    /// The time after which a mail is given up.
    pub const GIVEN_UP_AFTER_SECONDS: i64 = 2 * 24 * 3600;
    /// Days for which a sent mail, and a mail that was given up, stay in the list; and the number
    /// of mails in the list.
    pub const SENT_KEPT_DAYS: i64 = 30;
    pub const GIVEN_UP_KEPT_DAYS: i64 = 90;
    pub const KEPT_MAX: u32 = 10_000;
    /// Bytes of a mail text that administrators write, of its subject, and of a value in a mail.
    pub const TEMPLATE_BYTES_MAX: usize = 8 * 1024;
    pub const SUBJECT_BYTES_MAX: usize = 200;
    pub const VALUE_BYTES_MAX: usize = 8 * 1024;
}
/// Limits of the outside programs that draw thumbnails.
#[cfg(feature = "thumbs")]
pub mod programs {
    use std::time::Duration;

    /// The longest time of all programs for one picture together. A caller waits longer than this.
    pub const TIME_MAX: Duration = Duration::from_secs(15);
    /// Seconds of computing of one program.
    pub const PROCESSOR_SECONDS_MAX: u64 = 15;
    /// Bytes of the address space of a program: enough for a frame of a video in 4K.
    pub const MEMORY_BYTES_MAX: u64 = 1 << 30;
    /// Files that a program may have open.
    pub const FILES_MAX: u64 = 64;
    /// Bytes of a program's answer.
    pub const ANSWER_BYTES_MAX: usize = 16 << 20;
    /// Programs that were killed and have not ended yet. If there are more, no other program is
    /// started.
    pub const LEFT_MAX: usize = 2;
}

/// Limits of archives that are unpacked.
pub mod unpack {
    /// Files and folders in one archive.
    pub const ENTRIES_MAX: u64 = 100_000;
    /// Bytes of all its files.
    pub const BYTES_MAX: u64 = 256 << 30;
    /// The size of an archive's contents may be at most this many times the size of the archive.
    /// Deflate reaches a factor of a thousand for nothing but zeros, and about ten for texts.
    pub const RATIO_MAX: u64 = 200;
    /// Up to this many bytes, the ratio does not matter.
    pub const UNASKED_BYTES: u64 = 256 << 20;
}

/// Limits of decoding pictures.
#[cfg(feature = "thumbs")]
pub mod picture {
    use std::time::Duration;

    /// Bytes of a picture file.
    pub const FILE_BYTES_MAX: u64 = 64 << 20;
    /// Pixels of one side.
    pub const SIDE_MAX: u32 = 30_000;
    /// Bytes of memory for drawing: an eighth of the machine's memory, but at least enough for a
    /// photo of 16 megapixels and at most enough for one of 85.
    pub const MEMORY_BYTES_MAX: std::ops::RangeInclusive<u64> = 48 << 20..=256 << 20;
    /// Pictures that wait for the drawing thread. Beyond this, callers are asked to try again
    /// later.
    pub const WAITING_MAX: usize = 32;
    /// The longest time that a caller waits for a picture, and the longest time for reading one.
    pub const WAIT_TIME: Duration = Duration::from_secs(20);
    /// The drawing thread ends after this time without work.
    pub const IDLE_TIME: Duration = Duration::from_secs(10);
}
