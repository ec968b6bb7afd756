//! How many points a picture has, by its first bytes: a small file may hold one that no browser can show.

/// Points of a picture at most.
pub const MOST: u64 = 100_000_000;

/// The width and the height that the head of a PNG, GIF or WebP tells; of others nothing.
pub fn size(start: &[u8]) -> Option<(u64, u64)> {
    let bytes = |from: usize, count: usize| start.get(from..from + count);
    let big = |from| Some(bytes(from, 4)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    let little = |from, count| Some(bytes(from, count)?.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    if start.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((big(16)?, big(20)?));
    }
    if start.starts_with(b"GIF8") {
        return Some((little(6, 2)?, little(8, 2)?));
    }
    if start.starts_with(b"RIFF") && bytes(8, 4)? == b"WEBP" {
        return match bytes(12, 4)? {
            b"VP8X" => Some((little(24, 3)? + 1, little(27, 3)? + 1)),
            b"VP8L" => {
                let bits = little(21, 4)?;
                Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
            }
            _ => Some((little(26, 2)? & 0x3fff, little(28, 2)? & 0x3fff)),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_picture_stands_in_its_head() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\0\x10";
        assert_eq!(size(png), Some((60_000, 16)));
        assert_eq!(size(b"GIF89a\x02\x01\xff\0"), Some((258, 255)));
        let webp = |chunk: &[u8]| [b"RIFF\0\0\0\0WEBP", chunk].concat();
        assert_eq!(size(&webp(b"VP8X\x0a\0\0\0\0\0\0\0\xff\x03\0\xff\x01\0")), Some((1_024, 512)));
        assert_eq!(size(&webp(b"VP8L\0\0\0\0\x2f\xff\x43\0\0")), Some((1_024, 2)));
        assert_eq!(size(&webp(b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\0")), Some((320, 240)));
        for short in [&png[..20], b"GIF8", b"RIFF....WEBPVP8X", b"RIFF", b""] {
            assert_eq!(size(short), None);
        }
    }
}
