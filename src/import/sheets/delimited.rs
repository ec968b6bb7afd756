//! CSV as it comes: the encoding by its bytes, the separator by the first lines, all values as words.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::rows::{Cell, Keeping, Row, unreadable};
use crate::error::Result;

/// By what values may be separated, the likeliest first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Lines by which the separator is told.
const LOOKED_AT: usize = 20;

/// What is put behind a file: a row that no table has. It arrives as the end of a value where a quotation mark is open.
const LAST_LINE: &[u8] = b"\n\0\n";
const END: &str = "\0";
const END_OF_A_VALUE: &str = "\n\0\n";

/// How a CSV is written.
pub struct Style {
    /// The name of its encoding.
    pub encoding: &'static str,
    /// By what values are separated.
    pub separator: char,
}

/// Reads a whole file.
pub fn read(path: &Path, keeping: &mut Keeping) -> Result<Style> {
    let encoding = encoding_of(path)?;
    let mut first = Vec::new();
    decoding(path, encoding)?.take(256 * 1024).read_to_end(&mut first)?;
    let first = String::from_utf8_lossy(&first);
    let told = first.lines().next().and_then(|line| line.trim().strip_prefix("sep="));
    let told = told.and_then(|rest| rest.bytes().next()).filter(|byte| byte.is_ascii());
    let separator = told.unwrap_or_else(|| separator_of(&first));
    let mut reader = csv::ReaderBuilder::new();
    let mut reader =
        reader.has_headers(false).flexible(true).delimiter(separator).from_reader(decoding(path, encoding)?);
    let (mut record, mut breaks) = (csv::StringRecord::new(), 0_u64);
    let (mut last, mut is_closed) = (0, false);
    loop {
        let is_more = reader.read_record(&mut record).map_err(|error| {
            unreadable(format!(
                "The file cannot be read as CSV: {error}. Save it as CSV UTF-8 or as XLSX, and try again."
            ))
        })?;
        if !is_more {
            break;
        }
        is_closed = record.len() == 1 && record.get(0) == Some(END);
        if is_closed {
            continue;
        }
        // Lines within a value are no rows of a spreadsheet, empty ones are.
        breaks += record.iter().map(|value| value.matches('\n').count() as u64).sum::<u64>();
        let number = (reader.position().line() - 1).saturating_sub(breaks);
        if record.iter().next_back().is_some_and(|value| value.ends_with(END_OF_A_VALUE)) {
            break;
        }
        last = number;
        if number == 1 && told.is_some() {
            continue;
        }
        let cell = |value: &str| if value.is_empty() { Cell::Empty(()) } else { Cell::Text(unquoted(value)) };
        keeping.add(Row(number, record.iter().map(cell).collect()))?;
    }
    if !is_closed {
        return Err(unreadable(format!(
            "A quotation mark in row {} or below is never closed, so that all behind it would be one value. Close it, \
             or take it out, and try again.",
            last + 1
        )));
    }
    Ok(Style { encoding: encoding.name(), separator: char::from(separator) })
}

/// Words without the apostrophe by which our own files keep them from being a formula.
fn unquoted(value: &str) -> String {
    let begins = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    value.strip_prefix('\'').filter(|rest| rest.starts_with(begins)).unwrap_or(value).to_owned()
}

/// UTF-8 where all of it is, or what its mark says, else the code page of Windows.
fn encoding_of(path: &Path) -> Result<&'static Encoding> {
    let mut file = BufReader::new(File::open(path)?);
    let mut block = vec![0; 64 * 1024];
    let mut mark = Vec::new();
    file.by_ref().take(3).read_to_end(&mut mark)?;
    if let Some((encoding, _)) = Encoding::for_bom(&mark).filter(|(encoding, _)| *encoding != UTF_8) {
        return Ok(if encoding == UTF_16LE { UTF_16LE } else { UTF_16BE });
    }
    file.seek(SeekFrom::Start(0))?;
    let (mut decoder, mut out) = (UTF_8.new_decoder(), vec![0; 256 * 1024]);
    let mut is_utf_8 = true;
    loop {
        let read = file.read(&mut block)?;
        if block[..read].contains(&0) {
            return Err(unreadable("This is neither CSV nor XLSX. Save the table as one of them, and try again."));
        }
        if is_utf_8 {
            let (_, _, _, is_wrong) = decoder.decode_to_utf8(&block[..read], &mut out, read == 0);
            is_utf_8 = !is_wrong;
        }
        if read == 0 {
            return Ok(if is_utf_8 { UTF_8 } else { WINDOWS_1252 });
        }
    }
}

fn decoding(path: &Path, encoding: &'static Encoding) -> Result<Decoding> {
    Ok(Decoding {
        file: BufReader::new(File::open(path)?),
        decoder: encoding.new_decoder(),
        bytes: Vec::new(),
        letters: vec![0; 64 * 1024],
        ready: 0..0,
        is_after_return: false,
        is_read: false,
        is_over: false,
    })
}

/// A file as UTF-8 with plain line ends, whatever it is written in, and with a last line that tells that no quotation
/// mark is open.
struct Decoding {
    file: BufReader<File>,
    decoder: Decoder,
    bytes: Vec<u8>,
    letters: Vec<u8>,
    /// Where letters stand that nobody has read yet.
    ready: std::ops::Range<usize>,
    is_after_return: bool,
    is_read: bool,
    is_over: bool,
}

