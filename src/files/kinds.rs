//! What a file is, by what it holds: documents, pictures, drawings and letters. Programs are none of these, and neither
//! is what a browser would run.

use super::names::ending;
use super::pictures;

/// One kind of file.
#[derive(Debug)]
pub struct Kind {
    pub media_type: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// The endings that its name may have, the usual one first.
    pub endings: &'static [&'static str],
}

impl Kind {
    /// Whether browsers show it as a picture.
    pub fn is_picture(&self) -> bool {
        ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&self.media_type)
    }

    /// Whether a name ends as one of this kind does.
    pub fn fits(&self, name: &str) -> bool {
        ending(name).is_some_and(|ending| self.endings.contains(&ending.as_str()))
    }
}

macro_rules! kinds {
    ($($name:ident = $media_type:literal, $label:literal, [$($ending:literal),*];)+) => {
        $(static $name: Kind = Kind { media_type: $media_type, label: $label, endings: &[$($ending),*] };)+
        static ALL: &[&Kind] = &[$(&$name),+];
    };
}

kinds! {
    PDF = "application/pdf", "PDF", ["pdf"];
    PNG = "image/png", "PNG image", ["png"];
    JPEG = "image/jpeg", "JPEG image", ["jpg", "jpeg", "jpe"];
    GIF = "image/gif", "GIF image", ["gif"];
    WEBP = "image/webp", "WebP image", ["webp"];
    TIFF = "image/tiff", "TIFF image", ["tif", "tiff"];
    HEIC = "image/heic", "HEIC image", ["heic", "heif"];
    WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word", ["docx", "docm", "dotx"];
    EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel", ["xlsx", "xlsm", "xltx"];
    POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint",
        ["pptx", "pptm", "ppsx", "potx"];
    VISIO = "application/vnd.visio", "Visio", ["vsdx"];
    ODT = "application/vnd.oasis.opendocument.text", "OpenDocument text", ["odt"];
    ODS = "application/vnd.oasis.opendocument.spreadsheet", "OpenDocument sheet", ["ods"];
    ODP = "application/vnd.oasis.opendocument.presentation", "OpenDocument slides", ["odp"];
    ODG = "application/vnd.oasis.opendocument.graphics", "OpenDocument drawing", ["odg"];
    OLE = "application/x-ole-storage", "Office 97", ["doc", "xls", "ppt", "pps", "vsd", "msg", "mpp"];
    ZIP = "application/zip", "ZIP", ["zip"];
    RTF = "application/rtf", "RTF", ["rtf"];
    DWG = "image/vnd.dwg", "DWG drawing", ["dwg"];
    DXF = "image/vnd.dxf", "DXF drawing", ["dxf"];
    STEP = "model/step", "STEP model", ["step", "stp"];
    MAIL = "message/rfc822", "E-mail", ["eml"];
    CSV = "text/csv", "CSV", ["csv", "tsv"];
    TEXT = "text/plain", "Text", ["txt", "md", "log", "ics", "vcf", "json", "xml", "yaml", "yml", "toml", "inp", "out"];
}

static UNKNOWN: Kind = Kind { media_type: "application/octet-stream", label: "File", endings: &[] };

/// What may be kept, for whoever chooses.
pub const IN_WORDS: &str = "PDF, Office and OpenDocument, images, DWG and DXF, e-mail, text, ZIP";

/// The kind of a file that is kept.
pub fn of_media_type(media_type: &str) -> &'static Kind {
    ALL.iter().copied().find(|kind| kind.media_type == media_type).unwrap_or(&UNKNOWN)
}

/// What was seen of a content as it came in: its beginning, its end, and whether all of it is text.
pub struct Seen<'a> {
    pub start: &'a [u8],
    pub end: &'a [u8],
    pub is_text: bool,
}

