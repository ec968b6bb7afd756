//! A world with a marker in every restricted field, the addresses of all routes in it, and what they are asked.

mod questions;

use chrono::TimeDelta;
use roundtable::closed_list::ClosedList;
use roundtable::links::{Direction, LinkEnd, LinkKind};

use crate::bodies::link_end;
use crate::world::{Role, World, beginning, pdf};

/// Words that only the NED Team may see.
pub const TEAM: [&str; 13] = [
    "ZQnotes",
    "ZQreason",
    "ZQnext",
    "ZQfocus",
    "ZQtargets",
    "ZQdiscussion",
    "ZQaction",
    "ZQitem",
    "ZQpause",
    "ZQdrawing",
    "Strategic",
    "At Risk",
    "Prospective",
];

/// Words of meetings, which are the NED Team's as well.
pub const MEETINGS: [&str; 3] = ["ZQmeeting", "ZQskipped", "ZQslides"];

/// Words that only confidential access may see.
pub const CONFIDENTIAL: [&str; 15] = [
    "ZQsummary",
    "ZQmet",
    "ZQowner",
    "ZQproject",
    "ZQvendor",
    "ZQoperator",
    "ZQperson",
    "ZQrole",
    "ZQletter",
    "987654",
    "876543",
    "765432",
    "654321",
    "ZQlink",
    "ZQcosts",
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
    /// Changes: one that can be taken back, one of the team, one of a confidential contact, one that is missing.
    changes: [i64; 4],
    /// The file under the calendar address of the plain person.
    token: String,
    /// An action item of the team, and an open one.
    items: [i64; 2],
    /// A file of the team, a confidential one, an open one.
    files: [i64; 3],
    /// The people of the roles that have work of their own: the first two share the one client, the third has the
    /// other.
    colleagues: [i64; 3],
}

/// Plants everything, or the open part and different words.
pub async fn plant(world: &World, marked: bool) -> Planted {
    plant_marked(world, Marks { team: marked, confidential: marked }).await
}

