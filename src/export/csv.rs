//! CSV as Excel opens it right: a mark that it is UTF-8, lines that end as RFC 4180 says, words that are no formula.

use super::{Sheet, Value};
use crate::error::{Error, Result};

/// By which Excel tells UTF-8 from the code page of the machine.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The whole file.
pub fn write(sheet: &Sheet) -> Result<Vec<u8>> {
    let mut file = beginning(&sheet.heads)?;
    file.extend(lines(&sheet.rows)?);
    Ok(file)
}

/// The mark and the heads.
pub fn beginning(heads: &[String]) -> Result<Vec<u8>> {
    written(MARK.to_vec(), [heads.to_vec()])
}

/// The lines of some rows.
pub fn lines(rows: &[Vec<Value>]) -> Result<Vec<u8>> {
    written(Vec::new(), rows.iter().map(|row| row.iter().map(cell).collect()))
}

fn written(begun: Vec<u8>, records: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let failed = |cause: csv::Error| Error::Internal(format!("a list as CSV: {cause}"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begun);
    for record in records {
        writer.write_record(record).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| Error::Internal(error.to_string()))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Text(text) => harmless(text),
        Value::Number(number) => number.to_string(),
        Value::Day(day) => day.to_string(),
        Value::Empty => String::new(),
    }
}

/// Words that a spreadsheet would take for a formula begin with an apostrophe, also in the wide letters of East Asia.
fn harmless(text: &str) -> String {
    let begins = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    if text.starts_with(begins) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_a_formula_and_lines_end_as_they_should() {
        let rows = vec![
            vec![Value::Text("=1+1".into()), Value::Number(-2.5)],
            vec![Value::Text("a \"b\", c\nd".into()), Value::Day(chrono::NaiveDate::MIN)],
            vec![Value::Text("@x".into()), Value::Empty],
        ];
        let sheet = Sheet { title: "T".into(), heads: vec!["Énergie".into(), "N".into()], rows };
        let text = String::from_utf8(write(&sheet).unwrap()).unwrap();
        let expected = "\u{feff}Énergie,N\r\n'=1+1,-2.5\r\n\"a \"\"b\"\", c\nd\",-262143-01-01\r\n'@x,\r\n";
        assert_eq!(text, expected);
    }
}
