//! The collections: what they are called, who may do what with them, and what they can be narrowed by.

use super::asked::{Parameter, Takes};
use crate::access::{Audience, Viewer};
use crate::action_items::ItemState;
use crate::clients::assessment::{self, TeamFilter};
use crate::clients::{Attention, ClientSort, ClientType, ContactType};
use crate::closed_list::ClosedList;
use crate::links::LinkKind;
use crate::records::{Entry, RecordKind};

/// A collection of what programs ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// Records of a kind.
    Records(RecordKind),
    Contacts,
    Entries,
    ActionItems,
    Meetings,
    Links,
    Files,
    Changes,
    Search,
    Timeline,
}

use Collection::{ActionItems, Changes, Contacts, Entries, Files, Links, Meetings, Records, Search, Timeline};

impl Collection {
    /// Each of them, in the order of the description.
    pub fn all() -> impl Iterator<Item = Self> {
        let others = [Contacts, Entries, ActionItems, Meetings, Links, Files, Timeline, Changes, Search];
        RecordKind::ALL.iter().map(|kind| Records(*kind)).chain(others)
    }

    /// The one of that name.
    pub fn named(path: &str) -> Option<Self> {
        Self::all().find(|collection| collection.path() == path)
    }

    /// Its name in addresses.
    pub fn path(self) -> &'static str {
        match self {
            Records(kind) => kind.path(),
            Contacts => "contacts",
            Entries => "entries",
            ActionItems => "action-items",
            Meetings => "meetings",
            Links => "links",
            Files => "files",
            Changes => "changes",
            Search => "search",
            Timeline => "timeline",
        }
    }

    /// What one of it is called: “owner”, “action item”.
    pub fn one(self) -> &'static str {
        match self {
            Records(kind) => kind.singular(),
            Contacts => "contact",
            Entries => "roundtable entry",
            ActionItems => "action item",
            Meetings => "meeting",
            Links => "link",
            Files => "file",
            Changes => "change",
            Search => "hit",
            Timeline => "moment",
        }
    }

    /// What it holds, for its description.
    pub fn about(self) -> &'static str {
        match self {
            Records(kind) => kind.about(),
            Contacts => "The contact log. The last contact of a client follows from it.",
            Entries => "What the NED Team says of clients. A change is a new version; the earlier one stays.",
            ActionItems => "What is to be done for a client, by whom and by when.",
            Meetings => "Roundtables of the NED Team. One that is made gets its agenda with it.",
            Links => "What connects two records. What it says can be changed, its ends cannot.",
            Files => "Documents kept with records; what one holds is at its address with `/content` behind.",
            Changes => "What was changed, field by field: of one record, or for administrators of all.",
            Search => "Records and texts that hold the words, the best first.",
            Timeline => "What happened with a client, the latest first: contacts, entries and changes.",
        }
    }

    /// The key of its ids.
    pub fn id_column(self) -> &'static str {
        match self {
            Records(kind) => kind.id_column(),
            Contacts => "contact_id",
            Entries => "history_id",
            ActionItems => "item_id",
            Meetings => "meeting_id",
            Links => "relationship_id",
            Files => "file_id",
            Changes => "change_id",
            Search | Timeline => "type",
        }
    }

    /// Who may read, make and change, delete: as on the pages.
    pub fn audiences(self) -> (Audience, Option<Audience>, Option<Audience>) {
        match self {
            Records(_) | Contacts => (Audience::SignedIn, Some(Audience::Writer), Some(Audience::AdminWriter)),
            Links => (Audience::SignedIn, Some(Audience::Writer), Some(Audience::Writer)),
            ActionItems => (Audience::SignedIn, Some(Audience::Writer), None),
            Entries | Meetings => (Audience::Team, Some(Audience::TeamWriter), None),
            Files | Changes | Search | Timeline => (Audience::SignedIn, None, None),
        }
    }

    /// What its list can be asked; a parameter of the team is none to others.
    pub fn parameters(self, viewer: &Viewer) -> Vec<Parameter> {
        let new = |name, about, takes| Parameter { name, about, takes };
        let mut all = vec![new("limit", "How many at most", Takes::Limit)];
        if self != Search {
            all.push(new("cursor", "Where to go on: `next` of the answer before", Takes::Cursor));
        }
        if !matches!(self, Search | Timeline) {
            all.push(new("fields", "The keys that are wanted, with commas between", Takes::Text));
            all.push(new("ids", "These alone, with commas between", Takes::Ids));
        }
        let of_client = || new("client_id", "Of this client", Takes::Id);
        let since = || new("since", "On that day or later", Takes::Day);
        let until = || new("until", "On that day or earlier", Takes::Day);
        let words = || new("search", "Words in the name", Takes::Text);
        let order = "The order; with a minus before it, turned round. Any but that by name ends after 10,000 rows";
        let sorted = |sorts| new("sort", order, either_way(sorts));
        let archived = || new("archived", "The archived ones instead of the others", Takes::Tick);
        match self {
            Records(RecordKind::Client) => {
                all.extend([words(), new("client_type", "Of this type", one_of::<ClientType>())]);
                all.push(new("poc", "Looked after by this colleague", Takes::Id));
                all.push(new("attention", "Who needs a contact how urgently", one_of::<Attention>()));
                all.push(archived());
                let mut sorts: Vec<String> = ClientSort::words().map(ToOwned::to_owned).collect();
                if let Some(pass) = viewer.team() {
                    all.extend(assessment::offered(pass).into_iter().map(|(name, about, values)| Parameter {
                        name,
                        about,
                        takes: Takes::OneOf(values),
                    }));
                    sorts.extend(TeamFilter::sorts(pass));
                }
                all.push(sorted(sorts));
            }
            Records(kind) => {
                all.extend([words(), archived()]);
                for spec in kind.filters() {
                    let takes = match spec.entry {
                        Entry::Closed(list) => Takes::OneOf(strings(list)),
                        _ => Takes::Text,
                    };
                    all.push(new(spec.name, spec.label, takes));
                }
                let listed = kind.fields().iter().filter(|spec| spec.listed && spec.is_sorted()).map(|spec| spec.name);
                let sorts = ["name"].into_iter().chain(listed).map(ToOwned::to_owned).collect();
                all.push(sorted(sorts));
            }
            Contacts => {
                all.extend([new("search", "Words in its texts", Takes::Text), of_client()]);
                all.push(new("contact_type", "How it was made", one_of::<ContactType>()));
                all.push(new("contacted_by", "Made by this colleague", Takes::Id));
                all.extend([since(), until()]);
                all.push(new("sort", "The order", Takes::OneOf(strings(&["-date", "date"]))));
            }
            Entries => {
                let meeting = new("meeting_id", "Of this meeting", Takes::Id);
                all.extend([of_client(), meeting, since(), until()]);
            }
            ActionItems => {
                all.extend([of_client(), new("assigned_to", "Done by this colleague", Takes::Id)]);
                all.push(new("item_state", "What became of it", one_of::<ItemState>()));
            }
            Meetings => {}
            Links => {
                all.push(new("kind", "Of this kind, by its table", one_of::<LinkKind>()));
                all.push(new("of", "With this record at one end, e.g. `clients/7`", Takes::Record));
            }
            Files => {
                all.extend([of_client(), new("contact_id", "Of this contact", Takes::Id)]);
                all.push(new("project_id", "Of this project", Takes::Id));
                if viewer.team().is_some() {
                    all.push(new("meeting_id", "Of this meeting", Takes::Id));
                }
            }
            Changes => all.push(new("record", "Of this record, e.g. `clients/7`", Takes::Record)),
            Search => all.push(new("q", "The words", Takes::Text)),
            Timeline => {
                let sorts = if viewer.team().is_some() { &SHOWN[..] } else { &SHOWN[..2] };
                all.push(new("show", "What alone is wanted", Takes::OneOf(strings(sorts))));
            }
        }
        all
    }
}

/// What a timeline can be narrowed to; the last two are the team's.
const SHOWN: [&str; 4] = ["contacts", "changes", "entries", "meetings"];

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn one_of<T: ClosedList>() -> Takes {
    Takes::OneOf(T::texts().map(ToOwned::to_owned).collect())
}

/// Each order, and turned round.
fn either_way(sorts: Vec<String>) -> Takes {
    Takes::OneOf(sorts.into_iter().flat_map(|sort| [sort.clone(), format!("-{sort}")]).collect())
}
