//! Values that every layer uses. They have no state, and no I/O except the clock and the kernel's
//! random numbers.

pub mod byte_ranges;
pub mod checksum;
pub mod clock;
pub mod common_passwords;
pub mod csv;
pub mod digits;
pub mod encoding;
#[cfg(test)]
pub mod fault_injection;
pub mod fold;
pub mod free_memory;
pub mod guarded;
pub mod host;
pub mod html;
pub mod http_status;
pub mod ids;
pub mod language;
pub mod limits;
pub mod local_zone;
pub mod network;
pub mod numbered;
pub mod obstacle;
pub mod owner_note;
pub mod path;
pub mod period;
pub mod permits;
pub mod printable;
pub mod qr;
pub mod refusal;
pub mod root;
pub mod secret;
pub mod share_id;
pub mod shown_path;
pub mod size;
pub mod text;
pub mod time;
pub mod totp;
pub mod user_name;
pub mod vital;
pub mod while_used;
pub mod words;
#[cfg(test)]
pub mod work_done;
