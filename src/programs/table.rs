//! The table of programs: the kinds of files that each one draws, and its arguments. The first row
//! whose program draws something is used.
//!
//! Each program reads the file from its standard input, which is the open file, and writes a JPEG
//! or PNG to its standard output. Programs that need file names get the names of these two.
//! `heif-convert` is missing because it can only write to files.

use super::kind::Kind;

/// One way to draw some kinds of files.
pub struct Row {
    pub kinds: &'static [Kind],
    pub program: &'static str,
    /// `{side}` becomes the length of a square in pixels, `{container}` the format of the file.
    arguments: &'static [&'static [&'static str]],
}

impl Row {
    pub fn arguments_for(&self, container: &str, side: u32) -> Vec<String> {
        let side = side.to_string();
        let filled = |argument: &&str| argument.replace("{side}", &side).replace("{container}", container);
        self.arguments.iter().copied().flatten().map(filled).collect()
    }
}

/// Makes pixels square, and shrinks the picture until it fits, but never enlarges it. The encoder
/// needs sides of even length.
const SCALE: &str = "scale=w='max(2,trunc(iw*if(gt(sar,0),sar,1)/2)*2)':h='ih',setsar=1,\
    scale=w='min({side},iw)':h='min({side},ih)':force_original_aspect_ratio=decrease";

/// The arguments of all calls of `ffmpeg`: it asks nothing, uses one thread and opens no address.
const FFMPEG: &[&str] = &[
    "-nostdin",
    "-hide_banner",
    "-loglevel",
    "error",
    "-filter_threads",
    "1",
    "-threads",
    "1",
    "-protocol_whitelist",
    "file",
];
const SKIP_BEGINNING: &[&str] = &["-noaccurate_seek", "-skip_frame", "nokey", "-ss", "3"];
const FFMPEG_INPUT: &[&str] = &["-f", "{container}", "-i", "file:/proc/self/fd/0"];
const FFMPEG_OUTPUT: &[&str] = &[
    "-frames:v",
    "1",
    "-vf",
    SCALE,
    "-threads",
    "1",
    "-c:v",
    "mjpeg",
    "-pix_fmt",
    "yuvj420p",
    "-q:v",
    "3",
    "-f",
    "image2pipe",
    "pipe:1",
];

pub const TABLE: &[Row] = &[
    // Videos often begin with black frames, so the first whole frame after some seconds is tried
    // first.
    Row {
        kinds: &[Kind::Video],
        program: "ffmpeg",
        arguments: &[FFMPEG, SKIP_BEGINNING, FFMPEG_INPUT, &["-map", "0:V:0"], FFMPEG_OUTPUT],
    },
    // This is for videos that are shorter, damaged, or a single picture.
    Row {
        kinds: &[Kind::Video],
        program: "ffmpeg",
        arguments: &[FFMPEG, FFMPEG_INPUT, &["-map", "0:V:0"], FFMPEG_OUTPUT],
    },
    Row {
        kinds: &[Kind::Heic, Kind::Avif],
        program: "heif-thumbnailer",
        arguments: &[&["-s", "{side}", "-p", "/proc/self/fd/0", "/proc/self/fd/1"]],
    },
    Row {
        kinds: &[Kind::Heic, Kind::Avif],
        program: "vipsthumbnail",
        arguments: &[&["stdin", "-s", "{side}x{side}>", "-o", ".jpg[Q=90,strip]"]],
    },
    // Before version 7.1, ffmpeg draws only the first tile of a HEIC file. AVIF files rarely have
    // tiles.
    Row {
        kinds: &[Kind::Avif],
        program: "ffmpeg",
        arguments: &[FFMPEG, FFMPEG_INPUT, &["-map", "0:v:0"], FFMPEG_OUTPUT],
    },
    Row {
        kinds: &[Kind::Pdf],
        program: "pdftoppm",
        arguments: &[&["-q", "-f", "1", "-l", "1", "-singlefile", "-scale-to", "{side}", "-jpeg", "-"]],
    },
];
