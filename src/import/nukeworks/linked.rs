//! The links of the earlier system. Those of one pair are one link here, with the words of all and the strictest mark.

use std::collections::HashMap;

use super::row::{Row, plain};
use super::tables::Table;
use super::tally::Fate;
use super::{Import, with_words};
use crate::error::Result;
use crate::ids::ClientId;
use crate::links::{self, Direction, LinkDraft, LinkEnd, LinkKind, Role};
use crate::records::Entry;

/// The links of a table, in their order, and which row is part of which.
#[derive(Default)]
pub struct Gathered {
    links: Vec<Link>,
    places: HashMap<(i64, i64), usize>,
    rows: Vec<(Row, usize)>,
}

struct Link {
    kind: LinkKind,
    ends: (i64, i64),
    draft: LinkDraft,
}

impl Import<'_> {
    /// Reads a link, and puts it to the others of its pair.
    pub(super) fn gather(&mut self, all: &mut Gathered, kind: LinkKind, mut row: Row) -> Result<()> {
        let (from, to) = kind.ends();
        let other = LinkEnd { kind, direction: Direction::From };
        let mut ends = Vec::new();
        for (end, column) in [(from, other.own_column()), (to, other.field())] {
            let found = row.reference(column).map(|id| (id, self.ids.get(&(end, id)).copied()));
            let why = match found {
                Some((_, Some(id))) => {
                    ends.push(id);
                    continue;
                }
                Some((id, None)) => format!("its {} {id} is not there", end.singular()),
                None => format!("it names no {}", end.singular()),
            };
            self.note(Table::Links(kind), row, Fate::Named(why));
            return Ok(());
        }
        let ends = (ends[0], ends[1]);
        if from == to && ends.0 == ends.1 {
            self.note(Table::Links(kind), row, Fate::Named("it links a record to itself".into()));
            return Ok(());
        }
        let draft = self.link(kind, &mut row, ends.0);
        let place = match all.places.get(&ends) {
            Some(place) => {
                let first = &mut all.links[*place].draft;
                // Where one of them is confidential, the others would tell of it.
                first.is_confidential |= draft.is_confidential;
                first.is_primary_contact |= draft.is_primary_contact;
                if first.is_confidential && first.is_primary_contact {
                    self.primaries.remove(&ClientId(ends.0));
                }
                for words in [draft.role.clone().filter(|role| first.role.as_ref() != Some(role)), draft.notes] {
                    let words = words.filter(|words| !words.is_empty());
                    first.notes = words.map(|words| with_words(first.notes.as_deref(), &words)).or(first.notes.take());
                }
                *place
            }
            None => {
                all.links.push(Link { kind, ends, draft });
                all.places.insert(ends, all.links.len() - 1);
                all.links.len() - 1
            }
        };
        all.rows.push((row, place));
        Ok(())
    }

    fn link(&mut self, kind: LinkKind, row: &mut Row, from: i64) -> LinkDraft {
        let mut notes = row.text("notes");
        let role = kind.role().and_then(|Role { name, label, entry }| {
            let word = row.line(name)?;
            let Entry::Closed(list) = entry else { return Some(word) };
            let known = list.iter().find(|value| plain(value) == plain(&word)).map(|value| (*value).to_owned());
            if known.is_none() {
                notes = Some(with_words(notes.as_deref(), &format!("{label} in the earlier system: {word}")));
            }
            known.or_else(|| list.contains(&"Other").then(|| "Other".to_owned()))
        });
        let volume = (kind == LinkKind::ProjectOfftaker).then(|| row.line("contracted_volume")).flatten();
        let mut is_primary = kind == LinkKind::ClientPersonnel && row.flag("is_primary_contact") == Some(true);
        let is_confidential = row.is_confidential();
        if is_primary && !is_confidential && !self.primaries.insert(ClientId(from)) {
            row.remark("it is no primary contact: the client has one");
            is_primary = false;
        }
        LinkDraft {
            role,
            contracted_volume: volume,
            product_id: None,
            is_primary_contact: is_primary,
            notes,
            sources: None,
            is_confidential,
        }
    }

    /// Makes the links that are not there yet.
    pub(super) fn link_all(&mut self, all: Gathered) -> Result<()> {
        let Gathered { links, rows, .. } = all;
        let mut fates: HashMap<usize, Fate> = HashMap::new();
        for (mut row, place) in rows {
            let Link { kind, ends, draft } = &links[place];
            let fate = match fates.get(&place) {
                // Only the first of a pair is the link itself.
                Some(_) => Fate::Merged,
                None => {
                    let fate = self.add_link(&mut row, *kind, *ends, draft)?;
                    fates.insert(place, fate.clone());
                    fate
                }
            };
            self.note(Table::Links(*kind), row, fate);
        }
        Ok(())
    }

    pub(super) fn add_link(
        &mut self,
        row: &mut Row,
        kind: LinkKind,
        ends: (i64, i64),
        draft: &LinkDraft,
    ) -> Result<Fate> {
        if links::queries::has_like(self.db, &self.visit.viewer, kind, ends, draft)? {
            return Ok(Fate::Merged);
        }
        let open = LinkDraft { is_confidential: false, ..LinkDraft::default() };
        if draft.is_confidential && links::queries::has_like(self.db, &self.visit.viewer, kind, ends, &open)? {
            row.remark("an open link of the same two is here already and tells of it: remove that one by hand");
        }
        self.made(row)?;
        // Who is the primary contact here already stays it.
        let taken = draft.is_primary_contact
            && links::queries::primary_contact(self.db, self.admin, ends.0, draft.is_confidential)?.is_some();
        let draft = LinkDraft { is_primary_contact: draft.is_primary_contact && !taken, ..draft.clone() };
        links::queries::insert(self.db, &self.visit, kind, ends, &draft)?;
        Ok(Fate::Taken)
    }
}
