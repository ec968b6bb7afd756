//! Names of files: as they are kept, whatever was sent, and as they go out in a header.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use crate::web::is_unseen;

/// The longest name, in characters.
pub const LONGEST: usize = 150;

/// A name without its path and without what cannot be seen: control characters, marks that turn the direction of what
/// is read, what has no width. Too long a name is cut before its ending.
pub fn cleaned(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.nfc().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    let seen: String = name.chars().filter(|letter| !is_unseen(*letter)).collect();
    let folded = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = folded.trim_matches(['.', ' ']);
    if trimmed.chars().count() <= LONGEST {
        return trimmed.to_owned();
    }
    let ending = ending(trimmed).filter(|ending| ending.len() <= 10).map(|ending| format!(".{ending}"));
    let ending = ending.unwrap_or_default();
    let room = LONGEST - ending.chars().count();
    let start: String = trimmed.chars().take(room).collect();
    format!("{}{ending}", start.trim_end_matches(['.', ' ']))
}

/// The letters behind the last dot, in small ones.
pub fn ending(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty() && !ending.is_empty()).then(|| ending.to_lowercase())
}

/// How a name stands in `Content-Disposition` (RFC 6266): plain for old programs, and whole as RFC 8187 has it.
pub fn disposition(name: &str) -> String {
    const PLAIN: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'!').remove(b'+');
    let is_plain = |letter: char| matches!(letter, ' '..='~') && !matches!(letter, '"' | '\\' | '%');
    let plain: String = name.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_what_can_be_seen() {
        for (sent, kept) in [
            ("Offer 2026.pdf", "Offer 2026.pdf"),
            ("C:\\Users\\ana\\Offer.pdf", "Offer.pdf"),
            ("../../etc/passwd.txt", "passwd.txt"),
            ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("  .hidden.txt. ", "hidden.txt"),
            ("zero\0byte.txt", "zerobyte.txt"),
            ("U\u{308}bersicht.pdf", "Übersicht.pdf"),
            ("..", ""),
        ] {
            assert_eq!(cleaned(sent), kept, "{sent:?}");
        }
        let long = cleaned(&format!("{}.pdf", "ü".repeat(400)));
        assert_eq!((long.chars().count(), long.ends_with("ü.pdf")), (LONGEST, true));
    }

    #[test]
    fn a_name_goes_out_plain_and_whole() {
        assert_eq!(
            disposition("Über \"50 %\".pdf"),
            "attachment; filename=\"_ber _50 __.pdf\"; filename*=UTF-8''%C3%9Cber%20%2250%20%25%22.pdf"
        );
    }
}
