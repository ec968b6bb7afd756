//! All that happened in one line: “3 contacts, status Warm → Active, 1 item late”.

use std::collections::HashMap;

use super::Found;
use super::facts::{Fact, ItemAct, facts, passed};
use super::lines::became;
use crate::ids::PersonnelId;
use crate::records::RecordRef;
use crate::web::Page;

/// A value that changed, perhaps several times: what it was at first and what it is at last.
struct Net {
    label: &'static str,
    is_text: bool,
    old: Option<String>,
    new: Option<String>,
}

/// What is counted, and what is told from its beginning to its end.
#[derive(Default)]
pub(super) struct Sum {
    nets: Vec<Net>,
    linked: usize,
    unlinked: usize,
    done: usize,
    moved: usize,
    passed: usize,
    files: usize,
    items: Items,
}

/// Action items by what was done to them.
#[derive(Default)]
struct Items {
    added: usize,
    done: usize,
    dropped: usize,
    moved: usize,
}

impl Sum {
    /// The values that changed: what each is called, what it was and is.
    pub(super) fn values(self) -> Vec<(&'static str, String)> {
        self.nets.into_iter().filter_map(Net::value).collect()
    }

    pub(super) fn note(&mut self, label: &'static str, is_text: bool, old: Option<String>, new: Option<String>) {
        match self.nets.iter_mut().find(|net| net.label == label) {
            Some(net) => net.new = new,
            None => self.nets.push(Net { label, is_text, old, new }),
        }
    }

    pub(super) fn take(&mut self, fact: Fact, names: &HashMap<RecordRef, String>) {
        match fact {
            Fact::Judged(moves) => {
                moves.fields.into_iter().for_each(|one| self.note(one.label, one.is_text, one.old, one.new));
            }
            Fact::Held(role, old, new) => {
                let name = |id: PersonnelId| names.get(&RecordRef::from(id)).cloned();
                self.note(role, false, old.and_then(name), new.and_then(name));
            }
            Fact::Linked(_) => self.linked += 1,
            Fact::Unlinked(_) => self.unlinked += 1,
            Fact::FollowedUp => self.done += 1,
            Fact::FollowUpMoved(..) => self.moved += 1,
            Fact::Archived(is) => {
                let state = |is: bool| Some(if is { "yes" } else { "no" }.to_owned());
                self.note("Archived", false, state(!is), state(is));
            }
            Fact::Item(ItemAct::Added, _) => self.items.added += 1,
            Fact::Item(ItemAct::Done, _) => self.items.done += 1,
            Fact::Item(ItemAct::Dropped, _) => self.items.dropped += 1,
            Fact::Filed(..) => self.files += 1,
            Fact::ItemMoved(..) => self.items.moved += 1,
            Fact::Item(ItemAct::TakenUp, _) | Fact::Planned(..) | Fact::Made(_) => {}
        }
    }
}

impl Net {
    fn value(self) -> Option<(&'static str, String)> {
        match (self.old, self.new) {
            (old, new) if old == new => None,
            _ if self.is_text => Some((self.label, "changed".into())),
            (old, new) => Some((self.label, became(old, new))),
        }
    }

    fn words(self) -> Option<String> {
        self.value().map(|(label, value)| format!("{} {value}", label.to_lowercase()))
    }
}

/// “1 contact”, “3 contacts”; nothing of none.
fn counted(number: usize, one: &str, many: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{number} {many}")),
    }
}

/// The line.
pub(super) fn sum(page: &Page, found: &Found, names: &HashMap<RecordRef, String>) -> String {
    let mut sum = Sum::default();
    for row in found.changes() {
        for fact in facts(page.viewer(), row) {
            sum.passed += usize::from(passed(&fact, |at| page.date_of(at), row.occurred_date).is_some());
            sum.take(fact, names);
        }
    }
    sum.passed += usize::from(found.passed.is_some());
    let (contacts, has_more) = found.contacts();
    let contacts = match has_more {
        true => Some(format!("more than {contacts} contacts")),
        false => counted(contacts, "contact", "contacts"),
    };
    let words = contacts.into_iter().chain(sum.nets.into_iter().filter_map(Net::words)).chain(
        [
            counted(sum.linked, "new link", "new links"),
            counted(sum.unlinked, "link gone", "links gone"),
            counted(sum.done, "follow-up done", "follow-ups done"),
            counted(sum.moved, "follow-up moved", "follow-ups moved"),
            counted(sum.items.added, "new item", "new items"),
            counted(sum.items.done, "item done", "items done"),
            counted(sum.items.dropped, "item dropped", "items dropped"),
            counted(sum.items.moved, "item moved", "items moved"),
            counted(sum.files, "file", "files"),
            counted(sum.passed, "planned contact passed", "planned contacts passed"),
            counted(found.late.len(), "follow-up late", "follow-ups late"),
            counted(found.late_items.len(), "item late", "items late"),
        ]
        .into_iter()
        .flatten(),
    );
    words.collect::<Vec<_>>().join(", ")
}
