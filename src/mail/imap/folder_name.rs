//! The name of a folder as it goes over the wire to an IMAP server.

use base64::Engine;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

/// The name in the modified UTF-7 of RFC 3501 (5.1.3): what is not ASCII stands between `&` and `-`.
pub fn on_the_wire(name: &str) -> String {
    let is_plain = |letter: char| (' '..='~').contains(&letter);
    let (mut wire, mut rest) = (String::new(), name);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|letter| is_plain(letter) != is_plain(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if is_plain(first) {
            wire.push_str(&run.replace('&', "&-"));
        } else {
            let units: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let code = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD).encode(units);
            wire.push_str(&format!("&{code}-"));
        }
        rest = after;
    }
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_its_name_on_the_wire() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("Rosa & Söhne", "Rosa &- S&APY-hne"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("😀", "&2D3eAA-"),
        ] {
            assert_eq!(on_the_wire(name), wire);
        }
    }
}