impl Seen<'_> {
    fn starts(&self, with: &[u8]) -> bool {
        self.start.starts_with(with)
    }

    /// Whether the directory of an archive, which is its end, or its first entries name it.
    fn names(&self, entry: &[u8]) -> bool {
        let holds = |part: &[u8]| part.windows(entry.len()).any(|window| window == entry);
        holds(self.end) || holds(self.start)
    }

    fn holds_program(&self) -> bool {
        const SIGNS: [&[u8]; 11] = [
            b"\x7fELF",
            b"\xfe\xed\xfa",
            b"\xce\xfa\xed\xfe",
            b"\xcf\xfa\xed\xfe",
            b"\xca\xfe\xba\xbe",
            b"#!",
            b"\0asm",
            b"dex\n",
            b"L\0\0\0\x01\x14\x02\0",
            b"!<arch>",
            b"ITSF",
        ];
        let of_zip = self.starts(b"PK\x03\x04")
            && [&b"META-INF/MANIFEST.MF"[..], b"AndroidManifest.xml"].iter().any(|one| self.names(one));
        // Words may begin with these two letters.
        let of_windows = !self.is_text && self.starts(b"MZ");
        of_zip || of_windows || SIGNS.iter().any(|sign| self.starts(sign))
    }

    /// Whether it begins as a page, a drawing or a script that a browser runs.
    fn holds_page(&self) -> bool {
        let start = String::from_utf8_lossy(&self.start[..self.start.len().min(2_000)]).to_lowercase();
        let start = start.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
        let tags = ["<!doctype html", "<html", "<head", "<body", "<script", "<svg", "<iframe", "<!doctype svg"];
        let is_xml = start.starts_with("<?xml") || start.starts_with("<!--");
        tags.iter().any(|tag| start.starts_with(tag) || (is_xml && start.contains(tag)))
    }

    fn of_text(&self, name: &str) -> &'static Kind {
        let start = String::from_utf8_lossy(self.start);
        let is_head = |line: &str| line.split_once(':').is_some_and(|(name, _)| !name.contains(' ') && name.len() > 1);
        match ending(name).as_deref() {
            _ if start.starts_with("{\\rtf") => &RTF,
            _ if start.starts_with("ISO-10303-21;") => &STEP,
            Some("eml") if start.lines().next().is_some_and(is_head) => &MAIL,
            Some("dxf") if start.trim_start().starts_with('0') || start.contains("SECTION") => &DXF,
            Some("csv" | "tsv") => &CSV,
            _ => &TEXT,
        }
    }

    fn of_zip(&self) -> &'static Kind {
        let of_open_document = [
            (&b"opendocument.text"[..], &ODT),
            (b"opendocument.spreadsheet", &ODS),
            (b"opendocument.presentation", &ODP),
            (b"opendocument.graphics", &ODG),
        ];
        // An OpenDocument says what it is in its first entry, which is not compressed.
        let told = &self.start[..self.start.len().min(200)];
        let holds = |part: &&(&[u8], &'static Kind)| told.windows(part.0.len()).any(|window| window == part.0);
        if let Some((_, kind)) = of_open_document.iter().find(holds) {
            return kind;
        }
        if !self.names(b"[Content_Types].xml") {
            return &ZIP;
        }
        let office = [(&b"word/"[..], &WORD), (b"xl/", &EXCEL), (b"ppt/", &POWERPOINT), (b"visio/", &VISIO)];
        office.iter().find(|(folder, _)| self.names(folder)).map_or(&ZIP, |(_, kind)| kind)
    }

    fn kind(&self, name: &str) -> Option<&'static Kind> {
        let is_media = |sign: &[u8]| self.start.get(8..12).is_some_and(|brand| brand == sign);
        let found = match self.start {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => &PNG,
            [0xff, 0xd8, 0xff, ..] => &JPEG,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => &GIF,
            [b'R', b'I', b'F', b'F', ..] if is_media(b"WEBP") => &WEBP,
            [b'I', b'I', 0x2a, 0, ..] | [b'M', b'M', 0, 0x2a, ..] => &TIFF,
            [_, _, _, _, b'f', b't', b'y', b'p', ..]
                if [b"heic", b"heix", b"mif1"].iter().any(|one| is_media(*one)) =>
            {
                &HEIC
            }
            [b'P', b'K', 3, 4, ..] => self.of_zip(),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => &OLE,
            [b'A', b'C', b'1', b'0', b'0'..=b'9', b'0'..=b'9', ..] if !self.is_text => &DWG,
            _ if self.starts(b"AutoCAD Binary DXF") => &DXF,
            // What a mail program or a printer puts before it is passed over, as readers do.
            start if start.windows(5).take(1_024).any(|five| five == b"%PDF-") => &PDF,
            _ if self.is_text => self.of_text(name),
            _ => return None,
        };
        Some(found)
    }
}