impl Decoding {
    /// Decodes the next letters; behind the end of the file stands the last line.
    fn decode(&mut self) -> std::io::Result<()> {
        if self.bytes.is_empty() && !self.is_read {
            self.file.by_ref().take(16 * 1024).read_to_end(&mut self.bytes)?;
            self.is_read = self.bytes.is_empty();
        }
        let (result, read, written, _) = self.decoder.decode_to_utf8(&self.bytes, &mut self.letters, self.is_read);
        self.bytes.drain(..read);
        let mut end = 0;
        for place in 0..written {
            let byte = self.letters[place];
            let is_rest = byte == b'\n' && self.is_after_return;
            self.is_after_return = byte == b'\r';
            if !is_rest {
                self.letters[end] = if byte == b'\r' { b'\n' } else { byte };
                end += 1;
            }
        }
        if self.is_read && result == CoderResult::InputEmpty {
            self.letters.truncate(end);
            self.letters.extend_from_slice(LAST_LINE);
            (end, self.is_over) = (end + LAST_LINE.len(), true);
        }
        self.ready = 0..end;
        Ok(())
    }
}

impl Read for Decoding {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.ready.is_empty() && !self.is_over {
            self.decode()?;
        }
        let given = self.ready.len().min(out.len());
        out[..given].copy_from_slice(&self.letters[self.ready.start..self.ready.start + given]);
        self.ready.start += given;
        Ok(given)
    }
}

/// The separator that stands in the most lines equally often, outside of quotes.
fn separator_of(text: &str) -> u8 {
    let mut counts: Vec<[usize; 4]> = vec![[0; 4]];
    let mut is_quoted = false;
    for byte in text.bytes() {
        let Some(last) = counts.last_mut() else { break };
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => {
                if counts.len() == LOOKED_AT {
                    break;
                }
                counts.push([0; 4]);
            }
            _ if !is_quoted => {
                if let Some(place) = SEPARATORS.iter().position(|separator| *separator == byte) {
                    last[place] += 1;
                }
            }
            _ => {}
        }
    }
    let score = |place: &usize| {
        let of_lines: Vec<usize> = counts.iter().map(|line| line[*place]).filter(|count| *count > 0).collect();
        let usual = of_lines.first().copied().unwrap_or_default();
        let alike = of_lines.iter().filter(|count| **count == usual).count();
        (alike, usual, std::cmp::Reverse(*place))
    };
    (0..SEPARATORS.len()).max_by_key(score).map_or(b',', |place| SEPARATORS[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> (Style, Vec<(u64, Vec<String>)>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes).unwrap();
        let mut rows = Vec::new();
        let mut seen = |row: &Row| rows.push((row.0, row.1.iter().map(Cell::text).collect()));
        let mut keeping = Keeping::create(&folder.path().join("rows"), &mut seen).unwrap();
        let style = read(&path, &mut keeping).unwrap();
        keeping.finish().unwrap();
        (style, rows)
    }

    #[test]
    fn a_csv_is_read_as_excel_wrote_it() {
        let (style, found) = rows(b"Name;Ort\r\n\r\nM\xfcller & S\xf6hne;\"K\xf6ln;\r\nSued\"\r\n'=1;x\r\n");
        assert_eq!((style.encoding, style.separator), ("windows-1252", ';'));
        let row = |number, cells: [&str; 2]| (number, cells.map(str::to_owned).to_vec());
        let expected = [row(1, ["Name", "Ort"]), row(3, ["Müller & Söhne", "Köln;\nSued"]), row(4, ["=1", "x"])];
        assert_eq!(found, expected);
        let (style, found) = rows("\u{feff}sep=|\nÄ|b\n".as_bytes());
        assert_eq!((style.encoding, style.separator, found), ("UTF-8", '|', vec![row(2, ["Ä", "b"])]));
        let folder = tempfile::tempdir().unwrap();
        for (words, row) in
            [("Name;Type\n\"Only Row;IPP\n", 2), ("a;b\nc;d\ne;\"f\ng;h", 3), ("Pipe;5\" wide\n\"Only;a\nb;c", 2)]
        {
            std::fs::write(folder.path().join("open.csv"), words).unwrap();
            let mut seen = |_: &Row| {};
            let mut keeping = Keeping::create(&folder.path().join("rows"), &mut seen).unwrap();
            let error = read(&folder.path().join("open.csv"), &mut keeping).err().expect("it is refused").to_string();
            assert!(error.contains(&format!("row {row} or below is never closed")), "{words}: {error}");
        }
        let (_, found) = rows(b"Name;Size\nPipe;5\" wide\n");
        assert_eq!(found[1].1, ["Pipe", "5\" wide"], "a mark within a value is one of it");
        let (_, found) = rows(b"Pipe;5\" wide\nValve;\"note\n\"");
        assert_eq!(found[1].1, ["Valve", "note\n"]);
        let wide: Vec<u8> = "\u{feff}a\tb\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (style, found) = rows(&wide);
        assert_eq!((style.encoding, style.separator, found), ("UTF-16LE", '\t', vec![row(1, ["a", "b"])]));
    }
}
