//! A world with a marker in every restricted field, the addresses of all routes in it, and what they are asked.

use chrono::TimeDelta;
use roundtable::closed_list::ClosedList;
use roundtable::records::RecordKind;

use crate::bodies::link_end;
use crate::world::{Role, World, beginning};

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

/// An id that nothing has.
const MISSING: i64 = 999_999_999_999;

/// Which restricted values a world has; without them they are different or missing.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    pub team: bool,
    pub confidential: bool,
}

/// The ids by which routes are filled in.
pub struct Planted {
    pub client: i64,
    pub other: i64,
    /// A contact that is confidential, and an open one.
    pub contact: i64,
    open_contact: i64,
    pub person: i64,
    user: i64,
    /// Two of each kind; the confidential links are of the first, open ones of the second.
    records: Vec<(&'static str, [i64; 2])>,
    /// The people of the roles that have work of their own.
    colleagues: [i64; 2],
}

/// Plants everything, or the open part and different words.
pub async fn plant(world: &World, marked: bool) -> Planted {
    plant_marked(world, Marks { team: marked, confidential: marked }).await
}

/// Plants open records, then the restricted ones. Each part begins at its own time, whatever was planted before it.
pub async fn plant_marked(world: &World, marks: Marks) -> Planted {
    let planted = plant_open(world, marks).await;
    world.set_clock(beginning() + TimeDelta::minutes(10));
    if marks.team {
        plant_of_team(world, &planted).await;
    }
    world.set_clock(beginning() + TimeDelta::minutes(20));
    if marks.confidential {
        plant_confidential(world, &planted).await;
    }
    world.set_clock(beginning() + TimeDelta::minutes(30));
    planted
}

async fn plant_open(world: &World, marks: Marks) -> Planted {
    let mut records = Vec::new();
    let vendors = [
        world.record("vendors", &[("vendor_name", "Vendor one")]).await,
        world.record("vendors", &[("vendor_name", "Vendor two")]).await,
    ];
    for (path, singular) in [
        ("technologies", "Technology"),
        ("owners", "Owner"),
        ("projects", "Project"),
        ("operators", "Operator"),
        ("constructors", "Constructor"),
        ("offtakers", "Offtaker"),
        ("people", "Person"),
    ] {
        let mut ids = [0; 2];
        for (id, which) in ids.iter_mut().zip(["one", "two"]) {
            let (name, vendor) = (format!("{singular} {which}"), vendors[0].to_string());
            let fields = match path {
                "technologies" => vec![("product_name", &*name), ("vendor_id", &*vendor)],
                "projects" => vec![("project_name", &*name)],
                "people" => vec![("full_name", &*name), ("personnel_type", "External"), ("is_active", "on")],
                _ => vec![("company_name", &*name)],
            };
            *id = world.record(path, &fields).await;
        }
        records.push((path, ids));
    }
    let client = world.client("Client one").await;
    let other = world.client("Another Client").await;
    records.extend([("vendors", vendors), ("clients", [client, other])]);
    world.contact(Role::Plain, other, 95, &[("summary", "an open word")]).await;
    // The day, type and maker of a confidential contact count for everyone, so they are the same in both worlds.
    let words = |word: &'static str| if marks.confidential { word } else { "other words" };
    let made_by = world.person(Role::Plain).to_string();
    let mut hidden = vec![
        ("summary", words("ZQsummary")),
        ("contact_person_freetext", words("ZQmet")),
        ("contacted_by", &*made_by),
        ("is_confidential", "on"),
    ];
    if marks.confidential {
        hidden.extend([("follow_up_needed", "on"), ("follow_up_assigned_to", &*made_by)]);
    }
    world.contact(Role::Confidential, client, 70, &hidden).await;
    let planted = Planted {
        client,
        other,
        contact: world.number("SELECT contact_id FROM contact_log WHERE is_confidential"),
        open_contact: world.number("SELECT contact_id FROM contact_log WHERE NOT is_confidential"),
        person: world.person(Role::Team),
        user: world.number("SELECT user_id FROM users WHERE username = 'plain'"),
        records,
        colleagues: [world.person(Role::Plain), world.person(Role::Team)],
    };
    for (segment, field, path) in OF_CLIENT {
        let id = planted.record(path, 1).to_string();
        world.post(Role::Plain, &format!("/clients/{other}/links/{segment}"), &[(field, &*id)]).await.location();
    }
    planted
}

/// The links of a client: the last part of their address, their field, the records at the other end.
const OF_CLIENT: [(&str, &str, &str); 5] = [
    ("owner", "owner_id", "owners"),
    ("project", "project_id", "projects"),
    ("vendor", "vendor_id", "vendors"),
    ("operator", "operator_id", "operators"),
    ("personnel", "personnel_id", "people"),
];

async fn plant_of_team(world: &World, planted: &Planted) {
    let (client, other) = (planted.client, planted.other);
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
}

async fn plant_confidential(world: &World, planted: &Planted) {
    for ((segment, field, path), notes) in OF_CLIENT.iter().zip(&CONFIDENTIAL[2..]) {
        let id = planted.record(path, 0).to_string();
        let fields = [
            (*field, &*id),
            ("notes", *notes),
            ("is_confidential", "on"),
            ("role_at_client", "ZQrole"),
            ("is_primary_contact", "on"),
        ];
        let path = format!("/clients/{}/links/{segment}", planted.client);
        world.post(Role::Confidential, &path, &fields).await.location();
    }
    let one = |path| planted.record(path, 0);
    let (project, owner) = (one("projects"), one("owners"));
    let (vendor, technology) = (one("vendors"), one("technologies"));
    let now = format!("'{} 00:00:00'", world.today());
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
    /// One of the two records of a kind.
    pub fn record(&self, path: &str, which: usize) -> i64 {
        self.records.iter().find(|(kind, _)| *kind == path).unwrap().1[which]
    }

    /// A route with its parameters filled in by what is restricted.
    pub fn address(&self, world: &World, path: &str) -> String {
        self.addresses(world, path).remove(0)
    }

    /// A route with its parameters filled in: what is restricted, what is open, what is missing. A route that is new
    /// has to be told here what it is about.
    pub fn addresses(&self, world: &World, path: &str) -> Vec<String> {
        if let Some(end) = link_end(path).filter(|_| path.contains("{link_id}")) {
            let table = end.kind.as_str();
            let (here, own) = (end.here().path(), end.own_column());
            let link = |which: usize, mark: &str| {
                let id = self.record(here, which);
                let find = format!("SELECT min(relationship_id) FROM {table} WHERE {own} = {id} AND {mark}");
                let link = world.number(&format!("SELECT COALESCE(({find}), {MISSING})"));
                path.replace("{id}", &id.to_string()).replace("{link_id}", &link.to_string())
            };
            return vec![link(0, "is_confidential"), link(1, "NOT is_confidential")];
        }
        let first = path.split('/').nth(1).unwrap_or_default();
        let kind = self.records.iter().find(|(kind, _)| *kind == first);
        let ids = match first {
            _ if !path.contains("{id}") => vec![0],
            "contacts" | "follow-ups" => vec![self.contact, self.open_contact, MISSING],
            "admin" if path.starts_with("/admin/users/") => vec![self.user],
            "admin" if path.starts_with("/admin/merges/") => vec![1],
            "crm" if path.starts_with("/crm/roundtable/") => vec![self.client, self.other],
            "crm" if path.starts_with("/crm/entries/") => vec![1, MISSING],
            "crm" if path.starts_with("/crm/poc/") => self.colleagues.to_vec(),
            "people" if path.ends_with("/handover") => vec![self.person],
            "people" if path == "/people/{id}" => [&self.records_of("people")[..], &self.colleagues].concat(),
            _ => kind.unwrap_or_else(|| panic!("the leak matrix does not know what {path} is about")).1.to_vec(),
        };
        let filled = ids.iter().map(|id| path.replace("{id}", &id.to_string()).replace("{digest}/{name}", "0/app.css"));
        filled.inspect(|filled| assert!(!filled.contains('{'), "the leak matrix does not know {path}")).collect()
    }

    fn records_of(&self, path: &str) -> [i64; 2] {
        [self.record(path, 0), self.record(path, 1)]
    }

    /// What a page is asked that looks for a parameter. A parameter that is new has to be told here what may be asked.
    pub fn questions(&self, name: &str) -> Vec<String> {
        let client = self.client;
        let (owner, project) = (self.record("owners", 0), self.record("projects", 0));
        let (person, technology) = (self.record("people", 0), self.record("technologies", 0));
        let values: Vec<String> = match name {
            "page" => vec!["2".into()],
            "search" | "q" => vec!["one".into(), "ZQ".into(), "Client".into()],
            "archived" => vec!["on".into()],
            "sort" => SORTS.map(str::to_owned).to_vec(),
            "attention" => ["urgent", "warning", "never", "fine"].map(str::to_owned).to_vec(),
            "priority" => ["Strategic", "high", "Low"].map(str::to_owned).to_vec(),
            "status" => vec!["Prospective".into()],
            "client_type" => vec!["Utility".into()],
            "poc" | "contacted_by" => self.colleagues.map(|id| id.to_string()).to_vec(),
            "contact_type" => vec!["Phone".into()],
            "client" => vec![client.to_string(), self.other.to_string()],
            "other" => vec![self.other.to_string(), technology.to_string(), MISSING.to_string()],
            "name" => vec!["Client one".into()],
            "vendor" => vec![self.record("vendors", 0).to_string()],
            "other_name" | "find_name" | "from_name" | "to_name" => vec!["Client one".into(), "ZQ".into()],
            "find" | "to" => vec![format!("clients/{client}")],
            "from" => vec![
                format!("clients/{client}&to=technologies/{technology}"),
                format!("people/{person}&to=owners/{owner}"),
                format!("people/{}&to=projects/{project}", self.colleagues[0]),
            ],
            "of" => vec![
                format!("clients/{client}"),
                format!("clients/{client},projects/{project}"),
                format!("owners/{owner}&kind=clients&kind=projects"),
                format!("projects/{project}"),
            ],
            "kind" => vec!["clients&kind=vendors".into()],
            "table" => vec!["clients".into(), "contact_log".into()],
            "before" => vec!["5".into()],
            _ if is_filter(name) => vec!["External".into(), "Planning".into(), "Other".into()],
            _ => panic!("the leak matrix does not know what to ask for the parameter {name}"),
        };
        values.iter().map(|value| format!("{name}={}", value.replace(' ', "+"))).collect()
    }
}

/// Whether the lists of records can be narrowed by it.
fn is_filter(name: &str) -> bool {
    RecordKind::ALL.iter().any(|kind| kind.filters().any(|field| field.name == name))
}

/// Every order that a list may be asked for.
const SORTS: [&str; 11] = [
    "priority",
    "-priority",
    "client_type",
    "last_contact",
    "-last_contact",
    "next_contact",
    "-name",
    "-role",
    "target_cod",
    "location",
    "-gross_capacity",
];
