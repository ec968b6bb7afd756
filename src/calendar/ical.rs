//! Calendars as other programs read them (RFC 5545), written line by line.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

/// From when on the seconds are counted that tell which of two files about an entry is the later one: of 32 bits, as
/// calendars have them, there are enough until 2088.
const COUNTED_FROM: NaiveDateTime = match NaiveDate::from_ymd_opt(2020, 1, 1) {
    Some(day) => day.and_time(NaiveTime::MIN),
    None => NaiveDateTime::MIN,
};

/// The number (RFC 5545, SEQUENCE) of what is said of an entry at a moment (UTC). It grows with time: what was said
/// later stands, by mail or by file, also after an entry was taken out and came again.
pub fn sequence_at(moment: NaiveDateTime) -> i64 {
    (moment - COUNTED_FROM).num_seconds()
}

/// A line has at most so many octets, without its end (RFC 5545 3.1).
const LINE: usize = 75;

/// One entry of a calendar, which takes a whole day.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// The same for as long as it is the same thing.
    pub uid: String,
    /// When it is; of one that is off, nothing need be said.
    pub day: Option<NaiveDate>,
    pub summary: String,
    pub description: String,
    /// Where it is looked at.
    pub url: String,
    /// Grows with each change: some programs keep an old day without it.
    pub sequence: i64,
    /// Whether it will not be, for anyone.
    pub is_off: bool,
    /// Name and address of whoever invites, if it is an invitation, and of those who are invited.
    pub organizer: Option<(String, String)>,
    pub attendees: Vec<(String, String)>,
}

/// A calendar as it is written.
pub struct Calendar {
    text: String,
    stamp: NaiveDateTime,
}

impl Calendar {
    /// An empty one; `method` says whether it tells or invites, `stamp` (UTC) as of when it tells.
    pub fn new(method: &str, stamp: NaiveDateTime) -> Self {
        let mut calendar = Self { text: String::new(), stamp };
        calendar.line("BEGIN", "VCALENDAR");
        calendar.line("VERSION", "2.0");
        calendar.line("PRODID", "-//Roundtable//Calendar//EN");
        calendar.line("CALSCALE", "GREGORIAN");
        calendar.line("METHOD", method);
        calendar
    }

    /// The same under a name, read anew each hour by programs that follow it.
    pub fn followed(mut self, name: &str) -> Self {
        self.line("NAME", &escaped(name));
        self.line("X-WR-CALNAME", &escaped(name));
        self.line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
        self.line("X-PUBLISHED-TTL", "PT1H");
        self
    }

    /// Adds an entry.
    pub fn add(&mut self, event: &Event) {
        let stamp = self.stamp.format("%Y%m%dT%H%M%SZ").to_string();
        self.line("BEGIN", "VEVENT");
        self.line("UID", &escaped(&event.uid));
        self.line("DTSTAMP", &stamp);
        if let Some(day) = event.day {
            // The end is the day after (RFC 5545 3.6.1).
            let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
            self.line("DTSTART;VALUE=DATE", &day.format("%Y%m%d").to_string());
            self.line("DTEND;VALUE=DATE", &next.format("%Y%m%d").to_string());
        }
        self.line("SEQUENCE", &event.sequence.to_string());
        if event.is_off {
            self.line("STATUS", "CANCELLED");
        }
        self.line("SUMMARY", &escaped(&event.summary));
        if !event.description.is_empty() {
            self.line("DESCRIPTION", &escaped(&event.description));
        }
        if !event.url.is_empty() {
            self.line("URL", &plain(&event.url));
        }
        if let Some((name, address)) = &event.organizer {
            self.line(&format!("ORGANIZER;CN={}", quoted(name)), &mailto(address));
        }
        for (name, address) in &event.attendees {
            let parameters = "ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE";
            self.line(&format!("ATTENDEE;CN={};{parameters}", quoted(name)), &mailto(address));
        }
        self.line("TRANSP", "TRANSPARENT");
        self.line("END", "VEVENT");
    }

    /// The whole of it.
    pub fn finish(mut self) -> String {
        self.line("END", "VCALENDAR");
        self.text
    }

    /// Adds a line, folded where it is too long, never within a character.
    fn line(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for character in name.chars().chain([':']).chain(value.chars()) {
            if character.len_utf8() > room {
                self.text.push_str("\r\n ");
                room = LINE - 1;
            }
            self.text.push(character);
            room -= character.len_utf8();
        }
        self.text.push_str("\r\n");
    }
}

/// A text as a value. Line ends of every kind are one, since a bare one would begin a line of its own; other control
/// characters are left out.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => value.extend(['\\', character]),
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => value.push_str("\\n"),
            '\t' => value.push(' '),
            control if control.is_control() => {}
            other => value.push(other),
        }
    }
    value
}

/// A value that is no text, such as an address, on one line.
fn plain(value: &str) -> String {
    value.chars().filter(|character| !character.is_control() && !character.is_whitespace()).collect()
}

/// A parameter in quotation marks, which it cannot hold itself (RFC 5545 3.2).
fn quoted(text: &str) -> String {
    let kept = text.chars().filter(|character| !character.is_control() && *character != '"');
    format!("\"{}\"", kept.collect::<String>())
}

fn mailto(address: &str) -> String {
    format!("mailto:{}", plain(address))
}
