//! A world with a marker in every restricted field, and the addresses of all routes in it.

use crate::world::{Role, World};

/// Words that only the NED Team may see.
pub const TEAM: [&str; 9] =
    ["ZQnotes", "ZQnext", "ZQfocus", "ZQtargets", "ZQdiscussion", "ZQaction", "Strategic", "At Risk", "Prospective"];

/// Words that only confidential access may see.
pub const CONFIDENTIAL: [&str; 12] = [
    "ZQsummary",
    "ZQmet",
    "ZQowner",
    "ZQproject",
    "ZQvendor",
    "ZQoperator",
    "ZQperson",
    "ZQrole",
    "987654",
    "876543",
    "765432",
    "654321",
];

/// The ids by which routes are filled in.
pub struct Planted {
    pub client: i64,
    pub contact: i64,
    pub entry: i64,
    pub user: i64,
    pub link: i64,
    pub person: i64,
    records: Vec<(&'static str, i64)>,
}

/// Plants open records, then the restricted ones; `marked` leaves the restricted ones different or out.
pub async fn plant(world: &World, marked: bool) -> Planted {
    let vendor = world.record("vendors", &[("vendor_name", "Vendor one")]).await;
    let vendor_id = vendor.to_string();
    let technology = [("product_name", "Reactor one"), ("vendor_id", &*vendor_id)];
    let person = [("full_name", "Outside Person"), ("personnel_type", "External"), ("is_active", "on")];
    let records = vec![
        ("vendors", vendor),
        ("technologies", world.record("technologies", &technology).await),
        ("owners", world.record("owners", &[("company_name", "Owner one")]).await),
        ("projects", world.record("projects", &[("project_name", "Project one")]).await),
        ("operators", world.record("operators", &[("company_name", "Operator one")]).await),
        ("constructors", world.record("constructors", &[("company_name", "Constructor one")]).await),
        ("offtakers", world.record("offtakers", &[("company_name", "Offtaker one")]).await),
        ("people", world.record("people", &person).await),
    ];
    let client = world.client("Planted Client").await;
    let other = world.client("Another Client").await;
    world.contact(Role::Plain, other, 95, &[("summary", "an open word")]).await;
    // The day, type and maker of a confidential contact count for everyone, so they are the same in both worlds.
    let words = |word: &'static str| if marked { word } else { "other words" };
    let made_by = world.person(Role::Plain).to_string();
    let hidden = [
        ("summary", words("ZQsummary")),
        ("contact_person_freetext", words("ZQmet")),
        ("contacted_by", &*made_by),
        ("is_confidential", "on"),
    ];
    let mut hidden = hidden.to_vec();
    if marked {
        hidden.push(("follow_up_needed", "on"));
    }
    world.contact(Role::Confidential, client, 70, &hidden).await;
    let planted = Planted {
        client,
        contact: world.number("SELECT contact_id FROM contact_log WHERE is_confidential"),
        entry: 1,
        user: world.number("SELECT user_id FROM users WHERE username = 'plain'"),
        link: 1,
        person: world.person(Role::Team),
        records,
    };
    if marked {
        restrict(world, &planted, other).await;
    }
    planted
}

async fn restrict(world: &World, planted: &Planted, other: i64) {
    let client = planted.client;
    let assessment = [
        ("relationship_strength", "At Risk"),
        ("relationship_notes", "ZQnotes"),
        ("client_priority", "Strategic"),
        ("client_status", "Prospective"),
    ];
    world.post(Role::Team, &format!("/clients/{client}/assessment"), &assessment).await.location();
    world.post(Role::Team, &format!("/clients/{other}/assessment"), &[("client_priority", "Low")]).await.location();
    let today = world.days_ago(0);
    let entry = [
        ("meeting_date", &*today),
        ("next_steps", "ZQnext"),
        ("client_near_term_focus", "ZQfocus"),
        ("mpr_work_targets", "ZQtargets"),
        ("discussion", "ZQdiscussion"),
        ("action_items", "ZQaction"),
    ];
    world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
    let links = [
        ("owner", "owner_id", "owners", "ZQowner"),
        ("project", "project_id", "projects", "ZQproject"),
        ("vendor", "vendor_id", "vendors", "ZQvendor"),
        ("operator", "operator_id", "operators", "ZQoperator"),
        ("personnel", "personnel_id", "people", "ZQperson"),
    ];
    for (kind, field, path, notes) in links {
        let id = planted.record(path).to_string();
        let fields = [
            (field, &*id),
            ("notes", notes),
            ("is_confidential", "on"),
            ("role_at_client", "ZQrole"),
            ("is_primary_contact", "on"),
        ];
        world.post(Role::Confidential, &format!("/clients/{client}/links/{kind}"), &fields).await.location();
    }
    let (project, owner) = (planted.record("projects"), planted.record("owners"));
    let (vendor, technology) = (planted.record("vendors"), planted.record("technologies"));
    let now = format!("'{today} 00:00:00'");
    world.execute(&format!(
        "INSERT INTO project_owner_relationships (project_id, owner_id, is_confidential, created_date) \
         VALUES ({project}, {owner}, TRUE, {now}); \
         INSERT INTO project_vendor_relationships (project_id, vendor_id, product_id, is_confidential, created_date) \
         VALUES ({project}, {vendor}, {technology}, TRUE, {now}); \
         UPDATE projects SET capex = 987654, opex = 876543, fuel_cost = 765432, lcoe = 654321 \
         WHERE project_id = {project}"
    ));
}

impl Planted {
    fn record(&self, path: &str) -> i64 {
        self.records.iter().find(|(kind, _)| *kind == path).unwrap().1
    }

