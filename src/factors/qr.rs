//! A QR code as a path of squares. The page draws it as SVG without style or script, so the policy stays strict
//! (QUALITY 37).

use std::fmt::Write;

use anyhow::anyhow;
use qrcode::{Color, EcLevel, QrCode};

/// White around the code, which cameras need (ISO/IEC 18004: four squares).
const MARGIN: usize = 4;

/// A square drawing: the path fills what is dark.
#[derive(Debug, Clone)]
pub(crate) struct Drawing {
    /// Squares a side, the margin included.
    pub(crate) side: usize,
    /// The `d` of a path.
    pub(crate) path: String,
}

/// Draws a text, one stroke for each run of dark squares in a row.
pub(crate) fn draw(text: &str) -> anyhow::Result<Drawing> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|error| anyhow!("QR code: {error}"))?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|colour| **colour == Color::Dark).count();
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN)?;
            }
            x += run.max(1);
        }
    }
    Ok(Drawing { side: width + 2 * MARGIN, path })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a panic is how a test fails

    use super::{MARGIN, draw};

    #[test]
    fn a_drawing_has_the_three_corners_and_stays_within_its_margin() {
        let drawing = draw("otpauth://totp/Nordlicht:ingrid@nordlicht.example?secret=GEZDGNBVGY3TQOJQ").unwrap();
        let far = drawing.side - MARGIN - 7;
        for corner in [
            format!("M{MARGIN} {MARGIN}h7v1h-7z"),
            format!("M{far} {MARGIN}h7v1h-7z"),
            format!("M{MARGIN} {far}h7v1h-7z"),
        ] {
            assert!(drawing.path.contains(&corner), "{corner}");
        }
        assert!(drawing.path.bytes().all(|byte| byte.is_ascii_digit() || b"Mhvz -".contains(&byte)));
        assert!(draw(&"x".repeat(10_000)).is_err());
    }
}
