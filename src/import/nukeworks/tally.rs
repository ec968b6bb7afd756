//! What became of each row of the earlier system: counts by table, and in words whatever was not taken as it stood.

use std::collections::BTreeMap;
use std::fmt;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is a row of its own here.
    Taken,
    /// It is part of a row that is here.
    Merged,
    /// It is not here; the words say why.
    Named(String),
}

/// Rows of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that the file has.
    pub read: usize,
    /// Those that are rows of their own.
    pub taken: usize,
    /// Those that are part of another.
    pub merged: usize,
    /// Those that are not here, for a reason that is named.
    pub named: usize,
}

/// What became of a whole database.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    counts: BTreeMap<String, Counts>,
    reasons: BTreeMap<(String, String), Vec<String>>,
    remarks: Vec<String>,
}

impl Tally {
    /// Notes a table, also one without rows.
    pub fn begin(&mut self, table: &str) {
        self.counts.entry(shown(table)).or_default();
    }

    /// Notes what became of a row, whose id it had in the earlier system.
    pub fn note(&mut self, table: &str, id: &str, fate: Fate) {
        let counts = self.counts.entry(shown(table)).or_default();
        counts.read += 1;
        match fate {
            Fate::Taken => counts.taken += 1,
            Fate::Merged => counts.merged += 1,
            Fate::Named(why) => {
                counts.named += 1;
                self.reasons.entry((shown(table), why)).or_default().push(shown(id));
            }
        }
    }

    /// Notes what of a row was not taken as it stood.
    pub fn remark(&mut self, table: &str, id: &str, words: &str) {
        self.remarks.push(format!("{} {}: {words}", shown(table), shown(id)));
    }

    /// The rows of a table.
    pub fn counts(&self, table: &str) -> Counts {
        self.counts.get(table).copied().unwrap_or_default()
    }

    /// The tables with their rows, by name.
    pub fn tables(&self) -> impl Iterator<Item = (&str, Counts)> {
        self.counts.iter().map(|(table, counts)| (table.as_str(), *counts))
    }

    /// Whether each row that was read is accounted for.
    pub fn is_whole(&self) -> bool {
        self.counts.values().all(|counts| counts.read == counts.taken + counts.merged + counts.named)
    }

    /// The rows that are not here with the reason, those of one table and reason together.
    pub fn named(&self) -> impl Iterator<Item = String> {
        self.reasons.iter().map(|((table, why), ids)| format!("{table} {}: {why}", ranges(ids)))
    }

    /// What was not taken as it stood.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (table, Counts { read, taken, merged, named }) in self.tables() {
            writeln!(out, "{table}: {read} in, {taken} taken, {merged} merged, {named} named")?;
        }
        for line in self.named() {
            writeln!(out, "named: {line}")?;
        }
        for line in &self.remarks {
            writeln!(out, "remark: {line}")?;
        }
        Ok(())
    }
}

/// Words of the file in one line, without what would move the cursor of a terminal.
pub fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let is_plain = |c: char| !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
    let line: String = text.chars().take(MOST + 1).map(|c| if is_plain(c) { c } else { ' ' }).collect();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Ids with those that follow each other drawn together: `1–4, 7`.
fn ranges(ids: &[String]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut run: Option<(i64, i64)> = None;
    let told = |(first, last): (i64, i64)| if first == last { first.to_string() } else { format!("{first}–{last}") };
    for id in ids {
        match (id.parse::<i64>().ok(), run) {
            (Some(number), Some((first, last))) if last.checked_add(1) == Some(number) => run = Some((first, number)),
            (number, before) => {
                parts.extend(before.map(told));
                run = number.map(|number| (number, number));
                if number.is_none() {
                    parts.push(id.clone());
                }
            }
        }
    }
    parts.extend(run.map(told));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_reason_stand_in_one_line() {
        let mut tally = Tally::default();
        for id in ["1", "2", "3", "7", "x\u{1b}[2J"] {
            tally.note("audit_log", id, Fate::Named("stays where it is".into()));
        }
        tally.note("clients", "1", Fate::Taken);
        assert!(tally.is_whole());
        let told = "audit_log: 5 in, 0 taken, 0 merged, 5 named\nclients: 1 in, 1 taken, 0 merged, 0 named\n\
                    named: audit_log 1–3, 7, x [2J: stays where it is\n";
        assert_eq!(tally.to_string(), told);
    }
}