    /// A route with its parameters filled in. A route that is new has to be told here what it is about.
    pub fn address(&self, path: &str) -> String {
        let first = path.split('/').nth(1).unwrap_or_default();
        let id = match first {
            _ if !path.contains("{id}") => String::new(),
            "clients" => self.client.to_string(),
            "contacts" | "follow-ups" => self.contact.to_string(),
            "admin" if path.starts_with("/admin/users/") => self.user.to_string(),
            "admin" if path.starts_with("/admin/merges/") => "1".into(),
            "crm" if path.starts_with("/crm/roundtable/") => self.client.to_string(),
            "crm" if path.starts_with("/crm/entries/") => self.entry.to_string(),
            "crm" if path.starts_with("/crm/poc/") => self.person.to_string(),
            kind if self.records.iter().any(|(path, _)| *path == kind) => self.record(kind).to_string(),
            _ => panic!("the leak matrix does not know what {path} is about"),
        };
        let filled = path.replace("{id}", &id).replace("{link_id}", &self.link.to_string());
        let filled = filled.replace("{digest}/{name}", "0/app.css");
        assert!(!filled.contains('{'), "the leak matrix does not know the parameters of {path}");
        filled
    }
}

/// What the map, the ways and a merge are asked for beside that; the planted records have the first ids.
const CONNECTED: [&str; 8] = [
    "of=clients/1",
    "of=clients/1,projects/1,vendors/1",
    "of=owners/1&kind=clients&kind=projects",
    "kind=clients&kind=vendors",
    "find_name=Planted+Client",
    "from=clients/1&to=technologies/1",
    "from=people/1&to=owners/1",
    "other=2",
];

/// The queries with which an address is asked.
pub fn queries(path: &str) -> impl Iterator<Item = &'static str> {
    let connects = ["/graph", "/paths", "/merge"].iter().any(|part| path.contains(part));
    QUERIES.into_iter().chain(CONNECTED.into_iter().filter(move |_| connects))
}

/// The parameters that any page knows, with values that make them matter.
const QUERIES: [&str; 22] = [
    "",
    "priority=Strategic",
    "priority=high",
    "status=Prospective",
    "sort=priority",
    "sort=-priority",
    "sort=last_contact",
    "sort=-name",
    "sort=next_contact",
    "attention=warning",
    "attention=urgent",
    "search=Planted",
    "q=Planted",
    "q=ZQ",
    "page=2",
    "archived=on",
    "poc=1",
    "client_type=Utility",
    "attention=never",
    "contact_type=Phone&contacted_by=1",
    "personnel_type=External&sort=-role",
    "project_status=Planning&sort=target_cod",
];