/// What a file of this name and content is, with the name that it is kept under; or why it is not kept.
pub fn recognise(name: &str, seen: &Seen<'_>) -> Result<(&'static Kind, String), String> {
    if seen.start.is_empty() {
        return Err(format!("{name} is empty."));
    }
    if seen.holds_program() {
        return Err(format!("{name} is a program. Programs are not kept."));
    }
    if seen.is_text && seen.holds_page() {
        return Err(format!("{name} is a web page or a drawing that a browser would run. Keep it as a PDF."));
    }
    let Some(kind) = seen.kind(name) else {
        return Err(format!("{name} is of a type that is not kept. Kept are {IN_WORDS}."));
    };
    if let Some((width, height)) = pictures::size(seen.start).filter(|(width, height)| width * height > pictures::MOST)
    {
        return Err(format!(
            "{name} is a picture of {width} × {height} points, more than can be shown. Make it smaller."
        ));
    }
    match ending(name) {
        _ if kind.fits(name) => Ok((kind, name.to_owned())),
        None => Ok((kind, format!("{name}.{}", kind.endings[0]))),
        Some(ending) => {
            Err(format!("{name} is not what its name says: it ends in .{ending}, and what it holds is {}.", kind.label))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, content: &[u8]) -> Result<&'static str, String> {
        let is_text = std::str::from_utf8(content).is_ok_and(|text| !text.contains('\0'));
        recognise(name, &Seen { start: content, end: content, is_text }).map(|(kind, _)| kind.label)
    }

    #[test]
    fn a_file_is_what_it_holds_and_its_name_has_to_say_so() {
        for (name, content, label) in [
            ("a.pdf", &b"%PDF-1.7\n"[..], "PDF"),
            ("a.png", b"\x89PNG\r\n\x1a\n....", "PNG image"),
            ("a.JPG", b"\xff\xd8\xff\xe0", "JPEG image"),
            ("a.docx", b"PK\x03\x04...[Content_Types].xml...word/document.xml", "Word"),
            ("a.xlsx", b"PK\x03\x04...[Content_Types].xml...xl/workbook.xml", "Excel"),
            ("a.odt", b"PK\x03\x04...mimetypeapplication/vnd.oasis.opendocument.text", "OpenDocument text"),
            ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office 97"),
            ("a.dwg", b"AC1032\0\0", "DWG drawing"),
            ("a.dxf", b"  0\nSECTION\n", "DXF drawing"),
            ("a.eml", b"From: ana@mpr.example\n\nhello", "E-mail"),
            ("a.txt", "Grüße".as_bytes(), "Text"),
        ] {
            assert_eq!(of(name, content).as_deref(), Ok(label), "{name}");
        }
        for (name, content) in [
            ("a.pdf", &b"\x89PNG\r\n\x1a\n...."[..]),
            ("a.exe", b"MZ\x90\0"),
            ("a.pdf", b"MZ\x90\0"),
            ("a.sh", b"#!/bin/sh\n"),
            ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
            ("a.xml", b"<?xml version=\"1.0\"?><svg xmlns=\"x\" onload=\"alert(1)\"/>"),
            ("a.svg", b"<svg/>"),
            ("a.html", b"words"),
            ("a.bat", b"del *.*"),
            ("a.msi", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            ("a.zip", b"PK\x03\x04META-INF/MANIFEST.MF"),
            ("a.bin", b"\x01\x02\0\xff"),
            ("a.txt", b""),
        ] {
            assert!(of(name, content).is_err(), "{name}");
        }
    }
}