/// Plants open records, then the restricted ones. Each part begins at its own time, whatever was planted before it.
pub async fn plant_marked(world: &World, marks: Marks) -> Planted {
    let mut planted = plant_open(world, marks).await;
    world.set_clock(beginning() + TimeDelta::minutes(10));
    if marks.team {
        plant_of_team(world, &planted).await;
        planted.items[0] = world.number("SELECT item_id FROM action_items WHERE text = 'ZQitem'");
        let first = "SELECT min(audit_id) FROM audit_log WHERE sensitivity = 'team'";
        planted.files[0] = world.file("ZQdrawing.pdf");
        planted.changes[1] = world.number(&format!("SELECT change_id FROM audit_log WHERE audit_id = ({first})"));
    }
    world.set_clock(beginning() + TimeDelta::minutes(20));
    if marks.confidential {
        plant_confidential(world, &planted).await;
        planted.files[1] = world.file("ZQletter.pdf");
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
    let colleagues = [Role::Plain, Role::Team, Role::Confidential].map(|role| world.person(role));
    let [plain, team, confidential] = colleagues.map(|id| id.to_string());
    let one = [("client_name", "Client one"), ("mpr_primary_poc", &*plain), ("mpr_secondary_poc", &team)];
    let client = world.post(Role::Plain, "/clients/new", &one).await.new_id();
    let two = [("client_name", "Another Client"), ("mpr_primary_poc", &*confidential)];
    let other = world.post(Role::Plain, "/clients/new", &two).await.new_id();
    records.extend([("vendors", vendors), ("clients", [client, other])]);
    world.contact(Role::Plain, other, 95, &[("summary", "an open word")]).await;
    let view = [("view_name", "Silent ones"), ("list", "attention=never"), ("is_shared", "on")];
    world.post(Role::Plain, "/clients/views/new", &view).await.location();
    // The day, type and maker of a confidential contact count for everyone, so they are the same in both worlds.
    let words = |word: &'static str| if marks.confidential { word } else { "other words" };
    let mut hidden = vec![
        ("summary", words("ZQsummary")),
        ("contact_person_freetext", words("ZQmet")),
        ("contacted_by", &*plain),
        ("is_confidential", "on"),
    ];
    if marks.confidential {
        hidden.extend([("follow_up_needed", "on"), ("follow_up_assigned_to", &*plain)]);
    }
    world.contact(Role::Confidential, client, 70, &hidden).await;
    let open_item = [("text", "an open thing to do"), ("assigned_to", &*plain), ("due_date", "2026-11-18")];
    world.post(Role::Plain, &format!("/clients/{client}/action-items"), &open_item).await.location();
    let path = format!("/clients/{client}/files");
    world.upload(Role::Plain, &path, &[], &[("Open letter.pdf", &pdf("an open letter"))]).await.location();
    let token = [("token_name", "Spreadsheet"), ("scope", "read"), ("expires_days", "90")];
    assert_eq!(world.post(Role::Plain, "/profile/tokens", &token).await.status, 200);
    let service = [("username", "robot"), ("full_name", "Robot"), ("email", "robot@mpr.example")];
    let service = [&service[..], &[("is_service", "on"), ("is_active", "on")]].concat();
    world.post(Role::Admin, "/admin/users/new", &service).await.location();
    world.post(Role::Plain, "/profile/mail/digest", &[]).await.location();
    let hook = [("webhook_name", "Warehouse"), ("url", "https://hooks.example/"), ("collections", "clients")];
    assert_eq!(world.post(Role::Admin, "/admin/webhooks/new", &hook).await.status, 200);
    world.post(Role::Admin, "/admin/webhooks/1/test", &[]).await.location();
    let apart = world.record("owners", &[("company_name", "Slate Apart")]).await;
    let edited = [("company_name", "Slate Apart"), ("notes", "said of it")];
    world.post(Role::Plain, &format!("/owners/{apart}/edit"), &edited).await.location();
    let mut planted = Planted {
        client,
        other,
        contact: world.number("SELECT contact_id FROM contact_log WHERE is_confidential"),
        open_contact: world.number("SELECT contact_id FROM contact_log WHERE NOT is_confidential"),
        person: world.person(Role::Team),
        user: world.number("SELECT user_id FROM users WHERE username = 'plain'"),
        records,
        colleagues,
        changes: [MISSING; 4],
        token: calendar_file(world).await,
        files: [MISSING, MISSING, world.file("Open letter.pdf")],
        items: [MISSING, world.number("SELECT item_id FROM action_items WHERE is_open")],
    };
    // A vendor supplies the other one alone, which is hidden.
    for kind in LinkKind::ALL.iter().filter(|kind| **kind != LinkKind::VendorSupplier) {
        let (end, there) = first_end(*kind);
        let id = planted.record(there, 1).to_string();
        let path = format!("/{}/{}/links/{}", end.here().path(), planted.record(end.here().path(), 1), end.segment());
        world.post(Role::Plain, &path, &[(end.field(), &*id)]).await.location();
    }
    let change = |rows: &str| {
        world.number(&format!("SELECT COALESCE((SELECT min(change_id) FROM audit_log WHERE {rows}), {MISSING})"))
    };
    let last = format!("table_name = 'owners_developers' AND record_id = {apart} AND action = 'update'");
    let hidden = format!("table_name = 'contact_log' AND record_id = {}", planted.contact);
    planted.changes = [change(&last), MISSING, change(&hidden), MISSING];
    planted
}

/// Where a kind of link is added from its first end, the field of the other end, and the records there.
fn first_end(kind: LinkKind) -> (LinkEnd, &'static str) {
    let end = LinkEnd { kind, direction: Direction::From };
    (end, end.there().path())
}

/// Makes a calendar address for the plain person; the name of the file under it.
async fn calendar_file(world: &World) -> String {
    let page = world.post(Role::Plain, "/calendar/address", &[]).await.body;
    let end = page.find(".ics").expect("the page shows the address") + 4;
    page[end - 44..end].to_owned()
}

async fn plant_of_team(world: &World, planted: &Planted) {
    let (client, other) = (planted.client, planted.other);
    let assessment = [
        ("relationship_strength", "At Risk"),
        ("relationship_notes", "ZQnotes"),
        ("client_priority", "Strategic"),
        ("client_status", "Prospective"),
        ("assessment_reason", "ZQreason"),
        ("rhythm_days", "17"),
    ];
    world.post(Role::Team, &format!("/clients/{client}/assessment"), &assessment).await.location();
    world.post(Role::Team, &format!("/clients/{other}/assessment"), &[("client_priority", "Low")]).await.location();
    let pause = [("paused_until", &*world.days_ahead(20)), ("pause_reason", "ZQpause")];
    world.post(Role::Team, &format!("/clients/{client}/pause"), &pause).await.location();
    world.post(Role::Team, "/crm/rhythm", &[("rhythm_low_days", "3")]).await.location();
    let view = [("view_name", "ZQnotes ones"), ("list", "priority=Strategic"), ("is_shared", "on")];
    world.post(Role::Team, "/clients/views/new", &view).await.location();
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
    let own = world.person(Role::Team).to_string();
    let item = [("text", "ZQitem"), ("assigned_to", &*own), ("due_date", "2026-11-17")];
    world.post(Role::Team, &format!("/clients/{client}/action-items"), &item).await.location();
    let (path, of_team) = (format!("/clients/{client}/files"), [("visibility", "team")]);
    world.upload(Role::Team, &path, &of_team, &[("ZQdrawing.pdf", &pdf("ZQdrawing"))]).await.location();
    for title in ["ZQmeeting on", "ZQmeeting planned", "ZQmeeting over"] {
        let fields = [("title", title), ("meeting_date", &*today)];
        let meeting = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
        if title.ends_with("planned") {
            continue;
        }
        world.post(Role::Team, &format!("{meeting}/start"), &[]).await.location();
        let id = meeting.split('/').nth(3).unwrap();
        if title.ends_with("over") {
            let said = [("meeting_id", id), ("discussion", "ZQdiscussion of it")];
            world.post(Role::Team, &format!("/crm/roundtable/{other}"), &said).await.location();
            world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
        } else {
            let client = client.to_string();
            for act in ["presenting", "writing"] {
                let told = world.post(Role::Team, &format!("{meeting}/{act}"), &[("client_id", &client)]).await;
                assert!(told.status.is_success() || told.status.is_redirection(), "{act}: {}", told.body);
            }
            let item = [("text", "ZQitem of it"), ("assigned_to", &*own), ("meeting_id", id)];
            world.post(Role::Team, &format!("/clients/{client}/action-items"), &item).await.location();
        }
    }
    world.upload(Role::Team, "/crm/meetings/1/files", &[], &[("ZQslides.pdf", &pdf("ZQslides"))]).await.location();
    // One is free to be added to the meeting that is on; the other was skipped there.
    let point = |client: i64| {
        let on = "SELECT meeting_id FROM meetings WHERE title = 'ZQmeeting on'";
        let find = format!("SELECT point_id FROM meeting_points WHERE meeting_id = ({on}) AND client_id = {client}");
        format!("/crm/points/{}", world.number(&find))
    };
    world.post(Role::Team, &format!("{}/delete", point(other)), &[]).await.location();
    let skipped = [("state", "Skipped"), ("skip_reason", "ZQskipped")];
    world.post(Role::Team, &format!("{}/state", point(client)), &skipped).await.location();
}

async fn plant_confidential(world: &World, planted: &Planted) {
    let technology = planted.record("technologies", 0).to_string();
    for (index, kind) in LinkKind::ALL.iter().enumerate() {
        let (end, there) = first_end(*kind);
        let id = planted.record(there, usize::from(*kind == LinkKind::VendorSupplier)).to_string();
        let fields = [
            (end.field(), &*id),
            ("notes", if kind.is_of_client() { CONFIDENTIAL[2 + index] } else { "ZQlink" }),
            ("is_confidential", "on"),
            ("role_at_client", "ZQrole"),
            ("is_primary_contact", "on"),
            ("product_id", &technology),
        ];
        let path = format!("/{}/{}/links/{}", end.here().path(), planted.record(end.here().path(), 0), end.segment());
        world.post(Role::Confidential, &path, &fields).await.location();
    }
    let path = format!("/contacts/{}/files", planted.contact);
    world.upload(Role::Confidential, &path, &[], &[("ZQletter.pdf", &pdf("ZQletter"))]).await.location();
    let (path, hidden) = (planted.address(world, "/projects/{id}/files"), [("visibility", "confidential")]);
    world.upload(Role::Confidential, &path, &hidden, &[("ZQcosts.pdf", &pdf("ZQcosts"))]).await.location();
    let figures = [("project_name", "Project one"), ("capex", "987654"), ("opex", "876543"), ("fuel_cost", "765432")];
    let project = planted.address(world, "/projects/{id}/edit");
    world.post(Role::Confidential, &project, &[&figures[..], &[("lcoe", "654321")]].concat()).await.location();
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
        if let Some(rest) = path.strip_prefix("/drafts/") {
            assert_eq!(rest, "{form}/{record}");
            let of = |client: i64| format!("/drafts/crm-roundtable/{client}");
            return vec![of(self.client), of(self.other)];
        }
        let path = &path.replace("{token}", &self.token).replace("/nukeworks/{name}/", "/nukeworks/0/");
        let first = path.strip_prefix("/api/v1").unwrap_or(path).split('/').nth(1).unwrap_or_default();
        let kind = self.records.iter().find(|(kind, _)| *kind == first);
        let ids = match first {
            _ if !path.contains("{id}") => vec![0],
            "clients" if path.starts_with("/clients/views/") => {
                let view = |mark: &str| {
                    let find = format!("SELECT min(view_id) FROM saved_views WHERE {mark}");
                    world.number(&format!("SELECT COALESCE(({find}), {MISSING})"))
                };
                vec![view("team_parameters IS NOT NULL"), view("team_parameters IS NULL")]
            }
            "links" => {
                let link = |mark: &str| {
                    let find = format!("SELECT min(relationship_id) FROM client_owner_relationships WHERE {mark}");
                    world.number(&format!("SELECT COALESCE(({find}), {MISSING})"))
                };
                vec![link("is_confidential"), link("NOT is_confidential"), MISSING]
            }
            "entries" => vec![1, MISSING],
            // Of each person alone; what is told of it is in the tests of imports.
            "import" => vec![MISSING],
            "meetings" => vec![1, 2, 3],
            "action-items" => vec![self.items[0], self.items[1], MISSING],
            "files" => [&self.files[..], &[MISSING]].concat(),
            "contacts" | "follow-ups" => vec![self.contact, self.open_contact, MISSING],
            "profile" | "admin" if path.contains("/tokens/") => vec![1, MISSING],
            "admin" if path.starts_with("/admin/users/") => vec![self.user],
            "admin" if path.starts_with("/admin/merges/") => vec![1],
            "admin" if path.starts_with("/admin/webhooks/") => vec![1, MISSING],
            "admin" if path.starts_with("/admin/deliveries/") => {
                let find = "SELECT min(job_id) FROM jobs WHERE webhook_id IS NOT NULL";
                vec![world.number(&format!("SELECT COALESCE(({find}), {MISSING})"))]
            }
            "admin" if path.starts_with("/admin/messages/") => {
                vec![world.number(&format!("SELECT COALESCE((SELECT min(job_id) FROM jobs), {MISSING})"))]
            }
            // On, planned, over.
            "crm" if path.starts_with("/crm/meetings/") => vec![1, 2, 3],
            // The first of each.
            "crm" if path.starts_with("/crm/points/") => vec![1, 3, 5],
            "crm" if path.starts_with("/crm/roundtable/") => vec![self.client, self.other],
            "changes" => self.changes.to_vec(),
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
}
