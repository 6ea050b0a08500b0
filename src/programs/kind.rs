//! Recognises files from their first bytes. Names do not count: a program is told exactly which
//! format to read, so that a list of addresses that is called `holiday.mp4` is never followed.

/// Bytes at the beginning of a file that are enough to recognise it.
pub const HEAD_BYTES: usize = 1024;

/// A kind of file that programs of the system can draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Video,
    Heic,
    Avif,
    Pdf,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::Video, Kind::Heic, Kind::Avif, Kind::Pdf];

    /// The word for such files, in messages and for programs.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Video => "videos",
            Kind::Heic => "HEIC",
            Kind::Avif => "AVIF",
            Kind::Pdf => "PDF",
        }
    }
}

/// A recognised file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileKind {
    pub kind: Kind,
    /// The name of the format in `ffmpeg`.
    pub container: &'static str,
}

/// The brands of HEIC in ISO/IEC 23008-12, annex B. Files of any codec have `mif1` and `msf1`, but
/// in practice it is HEVC.
const HEIC_BRANDS: [&[u8]; 10] =
    [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"];
const AVIF_BRANDS: [&[u8]; 2] = [b"avif", b"avis"];
/// The brands of audio, and of raw photos by Canon.
const OTHER_BRANDS: [&[u8]; 4] = [b"M4A ", b"M4B ", b"M4P ", b"crx "];
/// The first boxes of QuickTime files that are older than brands.
const OLD_BOXES: [&[u8]; 5] = [b"moov", b"mdat", b"wide", b"free", b"skip"];
/// Length of a packet of an MPEG transport stream.
const PACKET_BYTES: usize = 188;

impl FileKind {
    /// Recognises a file from its beginning, of up to [`HEAD_BYTES`].
    pub fn of(beginning: &[u8]) -> Option<FileKind> {
        let video = |container| Some(FileKind { kind: Kind::Video, container });
        let still = |kind| Some(FileKind { kind, container: "mov" });
        let at = |from: usize| beginning.get(from..from + 4).unwrap_or_default();
        match at(4) {
            b"ftyp" => {
                return match brand_kind(beginning) {
                    Some(Kind::Video) => video("mov"),
                    other => other.and_then(still),
                };
            }
            name if OLD_BOXES.contains(&name) => return video("mov"),
            _ => {}
        }
        let is_stream =
            [0, PACKET_BYTES, 2 * PACKET_BYTES].iter().all(|at| beginning.get(*at) == Some(&0x47));
        match at(0) {
            b"\x1a\x45\xdf\xa3" => video("matroska"),
            b"RIFF" if at(8) == b"AVI " => video("avi"),
            b"FLV\x01" => video("flv"),
            b"\x30\x26\xb2\x75" => video("asf"),
            b"\x00\x00\x01\xba" => video("mpeg"),
            b"%PDF" => still(Kind::Pdf),
            _ if is_stream => video("mpegts"),
            _ => None,
        }
    }
}

/// The kind that the brands of an ISO file indicate (ISO/IEC 14496-12, section 4.3): the main brand
/// or, if it allows any codec, the others.
fn brand_kind(beginning: &[u8]) -> Option<Kind> {
    let length = u32::from_be_bytes(*beginning.first_chunk()?) as usize;
    let main = beginning.get(8..12)?;
    let others = beginning.get(16..length.min(beginning.len())).unwrap_or_default();
    let is_avif = |brand: &[u8]| AVIF_BRANDS.contains(&brand);
    if OTHER_BRANDS.contains(&main) {
        None
    } else if is_avif(main) {
        Some(Kind::Avif)
    } else if HEIC_BRANDS.contains(&main) {
        Some(if others.chunks(4).any(is_avif) { Kind::Avif } else { Kind::Heic })
    } else {
        Some(Kind::Video)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_recognised_by_their_first_bytes() {
        let ftyp = |brands: &str| {
            let length = (12 + brands.len()) as u32;
            let (main, others) = brands.split_at(4);
            [&length.to_be_bytes(), b"ftyp".as_slice(), main.as_bytes(), &[0; 4], others.as_bytes(), b"avif"]
                .concat()
        };
        let packet = [&[0x47][..], &[0; PACKET_BYTES - 1]].concat();
        for (beginning, wanted) in [
            (ftyp("isomavc1"), Some((Kind::Video, "mov"))),
            (ftyp("qt  "), Some((Kind::Video, "mov"))),
            (ftyp("3gp4"), Some((Kind::Video, "mov"))),
            (ftyp("M4A isom"), None),
            (ftyp("crx isom"), None),
            (ftyp("heicmif1"), Some((Kind::Heic, "mov"))),
            (ftyp("mif1heic"), Some((Kind::Heic, "mov"))),
            (ftyp("mif1miafavif"), Some((Kind::Avif, "mov"))),
            (ftyp("avif"), Some((Kind::Avif, "mov"))),
            (b"\0\0\0\x08wide\0\0".to_vec(), Some((Kind::Video, "mov"))),
            (b"\x1a\x45\xdf\xa3".to_vec(), Some((Kind::Video, "matroska"))),
            (b"RIFF\0\0\0\0AVI LIST".to_vec(), Some((Kind::Video, "avi"))),
            (b"RIFF\0\0\0\0WAVE".to_vec(), None),
            (packet.repeat(3), Some((Kind::Video, "mpegts"))),
            (packet.repeat(2), None),
            (b"%PDF-1.7".to_vec(), Some((Kind::Pdf, "mov"))),
            (b"#EXTM3U\nhttp://example.org/a.ts".to_vec(), None),
            (b"ffconcat version 1.0\nfile /etc/passwd".to_vec(), None),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), None),
            (Vec::new(), None),
        ] {
            let found = FileKind::of(&beginning).map(|file| (file.kind, file.container));
            assert_eq!(found, wanted, "{:?}", String::from_utf8_lossy(&beginning));
        }
        let whole = ftyp("mif1miafavif");
        for end in 0..whole.len() {
            let _ = FileKind::of(&whole[..end]);
        }
    }
}
