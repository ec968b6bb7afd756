//! What the pages of a planted world are asked, parameter by parameter.

use super::{MISSING, Planted};

impl Planted {
    /// What a page is asked that looks for a parameter: what is told here, or whatever may matter.
    pub fn questions(&self, name: &str) -> Vec<String> {
        let client = self.client;
        let (owner, project) = (self.record("owners", 0), self.record("projects", 0));
        let (person, technology) = (self.record("people", 0), self.record("technologies", 0));
        let values: Vec<String> = match name {
            "page" => vec!["2".into()],
            "limit" => ["1", "2&sort=-name", "0"].map(str::to_owned).to_vec(),
            "cursor" => {
                let places = [
                    r#"["name",["another client"]]"#,
                    r#"["-date",["2026-11-01","2026-11-01T00:00:00"]]"#,
                    r#"["-meeting_date",["2099-01-01"]]"#,
                    r#"["due_date",["2026-11-17"]]"#,
                    r#"["kind",["client_project_relationships",1,1]]"#,
                    r#"["-day",["2026-11-16"]]"#,
                    r#"["-created_date",["2026-11-16T12:00:00"]]"#,
                ];
                places.map(|place| format!("{}.1", hex::encode(place))).to_vec()
            }
            "fields" => vec!["client_name,client_priority,capex,summary,notes".into()],
            "ids" => vec![format!("{client},{},{},{}", self.contact, self.items[0], self.items[1])],
            "client_id" => vec![client.to_string(), self.other.to_string()],
            "assigned_to" => self.colleagues.map(|id| id.to_string()).to_vec(),
            "item_state" => vec!["Open".into()],
            "edition" => vec!["open".into()],
            "search" => SEARCHES[..3].iter().map(|words| (*words).to_owned()).collect(),
            "q" => SEARCHES.map(str::to_owned).to_vec(),
            "archived" => vec!["on".into()],
            "sort" => SORTS.map(str::to_owned).to_vec(),
            "attention" => ["urgent", "warning", "never", "fine"].map(str::to_owned).to_vec(),
            "priority" => ["Strategic", "high", "Low"].map(str::to_owned).to_vec(),
            "status" => vec!["Prospective".into()],
            "rhythm" => vec!["due".into(), "paused".into()],
            "role" => vec!["primary".into(), "secondary".into()],
            "client_type" => vec!["Utility".into()],
            "poc" | "contacted_by" | "person" => self.colleagues.map(|id| id.to_string()).to_vec(),
            "contact_type" => vec!["Phone".into()],
            "client" => vec![
                client.to_string(),
                self.other.to_string(),
                format!("{client}&client={}&next_planned_contact_date=2099-01-01", self.other),
            ],
            "client_priority" | "client_status" => {
                vec![format!("Low&client={client}"), format!("Cold&client={client}&archived=on")]
            }
            "since" | "until" => {
                let days = ["2000-01-01", "2099-01-01", "2026-11-16", "2026-11-16&after=1"];
                days.map(str::to_owned).to_vec()
            }
            "list" => vec!["client_type=Utility&priority=Strategic".into(), "sort=-status".into()],
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
            "kind" => vec!["clients&kind=vendors".into(), "client_owner_relationships".into()],
            "by" => vec![self.user.to_string()],
            "act" => vec!["edit".into(), "contact".into()],
            "state" => vec!["waiting".into(), "failed".into()],
            "day" => vec!["2026-11-16".into(), "2026-11-18&view=week".into()],
            "view" => vec!["week".into(), "month&day=2026-11-01".into()],
            "as_of" => ["2026-11-16", "2026-11-01"].map(str::to_owned).to_vec(),
            "record" => vec![format!("clients/{client}"), "Client one".into()],
            "show" => ["contacts", "entries", "changes"].map(str::to_owned).to_vec(),
            _ => self.anything(),
        };
        values.iter().map(|value| format!("{name}={}", value.replace(' ', "+"))).collect()
    }

    /// What may matter to a parameter that is not known here: words, kinds, closed values and ids.
    fn anything(&self) -> Vec<String> {
        let words = ["on", "1", "one", "ZQ", "clients", "Strategic", "External", "Planning", "Other"];
        let ids = [self.client, self.other, self.person].map(|id| id.to_string());
        words.map(str::to_owned).into_iter().chain(ids).collect()
    }
}

/// What is searched for: open and restricted words, whole, begun, mistyped and several, and what one may want to do.
const SEARCHES: [&str; 13] = [
    "one",
    "ZQ",
    "Client",
    "ZQsummary",
    "ZQsumary",
    "ZQnotes open",
    "zqdisc",
    "open word",
    "Strategic",
    "at risk",
    "log contact with one",
    "new owner ZQowner",
    "go to dash",
];

/// Every order that a list may be asked for.
const SORTS: [&str; 29] = [
    "project_status",
    "-engagement_level",
    "personnel_type",
    "primary_poc",
    "-primary_poc",
    "date",
    "client",
    "-client",
    "type",
    "-made_by",
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
    "links",
    "-links",
    "status",
    "-status",
    "due",
    "-due",
    "discussed",
    "judged",
];
