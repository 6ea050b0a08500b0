//! Values that every floor uses: no I/O beyond the clock and the kernel's random numbers, no state.

pub mod checksum;
pub mod clock;
pub mod digits;
pub mod encoding;
pub mod fold;
pub mod host;
pub mod ids;
pub mod limits;
pub mod network;
pub mod obstacle;
pub mod path;
pub mod printable;
pub mod qr;
pub mod root;
#[cfg(test)]
pub mod seam;
pub mod secret;
pub mod size;
pub mod time;
pub mod vital;
pub mod words;
