//! What one may want to do rather than find: log a contact, assign or add a client, go to a page.

use crate::access::Viewer;
use crate::closed_list::ClosedList;
use crate::db::name_forms::name_key;
use crate::index::words_of;
use crate::records::{NamedRecord, RecordKind};
use crate::web::address;

/// So many clients are offered for a contact.
const CLIENTS: usize = 3;

/// Something to do, and where it is done.
pub struct Command {
    /// What it does.
    pub label: String,
    /// Its page.
    pub link: String,
}

/// What someone wants of the words behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// To find them.
    Find,
    /// To log a contact with that client.
    Log,
    /// To say who looks after that client.
    Assign,
    /// To add a record of that name.
    New(RecordKind),
    /// To open that page.
    Go,
}

/// Who a page is for.
#[derive(Clone, Copy)]
enum For {
    Everyone,
    Writers,
    Team,
    Admin,
    WritingAdmin,
}

const PAGES: [(&str, &str, For); 23] = [
    ("Dashboard", "/crm/dashboard", For::Team),
    ("Roundtable", "/crm/roundtable", For::Team),
    ("Meetings", "/crm/meetings", For::Team),
    ("Coverage", "/crm/coverage", For::Team),
    ("My work", "/my-work", For::Everyone),
    ("Contacts", "/contacts", For::Everyone),
    ("Planned contacts", "/planned-contacts", For::Everyone),
    ("Follow-ups", "/follow-ups", For::Everyone),
    ("Action items", "/action-items", For::Everyone),
    ("Calendar", "/calendar", For::Everyone),
    ("Import", "/import", For::Writers),
    ("Map of projects", "/projects/map", For::Everyone),
    ("Relationships", "/graph", For::Everyone),
    ("My profile", "/profile", For::Everyone),
    ("My tokens", "/profile/tokens", For::Everyone),
    ("My mail", "/profile/mail", For::Everyone),
    ("About Roundtable", "/about", For::Everyone),
    ("Settings", "/admin/settings", For::WritingAdmin),
    ("Users", "/admin/users", For::Admin),
    ("Tokens", "/admin/tokens", For::Admin),
    ("Messages", "/admin/messages", For::Admin),
    ("Webhooks", "/admin/webhooks", For::Admin),
    ("Audit log", "/admin/audit", For::Admin),
];

/// Takes apart what was typed: what is wanted, and the words behind it.
pub fn read(typed: &str) -> (Intent, &str) {
    let typed = typed.trim();
    for start in ["log contact with ", "log a contact with ", "log contact "] {
        if let Some(rest) = after(typed, start) {
            return (Intent::Log, rest);
        }
    }
    for &kind in RecordKind::ALL {
        if let Some(rest) = after(typed, &format!("new {} ", kind.singular())) {
            return (Intent::New(kind), rest);
        }
    }
    for (start, intent) in [("assign ", Intent::Assign), ("go to ", Intent::Go)] {
        if let Some(rest) = after(typed, start) {
            return (intent, rest);
        }
    }
    (Intent::Find, typed)
}

fn after<'a>(typed: &'a str, start: &str) -> Option<&'a str> {
    let head = typed.get(..start.len())?;
    head.eq_ignore_ascii_case(start).then(|| typed[start.len()..].trim()).filter(|rest| !rest.is_empty())
}

/// What this person may do with the words, given the records that they may mean.
pub fn commands(viewer: &Viewer, intent: Intent, words: &str, hits: &[NamedRecord]) -> Vec<Command> {
    // A page that is called so is meant before a client that is not there.
    let mut commands = if matches!(intent, Intent::Find | Intent::Go) { pages(viewer, words) } else { Vec::new() };
    if viewer.may_write() {
        let clients = hits.iter().filter(|named| named.record.kind == RecordKind::Client).take(CLIENTS);
        match intent {
            Intent::Find | Intent::Log => commands.extend(clients.map(|client| Command {
                label: format!("Log contact with {}", client.name),
                link: format!("/{}/contact", client.record),
            })),
            Intent::Assign => commands.extend(clients.map(|client| Command {
                label: format!("Assign points of contact of {}", client.name),
                link: format!("/{}/edit#f-mpr_primary_poc", client.record),
            })),
            Intent::New(_) | Intent::Go => {}
        }
        let is_there = hits.iter().any(|named| name_key(&named.name) == name_key(words));
        match intent {
            Intent::New(kind) => commands.push(new(kind, words)),
            Intent::Find if !is_there => commands.push(new(RecordKind::Client, words)),
            Intent::Find | Intent::Log | Intent::Assign | Intent::Go => {}
        }
    }
    commands
}

fn new(kind: RecordKind, name: &str) -> Command {
    Command {
        label: format!("New {} “{name}”", kind.singular()),
        link: address(&format!("/{}/new", kind.path()), &[("name", name)]),
    }
}

/// The pages whose titles hold the words.
fn pages(viewer: &Viewer, words: &str) -> Vec<Command> {
    let asked = words_of(words);
    let fits = |title: &str| {
        let title = words_of(title);
        !asked.is_empty() && asked.iter().all(|word| title.iter().any(|one| one.starts_with(word)))
    };
    let is_for = |whom: For| match whom {
        For::Everyone => true,
        For::Writers => viewer.may_write(),
        For::Team => viewer.team().is_some(),
        For::Admin => viewer.admin().is_some(),
        For::WritingAdmin => viewer.admin().is_some() && viewer.may_write(),
    };
    let lists = RecordKind::ALL.iter().map(|kind| (kind.plural(), format!("/{}", kind.path())));
    let others =
        PAGES.into_iter().filter(|(_, _, whom)| is_for(*whom)).map(|(title, link, _)| (title, link.to_owned()));
    let found = lists.chain(others).filter(|(title, _)| fits(title));
    found.map(|(title, link)| Command { label: format!("Go to {title}"), link }).collect()
}
