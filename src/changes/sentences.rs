//! What a change did, in words: a sentence for each row.

use serde_json::Value;

use super::labels::{in_words, kind_of};
use super::words::{Piece, Sentence, Teller, records_of, sentence, words};
use crate::audit::{Action, Fields, Row};
use crate::closed_list::ClosedList;
use crate::links::{Direction, LinkEnd, LinkKind};
use crate::records::{RecordKind, RecordRef};

/// What the sentence on a file tells itself, or nobody has to read.
const FILED: [&str; 9] = [
    "file_name",
    "client_id",
    "contact_id",
    "project_id",
    "meeting_id",
    "media_type",
    "sha256",
    "created_by",
    "created_date",
];

impl Teller<'_> {
    /// What happened to a row; `fields` are its own.
    pub fn tell(&self, row: &Row, fields: &Fields) -> Sentence {
        if let Ok(kind) = LinkKind::parse(&row.table_name) {
            return self.link(kind, row, fields);
        }
        match (row.table_name.as_str(), kind_of(&row.table_name)) {
            (_, Some(kind)) => self.record(RecordRef { kind, id: row.record_id }, row, fields),
            ("contact_log", _) => self.contact(row, fields),
            ("roundtable_history", _) => self.entry(row, fields),
            ("action_items", _) => self.action_item(row, fields),
            ("action_item_owners", _) => self.item_owner(row, fields),
            ("files", _) => self.file(row, fields),
            ("calendar_addresses", _) => match row.action {
                Action::Create => sentence("made a calendar address", Vec::new(), Vec::new()),
                _ => sentence("revoked a calendar address", Vec::new(), Vec::new()),
            },
            ("account_invitations", _) => {
                let verb = if row.action == Action::Create { "made" } else { "ended" };
                let name = self.accounts.get(&row.record_id).map_or("someone", String::as_str);
                let of = format!("{verb} the link by which {name} chooses a password");
                sentence(of, Vec::new(), Vec::new())
            }
            ("tokens", _) => match row.action {
                Action::Create => sentence("made a token", Vec::new(), self.values(row, fields, &[])),
                _ => sentence("revoked a token", Vec::new(), Vec::new()),
            },
            ("merges", _) => self.merge(row, fields),
            ("meetings" | "meeting_points" | "meeting_attendees", _) => self.meeting(row, fields),
            ("users", _) => self.account(row, fields),
            (other, _) => {
                let what = in_words(other).to_lowercase();
                self.changed(row, self.values(row, fields, &[]), format!(" of the {what}"), Vec::new())
            }
        }
    }

    fn record(&self, record: RecordRef, row: &Row, fields: &Fields) -> Sentence {
        let one = record.kind.singular();
        let name = || vec![self.named(record, fields)];
        let is_about = self.about == Some(record);
        let all = || self.values(row, fields, &[record.kind.name_column()]);
        let of = |words: &str| if is_about { (String::new(), Vec::new()) } else { (words.to_owned(), name()) };
        match row.action {
            Action::Create if is_about => sentence(format!("added this {one}"), Vec::new(), all()),
            Action::Create => sentence(format!("added {one} "), name(), all()),
            Action::Delete => sentence(format!("deleted {one} "), name(), all()),
            _ if fields.contains_key("is_archived") => {
                let is_archived = fields.get("is_archived").is_some_and(|(_, new)| new == &Value::Bool(true));
                let this = if is_about { vec![words(format!("this {one}"))] } else { name() };
                match is_archived {
                    true => sentence("archived ", this, Vec::new()),
                    false => sentence("brought back ", this, Vec::new()),
                }
            }
            Action::Track if fields.keys().all(|column| column.starts_with("last_contact_")) => {
                let (of, name) = of(" of ");
                let values = self.values(row, fields, &[]);
                Sentence { follows: true, ..sentence(format!("brought the last contact up to date{of}"), name, values) }
            }
            Action::Track => self.planned(row, fields, of(" with ")),
            _ => {
                let (of, name) = of(" of ");
                self.changed(row, self.values(row, fields, &[]), of, name)
            }
        }
    }

    fn planned(&self, row: &Row, fields: &Fields, (with, name): (String, Vec<Piece>)) -> Sentence {
        const DAY: &str = "next_planned_contact_date";
        let rest = self.values(row, fields, &[DAY]);
        match fields.get(DAY).map(|(_, new)| self.value(row, DAY, new)) {
            Some(Some(day)) => {
                let mut sentence = sentence(format!("planned the next contact{with}"), name, rest);
                sentence.pieces.extend([words(" for "), day]);
                sentence
            }
            Some(None) => sentence(format!("cleared the planned contact{with}"), name, Vec::new()),
            None => self.changed(row, rest, with, name),
        }
    }

    fn link(&self, kind: LinkKind, row: &Row, fields: &Fields) -> Sentence {
        let end = LinkEnd { kind, direction: Direction::From };
        let columns = [end.own_column(), end.field()];
        let (from, to) = kind.ends();
        let known = records_of(&self.subjects, row);
        let at = |column: &str, kind: RecordKind, nth: usize| {
            let told = fields.get(column).and_then(|(old, new)| new.as_i64().or_else(|| old.as_i64()));
            let told = told.map(|id| RecordRef { kind, id });
            told.or_else(|| known.iter().copied().filter(|record| record.kind == kind).nth(nth))
        };
        let ends = [at(columns[0], from, 0), at(columns[1], to, usize::from(from == to))];
        let piece =
            |end: Option<RecordRef>| end.map_or_else(|| words("a record"), |end| self.named(end, &Fields::new()));
        let kinded = |end: Option<RecordRef>, one: &str| vec![words(format!("{one} ")), piece(end)];
        let one = LinkEnd { kind, direction: Direction::From }.one();
        let both = || match self.about {
            Some(about) if ends[0] == Some(about) => kinded(ends[1], one),
            Some(about) if ends[1] == Some(about) => kinded(ends[0], from.singular()),
            _ => [vec![piece(ends[0]), words(" and ")], kinded(ends[1], one)].concat(),
        };
        let details = || self.values(row, fields, &[columns[0], columns[1], "created_date"]);
        match row.action {
            Action::Create => sentence("linked ", both(), details()),
            Action::Delete => sentence("unlinked ", both(), details()),
            _ if fields.contains_key("is_primary_contact") => {
                let is = fields.get("is_primary_contact").is_some_and(|(_, new)| new == &Value::Bool(true));
                let state = if is { " the primary contact of " } else { " no longer the primary contact of " };
                sentence("made ", vec![piece(ends[1]), words(state), piece(ends[0])], Vec::new())
            }
            _ => {
                let moved = sentence("changed the link to ", both(), self.values(row, fields, &[]));
                Sentence { follows: true, ..moved }
            }
        }
    }

    fn contact(&self, row: &Row, fields: &Fields) -> Sentence {
        let (with, name) = self.beside(row, fields, " with ");
        const HEAD: [&str; 3] = ["client_id", "contact_type", "contact_date"];
        let head = |column: &str| {
            let (old, new) = fields.get(column)?;
            self.value(row, column, if new.is_null() { old } else { new })
        };
        let told = |verb: &str| {
            let mut sentence =
                sentence(format!("{verb} a contact{with}"), name.clone(), self.values(row, fields, &HEAD));
            if let (Some(kind), Some(day)) = (head("contact_type"), head("contact_date")) {
                sentence.pieces.extend([words(": "), kind, words(" on "), day]);
            }
            sentence
        };
        let only = |column: &str| fields.len() == 1 && fields.contains_key(column);
        match row.action {
            Action::Create => told("logged"),
            Action::Delete => told("removed"),
            _ if only("follow_up_done") => {
                let is_done = fields.values().any(|(_, new)| new == &Value::Bool(true));
                let verb = if is_done { "did the follow-up" } else { "opened the follow-up again" };
                sentence(format!("{verb}{with}"), name, Vec::new())
            }
            _ if only("client_id") => {
                Sentence { follows: true, ..sentence("moved a contact to ", self.client(row, fields), Vec::new()) }
            }
            _ => self.changed(row, self.values(row, fields, &[]), format!(" of a contact{with}"), name),
        }
    }

    fn entry(&self, row: &Row, fields: &Fields) -> Sentence {
        let (of, name) = self.beside(row, fields, " for ");
        match row.action {
            Action::Create => sentence(
                format!("wrote a roundtable entry{of}"),
                name,
                self.values(row, fields, &["client_id", "meeting_id"]),
            ),
            _ if fields.contains_key("superseded_by") => {
                let corrected = sentence(format!("corrected a roundtable entry{of}"), name, Vec::new());
                Sentence { follows: true, ..corrected }
            }
            _ => {
                let moved = sentence("moved a roundtable entry to ", self.client(row, fields), Vec::new());
                Sentence { follows: true, ..moved }
            }
        }
    }

    fn action_item(&self, row: &Row, fields: &Fields) -> Sentence {
        let (of, name) = self.beside(row, fields, " for ");
        const ORIGIN: [&str; 2] = ["history_id", "meeting_id"];
        let told = |verb: &str| {
            let values = self.values(row, fields, &["client_id", "item_state"]);
            sentence(format!("{verb} an action item{of}"), name.clone(), values)
        };
        let state = fields.get("item_state").and_then(|(_, new)| new.as_str());
        match (row.action, state) {
            (Action::Create, _) => told("added"),
            (Action::Delete, _) => told("took back"),
            (_, Some("Done")) => told("did"),
            (_, Some("Dropped")) => told("dropped"),
            (_, Some(_)) => told("took up again"),
            _ if fields.keys().all(|column| ORIGIN.contains(&column.as_str())) => {
                Sentence { follows: true, ..sentence("noted where an action item comes from", Vec::new(), Vec::new()) }
            }
            _ if fields.len() == 1 && fields.contains_key("client_id") => {
                let moved = sentence("moved an action item to ", self.client(row, fields), Vec::new());
                Sentence { follows: true, ..moved }
            }
            _ => self.changed(row, self.values(row, fields, &[]), format!(" of an action item{of}"), name),
        }
    }

    fn item_owner(&self, row: &Row, fields: &Fields) -> Sentence {
        let (of, name) = self.beside(row, fields, " for ");
        let (old, new) = fields.get("assigned_to").cloned().unwrap_or_default();
        let person = |value: &Value| self.value(row, "assigned_to", value).unwrap_or_else(|| words("someone"));
        let (start, people) = match row.action {
            Action::Create => ("gave an action item to ", vec![person(&new)]),
            Action::Delete => ("took an action item from ", vec![person(&old)]),
            _ => ("handed an action item on from ", vec![person(&old), words(" to "), person(&new)]),
        };
        let follows = row.action == Action::Create;
        Sentence { follows, ..sentence(start, [people, vec![words(of)], name].concat(), Vec::new()) }
    }

    /// A file that was added, removed, called otherwise or shown to others; with what it was kept.
    fn file(&self, row: &Row, fields: &Fields) -> Sentence {
        let with = records_of(&self.subjects, row).into_iter().find(|record| self.about != Some(*record));
        let with = with.map_or_else(Vec::new, |record| vec![words(" with "), self.named(record, &Fields::new())]);
        let with = if self.about.is_some() { Vec::new() } else { with };
        let name = fields.get("file_name").and_then(|(old, new)| new.as_str().or_else(|| old.as_str()));
        let name = words(format!("“{}”", name.unwrap_or_default()));
        let told = |verb: &str| {
            let values = self.values(row, fields, &FILED);
            sentence(verb, [vec![name.clone()], with.clone()].concat(), values)
        };
        match row.action {
            Action::Create => told("added the file "),
            Action::Delete => told("removed the file "),
            _ if fields.len() == 1 && fields.contains_key("contact_id") => {
                let left = sentence("left a file of a contact", with, Vec::new());
                Sentence { follows: true, ..left }
            }
            _ if fields.len() == 1 && (fields.contains_key("client_id") || fields.contains_key("project_id")) => {
                Sentence { follows: true, ..sentence("moved a file", with, Vec::new()) }
            }
            _ => self.changed(row, self.values(row, fields, &[]), " of a file".into(), with),
        }
    }

    /// What was done to a meeting, its agenda or its people.
    fn meeting(&self, row: &Row, fields: &Fields) -> Sentence {
        let new = |column: &str| fields.get(column).and_then(|(_, new)| new.as_str());
        let name = match row.table_name.as_str() {
            "meeting_attendees" => self.person_of(fields),
            _ => self.client(row, fields),
        };
        let values = || {
            self.values(
                row,
                fields,
                &["meeting_id", "client_id", "personnel_id", "position", "created_by", "created_date"],
            )
        };
        match (row.table_name.as_str(), row.action) {
            ("meetings", Action::Create) => sentence("prepared a meeting", Vec::new(), values()),
            ("meetings", Action::Delete) => sentence("deleted a meeting", Vec::new(), values()),
            ("meetings", _) if new("status") == Some("Planned") => {
                sentence("took back the start of a meeting", Vec::new(), Vec::new())
            }
            ("meetings", _) if new("status") == Some("Running") => {
                sentence("started a meeting", Vec::new(), Vec::new())
            }
            ("meetings", _) if new("status") == Some("Closed") => sentence("closed a meeting", Vec::new(), Vec::new()),
            ("meetings", _) => self.changed(row, values(), " of a meeting".into(), Vec::new()),
            ("meeting_points", Action::Create) => sentence("put on the agenda: ", name, values()),
            ("meeting_points", Action::Delete) => sentence("took off the agenda: ", name, Vec::new()),
            ("meeting_points", _) if fields.contains_key("position") => {
                sentence("moved a point of an agenda", Vec::new(), Vec::new())
            }
            ("meeting_points", _) => {
                let changed = self.changed(row, values(), " of a point of an agenda".into(), Vec::new());
                Sentence { follows: true, ..changed }
            }
            (_, Action::Create) => sentence("invited ", name, values()),
            (_, Action::Delete) => sentence("took back the invitation of ", name, Vec::new()),
            _ => self.changed(row, values(), " of an invitation".into(), Vec::new()),
        }
    }

    /// The person whom a row names.
    fn person_of(&self, fields: &Fields) -> Vec<Piece> {
        let id = fields.get("personnel_id").and_then(|(old, new)| new.as_i64().or_else(|| old.as_i64()));
        let person = id.map(|id| RecordRef { kind: RecordKind::Person, id });
        person.map(|person| self.named(person, &Fields::new())).into_iter().collect()
    }

    fn merge(&self, row: &Row, fields: &Fields) -> Sentence {
        if row.action != Action::Create {
            return sentence("took a merge apart", Vec::new(), Vec::new());
        }
        let new = |column: &str| fields.get(column).map(|(_, new)| new);
        let kind = new("record_kind").and_then(Value::as_str).and_then(|text| RecordKind::parse(text).ok());
        let piece = |id: &str, name: &str| {
            let record = kind.zip(new(id).and_then(Value::as_i64)).map(|(kind, id)| RecordRef { kind, id });
            let name = new(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            Piece { text: name, link: record.filter(|one| self.names.contains_key(one)).map(RecordRef::address) }
        };
        let ends = vec![piece("merged_id", "merged_name"), words(" into "), piece("survivor_id", "survivor_name")];
        sentence("merged ", ends, Vec::new())
    }

    fn account(&self, row: &Row, fields: &Fields) -> Sentence {
        let told = fields.get("full_name").and_then(|(old, new)| new.as_str().or_else(|| old.as_str()));
        let known = self.accounts.get(&row.record_id).map(String::as_str);
        let name = known.or(told).unwrap_or("someone").to_owned();
        let of_account =
            |verb: &str, values| sentence(format!("{verb} the account of "), vec![words(name.clone())], values);
        match row.action {
            Action::SignIn => sentence("signed in", Vec::new(), Vec::new()),
            Action::SignInRefused => sentence("was refused at the sign-in", Vec::new(), Vec::new()),
            Action::Password => sentence("changed the password of ", vec![words(name)], Vec::new()),
            Action::PasswordRefused => sentence("gave a wrong password", Vec::new(), Vec::new()),
            Action::Create => of_account("added", self.values(row, fields, &["full_name"])),
            Action::Delete => of_account("deleted", Vec::new()),
            Action::Update | Action::Track => of_account("changed", self.values(row, fields, &[])),
        }
    }
}
