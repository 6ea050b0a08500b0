//! QR codes: a text as a square of light and dark modules.

use crate::error::{Code, Error, Result};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use qrcode::{Color, EcLevel, QrCode};
use std::io::Write;

/// The width of the light border, by which readers find the code (ISO/IEC 18004, section 6.3.8).
const QUIET_ZONE: usize = 4;

/// The modules of a QR code without its light border.
pub struct Qr {
    width: usize,
    is_dark: Vec<bool>,
}

impl Qr {
    /// # Errors
    /// `Code::TooLarge` if the code would be too dense to read from a screen with a phone.
    pub fn of(text: &str) -> Result<Qr> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M);
        let code = code.map_err(|_| Error::new(Code::TooLarge, "The text is too long for a QR code."))?;
        let is_dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Qr { width: code.width(), is_dark })
    }

    /// Rows from top to bottom, separated by commas. A dark module is 1, a light one 0.
    pub fn rows(&self) -> String {
        let row = |row: &[bool]| row.iter().map(|dark| if *dark { '1' } else { '0' }).collect::<String>();
        self.is_dark.chunks(self.width).map(row).collect::<Vec<_>>().join(",")
    }

    /// The code as a PNG picture (ISO/IEC 15948) with its border. Each module is `scale` dots wide.
    ///
    /// # Errors
    /// `Code::Internal` if the picture cannot be packed.
    pub fn png(&self, scale: usize) -> Result<Vec<u8>> {
        let side = (self.width + 2 * QUIET_ZONE) * scale;
        let is_dark = |row: usize, column: usize| {
            let place = |at: usize| (at / scale).checked_sub(QUIET_ZONE).filter(|at| *at < self.width);
            place(row).zip(place(column)).is_some_and(|(row, column)| self.is_dark[row * self.width + column])
        };
        let mut pixels = ZlibEncoder::new(Vec::new(), Compression::default());
        for row in 0..side {
            // Each line begins with a byte for "no filter". Each further byte holds eight dots; a
            // bit of 1 is light.
            let mut line = vec![0; 1 + side.div_ceil(8)];
            (0..side)
                .filter(|column| !is_dark(row, *column))
                .for_each(|column| line[1 + column / 8] |= 0x80 >> (column % 8));
            pixels.write_all(&line).map_err(Error::internal)?;
        }
        let side = u32::try_from(side).map_err(Error::internal)?.to_be_bytes();
        // One bit for each dot, gray.
        let header = [&side[..], &side[..], &[1, 0, 0, 0, 0]].concat();
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in
            [(b"IHDR", header), (b"IDAT", pixels.finish().map_err(Error::internal)?), (b"IEND", Vec::new())]
        {
            png.extend(u32::try_from(data.len()).map_err(Error::internal)?.to_be_bytes());
            let chunk = [&kind[..], &data].concat();
            png.extend(&chunk);
            png.extend(crc32fast::hash(&chunk).to_be_bytes());
        }
        Ok(png)
    }

    /// The code for a terminal or a log, with its border. One character shows two modules, one
    /// above the other. The light modules are drawn, so that the code looks right on a dark
    /// background; most readers accept the inverse, too.
    pub fn console(&self) -> String {
        let side = self.width + 2 * QUIET_ZONE;
        let is_light = |row: usize, column: usize| {
            let place = |at: usize| at.checked_sub(QUIET_ZONE).filter(|at| *at < self.width);
            match (place(row), place(column)) {
                (Some(row), Some(column)) => !self.is_dark[row * self.width + column],
                // There is nothing below the border.
                _ => row < side,
            }
        };
        let letter = |row: usize, column: usize| match (is_light(row, column), is_light(row + 1, column)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        let line = |row: usize| (0..side).map(|column| letter(row, column)).collect::<String>();
        (0..side).step_by(2).map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_finders_in_three_corners() {
        let rows = Qr::of("http://192.168.1.20:8080/").unwrap().rows();
        let rows: Vec<&str> = rows.split(',').collect();
        assert!(rows.len() >= 21 && rows.iter().all(|row| row.len() == rows.len()), "{rows:?}");
        assert!(rows[0].starts_with("11111110") && rows[0].ends_with("01111111"), "{}", rows[0]);
        assert!(rows[6].starts_with("1111111010"), "the timing begins: {}", rows[6]);
        assert!(rows[rows.len() - 1].starts_with("11111110"));
    }

    #[test]
    fn on_the_console_two_rows_are_one_line_with_a_border() {
        let qr = Qr::of("x").unwrap();
        let text = qr.console();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), (qr.width + 2 * QUIET_ZONE).div_ceil(2));
        assert!(lines.iter().all(|line| line.chars().count() == qr.width + 2 * QUIET_ZONE));
        assert!(lines[0].chars().all(|letter| letter == '█') && lines[1] == lines[0], "{text}");
        assert!(lines[2].starts_with("████ ▄▄▄▄▄ "), "{text}");
    }

    #[test]
    fn a_novel_is_no_code() {
        assert_eq!(Qr::of(&"x".repeat(5000)).map(drop).unwrap_err().code, Code::TooLarge);
    }
}
