//! The pages that are measured: an address of its own, or one client (word, client to save for) after another.

use super::site::Site;

/// One of them.
pub struct Page {
    /// What the tables call it.
    pub name: &'static str,
    /// How it is asked for.
    pub ask: Ask,
}

/// How a page is asked for, from the number of the request.
pub enum Ask {
    /// By an address.
    Read(fn(&Site, usize) -> String),
    /// By a form: where it goes, and its fields.
    Save(fn(&Site, usize) -> (String, String)),
}

impl Page {
    /// Whether it writes; people save one form after the other, not sixteen at once.
    pub fn is_save(&self) -> bool {
        matches!(self.ask, Ask::Save(_))
    }
}

const fn read(name: &'static str, address: fn(&Site, usize) -> String) -> Page {
    Page { name, ask: Ask::Read(address) }
}

const fn save(name: &'static str, form: fn(&Site, usize) -> (String, String)) -> Page {
    Page { name, ask: Ask::Save(form) }
}

const WORDS: [&str; 6] = ["Cedar", "Power", "0042", "Granite+Energy", "Yellow+Pine", "Grid"];

/// Name of the page whose speed must not fall up to a million clients.
pub const JSON_SEARCH: &str = "/clients/api/search?q=";

/// All of them.
pub const PAGES: &[Page] = &[
    read("/clients", |_, _| "/clients".into()),
    read("/clients/{id}", |site, number| format!("/clients/{}", site.client(number))),
    read("/crm/dashboard", |_, _| "/crm/dashboard".into()),
    read("/crm/roundtable", |_, _| "/crm/roundtable".into()),
    read("/contacts", |_, _| "/contacts".into()),
    read("/my-work", |_, _| "/my-work".into()),
    read("/calendar", |_, _| "/calendar".into()),
    read("/people/{id}", |site, number| format!("/people/{}", site.colleague(number))),
    read("/crm/roundtable/{id}", |site, number| format!("/crm/roundtable/{}", site.client(number))),
    read("/clients/{id}/since", |site, number| format!("/clients/{}/since", site.client(number))),
    read("/clients/{id}/timeline", |site, number| format!("/clients/{}/timeline", site.client(number))),
    read("since an entry ten years ago", |_, _| "/clients/2/since".into()),
    read("timeline of ten years", |_, _| "/clients/2/timeline".into()),
    read("/crm/meetings/{id}", |site, _| site.meeting.clone()),
    read("/clients/{id}/as-of", |site, number| format!("/clients/{}/as-of", site.client(number))),
    read("/crm/poc/{id}", |site, number| format!("/crm/poc/{}", site.colleague(number))),
    read("/search?q=", |_, number| format!("/search?q={}", WORDS[number % WORDS.len()])),
    read("/owners", |_, _| "/owners".into()),
    read("/projects", |_, _| "/projects".into()),
    read("/people", |_, _| "/people".into()),
    read(JSON_SEARCH, |_, number| format!("/clients/api/search?q={}", WORDS[number % WORDS.len()])),
    read("/clients/api/{id}", |site, number| format!("/clients/api/{}", site.client(number))),
    read("/api/v1/clients", |_, _| "/api/v1/clients?limit=50".into()),
    read("/api/v1/clients/{id}", |site, number| format!("/api/v1/clients/{}", site.client(number))),
    read("map of 500 neighbours", |_, _| "/graph/api?of=clients/1".into()),
    read("/paths/api?from=&to=", |site, number| {
        format!("/paths/api?from=clients/{}&to=technologies/{}", site.client(number), 1 + number % 20)
    }),
    save("save a contact", |site, number| {
        let form = format!("contact_date={}&contact_type=Phone&summary=Spoke+about+part+{number}", site.today);
        (format!("/clients/{}/contact", site.client(number)), form)
    }),
    save("save an entry", |site, number| {
        let form = format!("meeting_date={}&next_steps=Send+the+draft+of+part+{number}", site.today);
        (format!("/crm/roundtable/{}", site.client(number)), form)
    }),
    save("save an edit", |site, number| {
        let (id, fields) = site.edited(number);
        (format!("/clients/{id}/edit"), format!("{fields}&notes=Asked+for+part+{number}"))
    }),
];
