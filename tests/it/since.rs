//! What happened with a client since its last entry, against a year that is lived through the pages: the test notes
//! what it does, and each page has to tell just that (product.md §2).

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::world::{Role, World, beginning, on_both};

/// What has to be told of one thing that was done.
#[derive(Clone)]
struct Told {
    day: NaiveDate,
    /// What comes first of one day.
    rank: u8,
    /// The words, with `{}` for how long ago it was.
    words: String,
    is_confidential: bool,
}

/// A follow-up that somebody promised.
struct Promise {
    contact: i64,
    due: NaiveDate,
    summary: String,
    is_done: bool,
}

/// A value from its first state since the last entry to its last one.
struct Net {
    label: &'static str,
    first: String,
    last: String,
}

struct Year<'w> {
    world: &'w World,
    client: i64,
    told: Vec<Told>,
    nets: Vec<Net>,
    promises: Vec<Promise>,
    plan: Option<NaiveDate>,
    /// Counts since the last entry: contacts, links new and gone, follow-ups done and moved, plans passed.
    contacts: [usize; 2],
    linked: usize,
    unlinked: usize,
    done: usize,
    moved: usize,
    passed: usize,
    assessment: [(&'static str, &'static str); 4],
    poc: Option<Role>,
    stand_in: Option<Role>,
    number: usize,
}

const DAY: &str = "%-d %B %Y";

fn person(role: Role) -> String {
    format!("The {} person", role.name())
}

fn ago(today: NaiveDate, day: NaiveDate) -> String {
    match (today - day).num_days() {
        0 => "today".into(),
        1 => "yesterday".into(),
        days => format!("{days} days ago"),
    }
}

impl Year<'_> {
    fn tell(&mut self, day: NaiveDate, rank: u8, words: String) {
        self.told.push(Told { day, rank, words, is_confidential: false });
    }

    /// Notes that a value went from one state to another.
    fn net(&mut self, label: &'static str, old: &str, new: &str) {
        match self.nets.iter_mut().find(|net| net.label == label) {
            Some(net) => net.last = new.to_owned(),
            None => self.nets.push(Net { label, first: old.to_owned(), last: new.to_owned() }),
        }
    }

    async fn contact(&mut self, role: Role, days_ago: u64, more: &[(&str, &str)]) -> String {
        self.number += 1;
        let summary = format!("Spoke of matter {}.", self.number);
        self.world.contact(role, self.client, days_ago, &[&[("summary", &*summary)], more].concat()).await;
        let is_confidential = role == Role::Confidential;
        let mark = if is_confidential { " · Confidential" } else { "" };
        let words = format!("{summary} Phone · {{}} · {}{mark}", person(role));
        let day = self.world.today() - Days::new(days_ago);
        self.told.push(Told { day, rank: 1, words, is_confidential });
        self.contacts[usize::from(is_confidential)] += 1;
        summary
    }

    async fn promise(&mut self, in_days: u64) {
        let due = self.world.today() + Days::new(in_days);
        let fields = [("follow_up_needed", "on"), ("follow_up_date", &*due.to_string())];
        let summary = self.contact(Role::Plain, 0, &fields).await;
        let contact = self.world.number(&format!("SELECT contact_id FROM contact_log WHERE summary = '{summary}'"));
        self.promises.push(Promise { contact, due, summary, is_done: false });
    }

    /// The place of a follow-up that is still open.
    fn open_promise(&self) -> Option<usize> {
        self.promises.iter().position(|promise| !promise.is_done)
    }

    async fn keep_promise(&mut self) {
        let Some(place) = self.open_promise() else { return };
        let path = format!("/follow-ups/{}/completion", self.promises[place].contact);
        self.world.post(Role::Team, &path, &[]).await.location();
        self.promises[place].is_done = true;
        self.done += 1;
        self.tell(self.world.today(), 0, format!("{} finished a follow-up · {{}}", person(Role::Team)));
    }

    async fn move_promise(&mut self, in_days: u64) {
        let Some(place) = self.open_promise() else { return };
        let today = self.world.today();
        let (promise, to) = (&self.promises[place], today + Days::new(in_days));
        let contact = promise.contact;
        if promise.due == to {
            return;
        }
        let date = self
            .world
            .texts(&format!("SELECT CAST(contact_date AS TEXT) FROM contact_log WHERE contact_id = {contact}"));
        let (to_text, by) = (to.to_string(), self.world.person(Role::Plain).to_string());
        let fields = [
            ("contact_date", &*date[0]),
            ("contact_type", "Phone"),
            ("contacted_by", &by),
            ("summary", &promise.summary),
            ("follow_up_needed", "on"),
            ("follow_up_assigned_to", &by),
            ("follow_up_date", &to_text),
        ];
        self.world.post(Role::Plain, &format!("/contacts/{contact}/edit"), &fields).await.location();
        let [from, new] = [promise.due, to].map(|day| day.format(DAY).to_string());
        self.promises[place].due = to;
        self.moved += 1;
        self.tell(today, 0, format!("{} moved a follow-up: {from} → {new} · {{}}", person(Role::Plain)));
    }

    async fn judge(&mut self, field: usize, label: &'static str, value: &'static str, reason: &str) {
        let old = self.assessment[field].1;
        if old == value {
            return;
        }
        self.assessment[field].1 = value;
        let fields: Vec<_> = self.assessment.into_iter().chain([("assessment_reason", reason)]).collect();
        self.world.post(Role::Team, &format!("/clients/{}/assessment", self.client), &fields).await.location();
        let words = if old.is_empty() { format!("{label} {value}") } else { format!("{label} {old} → {value}") };
        let because = if reason.is_empty() { String::new() } else { format!(" {reason}") };
        self.tell(self.world.today(), 0, format!("{} assessed {words} · {{}}{because}", person(Role::Team)));
        self.net(label, old, value);
    }

    async fn note(&mut self, words: &'static str) {
        let old = self.assessment[3].1;
        if old == words {
            return;
        }
        self.assessment[3].1 = words;
        let fields = self.assessment;
        self.world.post(Role::Team, &format!("/clients/{}/assessment", self.client), &fields).await.location();
        let last = |text: &str| text.rsplit(' ').next().unwrap_or_default().to_owned();
        let marked = match old {
            "" => format!("[new: {words}]"),
            _ => format!("Keep close to [gone: {}] [new: {}]", last(old), last(words)),
        };
        let told = format!("{} assessed Strategy notes changed · {{}} {marked}", person(Role::Team));
        self.tell(self.world.today(), 0, told);
        self.net("Strategy notes", old, words);
    }

    async fn hand_over(&mut self, to: Role) {
        let old = self.poc.replace(to);
        self.holders_changed("Primary point of contact", old, Some(to)).await;
    }

    /// Whoever stands in is named, or is not any more.
    async fn stand_in(&mut self) {
        let new = if self.stand_in.is_none() { Some(Role::Admin) } else { None };
        let old = std::mem::replace(&mut self.stand_in, new);
        self.holders_changed("Secondary point of contact", old, new).await;
    }

    async fn holders_changed(&mut self, label: &'static str, old: Option<Role>, new: Option<Role>) {
        if old == new {
            return;
        }
        let id = |role: Option<Role>| role.map(|role| self.world.person(role).to_string()).unwrap_or_default();
        let (primary, secondary) = (id(self.poc), id(self.stand_in));
        let held = [("mpr_primary_poc", &*primary), ("mpr_secondary_poc", &*secondary)];
        let fields = [&[("client_name", "Granite Power")][..], &held].concat();
        self.world.post(Role::Plain, &format!("/clients/{}/edit", self.client), &fields).await.location();
        let [old, new] = [old, new].map(|role| role.map(person).unwrap_or_default());
        let moved = match (old.is_empty(), new.is_empty()) {
            (true, _) => new.clone(),
            (_, true) => format!("{old} → –"),
            _ => format!("{old} → {new}"),
        };
        self.tell(self.world.today(), 0, format!("{} changed {label} {moved} · {{}}", person(Role::Plain)));
        self.net(label, &old, &new);
    }

    async fn link(&mut self) {
        const KINDS: [(&str, &str, &str); 4] = [
            ("owners", "owner", "company_name"),
            ("projects", "project", "project_name"),
            ("vendors", "vendor", "vendor_name"),
            ("operators", "operator", "company_name"),
        ];
        self.number += 1;
        let (path, kind, field) = KINDS[self.number % 4];
        let name = format!("Holding {}", self.number);
        let other = self.world.record(path, &[(field, &name)]).await.to_string();
        let path = format!("/clients/{}/links/{kind}", self.client);
        self.world.post(Role::Plain, &path, &[(&*format!("{kind}_id"), &other)]).await.location();
        self.linked += 1;
        self.tell(self.world.today(), 0, format!("{} linked {name} · {{}}", person(Role::Plain)));
    }

    async fn unlink(&mut self) {
        let first = "SELECT COALESCE(min(relationship_id), 0) FROM client_owner_relationships";
        let link = self.world.number(first);
        if link == 0 {
            return self.link().await;
        }
        let name = self.world.texts(&format!(
            "SELECT company_name FROM owners_developers WHERE owner_id = \
             (SELECT owner_id FROM client_owner_relationships WHERE relationship_id = {link})"
        ));
        let path = format!("/clients/{}/links/owner/{link}/delete", self.client);
        self.world.post(Role::Plain, &path, &[]).await.location();
        self.unlinked += 1;
        self.tell(self.world.today(), 0, format!("{} unlinked {} · {{}}", person(Role::Plain), name[0]));
    }

    async fn plan(&mut self, in_days: u64) {
        let (today, by) = (self.world.today(), person(Role::Plain));
        let to = today + Days::new(in_days);
        if self.plan == Some(to) {
            return;
        }
        let fields = [("next_planned_contact_date", &*to.to_string())];
        self.world.post(Role::Plain, &format!("/clients/{}/contact", self.client), &fields).await.location();
        let new = to.format(DAY);
        let words = match self.plan.map(|old| (old < today, old.format(DAY))) {
            None => format!("{by} planned the next contact for {new} · {{}}"),
            Some((true, old)) => {
                self.passed += 1;
                format!("{by} found the planned contact passed: {old}, planned it for {new} · {{}}")
            }
            Some((false, old)) => format!("{by} moved the next contact: {old} → {new} · {{}}"),
        };
        self.tell(today, 0, words);
        self.plan = Some(to);
    }

    /// Logs the contact that was planned.
    async fn make_planned(&mut self) {
        let Some(planned) = self.plan.take() else { return };
        self.contact(Role::Plain, 0, &[("planned_contact_made", "on")]).await;
        let words = format!("{} made the contact planned for {} · {{}}", person(Role::Plain), planned.format(DAY));
        self.tell(self.world.today(), 0, words);
    }

    async fn put_away_and_bring_back(&mut self) {
        for (mark, words) in [("on", "archived the client"), ("", "brought the client back")] {
            let path = format!("/clients/{}/archive", self.client);
            self.world.post(Role::Plain, &path, &[("archived", mark)]).await.location();
            self.tell(self.world.today(), 0, format!("{} {words} · {{}}", person(Role::Plain)));
        }
    }

    async fn happens(&mut self, kind: usize) {
        const PRIORITIES: [&str; 3] = ["High", "Strategic", "Medium"];
        const STATUSES: [&str; 3] = ["Warm", "Active", "Cold"];
        const STRENGTHS: [&str; 4] = ["Strong", "Good", "Needs Attention", "Good"];
        const NOTES: [&str; 3] = ["Keep close to Ana.", "Keep close to Ben.", "Keep close to Carl."];
        let turn = self.number;
        match kind % 17 {
            0 | 7 => drop(self.contact(Role::Plain, 0, &[]).await),
            1 => self.judge(1, "Priority", "Low", "").await,
            2 => self.judge(1, "Priority", PRIORITIES[turn % 3], "Their board has changed.").await,
            3 => self.judge(2, "Status", STATUSES[turn % 3], "").await,
            4 => self.judge(0, "Relationship", STRENGTHS[turn % 4], "They answer late.").await,
            5 => self.note(NOTES[turn % 3]).await,
            6 => self.hand_over([Role::Plain, Role::Team, Role::Confidential][turn % 3]).await,
            8 => self.link().await,
            9 => self.unlink().await,
            10 => self.promise(5 + turn as u64 % 40).await,
            11 => self.keep_promise().await,
            12 => self.move_promise(3 + turn as u64 % 20).await,
            13 => self.plan(2 + turn as u64 % 15).await,
            14 => self.make_planned().await,
            15 => self.stand_in().await,
            _ => {
                self.contact(Role::Confidential, 0, &[("is_confidential", "on")]).await;
                self.put_away_and_bring_back().await;
            }
        }
    }

    /// What the page has to list for someone, the latest first.
    fn expected(&self, role: Role) -> Vec<String> {
        let today = self.world.today();
        let mut all: Vec<Told> = self.told.iter().rev().cloned().collect();
        for promise in self.promises.iter().filter(|one| !one.is_done && one.due < today) {
            let words = format!("Follow-up late, due {{}} · {}: {}", person(Role::Plain), promise.summary);
            all.push(Told { day: promise.due, rank: 2, words, is_confidential: false });
        }
        if let Some(day) = self.plan.filter(|day| *day < today) {
            all.push(Told { day, rank: 3, words: "Planned contact passed: {}".into(), is_confidential: false });
        }
        all.retain(|told| role == Role::Admin || !told.is_confidential);
        all.sort_by_key(|told| (std::cmp::Reverse(told.day), told.rank));
        all.into_iter().map(|told| told.words.replace("{}", &ago(today, told.day))).collect()
    }

    /// The one line that has to stand above it.
    fn sum(&self, role: Role) -> String {
        let today = self.world.today();
        let counted = |number: usize, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{number} {many}")),
        };
        let contacts = self.contacts[0] + if role == Role::Admin { self.contacts[1] } else { 0 };
        let net = |net: &Net| {
            let label = net.label.to_lowercase();
            let (first, last) = (&net.first, &net.last);
            match (first == last, label == "strategy notes", first.is_empty()) {
                (true, ..) => None,
                (_, true, _) => Some(format!("{label} changed")),
                (.., true) => Some(format!("{label} {last}")),
                _ if last.is_empty() => Some(format!("{label} {first} → –")),
                _ => Some(format!("{label} {first} → {last}")),
            }
        };
        let late = self.promises.iter().filter(|one| !one.is_done && one.due < today).count();
        let passed = self.passed + usize::from(self.plan.is_some_and(|day| day < today));
        let mut words: Vec<String> = counted(contacts, "contact", "contacts").into_iter().collect();
        words.extend(self.nets.iter().filter_map(net));
        words.extend(counted(self.linked, "new link", "new links"));
        words.extend(counted(self.unlinked, "link gone", "links gone"));
        words.extend(counted(self.done, "follow-up done", "follow-ups done"));
        words.extend(counted(self.moved, "follow-up moved", "follow-ups moved"));
        words.extend(counted(passed, "planned contact passed", "planned contacts passed"));
        words.extend(counted(late, "follow-up late", "follow-ups late"));
        words.join(", ")
    }

    async fn check(&self) {
        for role in [Role::Team, Role::Admin] {
            let pages = [format!("/clients/{}/since", self.client), format!("/crm/roundtable?client={}", self.client)];
            for path in pages {
                let page = self.world.page(role, &path).await;
                assert_eq!(list(&page), self.expected(role), "{path} to {role:?} on {}", self.world.today());
                let sum = self.sum(role);
                if !sum.is_empty() {
                    assert_eq!(sum_of(&page), sum, "{path} to {role:?} on {}", self.world.today());
                }
            }
        }
    }

    async fn meet(&mut self) {
        let today = self.world.today().to_string();
        let fields = [("meeting_date", &*today), ("next_steps", "Send the offer.")];
        self.world.post(Role::Team, &format!("/crm/roundtable/{}", self.client), &fields).await.location();
        self.told.clear();
        self.nets.clear();
        (self.contacts, self.linked, self.unlinked, self.done) = ([0; 2], 0, 0, 0);
        (self.moved, self.passed) = (0, 0);
    }

    fn set_day(&self, day: NaiveDate) {
        self.world.set_clock(day.and_time(NaiveTime::MIN) + TimeDelta::hours(12));
    }
}

/// Words as people read them.
fn read(part: &str) -> String {
    let words: Vec<&str> = part.split('<').map(|one| one.split_once('>').map_or(one, |(_, words)| words)).collect();
    words.concat().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn list(page: &str) -> Vec<String> {
    let list = page.split("<ul class=\"rt-since\">").nth(1).expect("a list").split("</ul>").next().unwrap();
    list.split("<li>").skip(1).map(read).collect()
}

fn sum_of(page: &str) -> String {
    read(&format!("<p{}", page.split("<p class=\"rt-since-sum\"").nth(1).unwrap().split("</p>").next().unwrap()))
}

#[tokio::test]
async fn a_year_is_told_just_as_it_was() {
    on_both(async |world| {
        world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
        let client = world.client("Granite Power").await;
        let mut year = Year {
            world,
            client,
            told: Vec::new(),
            nets: Vec::new(),
            promises: Vec::new(),
            plan: None,
            contacts: [0; 2],
            linked: 0,
            unlinked: 0,
            done: 0,
            moved: 0,
            passed: 0,
            assessment: [
                ("relationship_strength", ""),
                ("client_priority", ""),
                ("client_status", ""),
                ("relationship_notes", ""),
            ],
            poc: None,
            stand_in: None,
            number: 0,
        };
        year.meet().await;
        // Of the day of the meeting, but after its entry.
        world.set_clock(beginning() + TimeDelta::minutes(30));
        year.contact(Role::Plain, 0, &[]).await;
        for month in 0..12_u64 {
            let start = beginning().date() + Days::new(month * 30);
            for turn in 1..13 {
                year.set_day(start + Days::new(turn * 2));
                year.happens((month * 13 + turn) as usize).await;
            }
            year.set_day(start + Days::new(27));
            // What is written down late belongs to the day on which it was.
            year.contact(Role::Team, 40, &[]).await;
            year.set_day(start + Days::new(29));
            year.check().await;
            year.set_day(start + Days::new(30));
            year.meet().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_corrected_entry_is_no_later_than_it_was() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let path = format!("/clients/{client}/since");
        let page = world.page(Role::Team, &path).await;
        assert!(page.contains("the last twelve months"), "{page}");
        let today = world.days_ago(0);
        let entry = [("meeting_date", &*today), ("next_steps", "Send the offer.")];
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        let page = world.page(Role::Team, &path).await;
        assert!(sum_of(&page).starts_with("Nothing since the entry of"), "{page}");
        world.set_clock(beginning() + TimeDelta::minutes(10));
        world.contact(Role::Plain, client, 0, &[("summary", "Spoke at the door.")]).await;
        world.set_clock(beginning() + TimeDelta::minutes(20));
        let id = world.number("SELECT history_id FROM roundtable_history");
        let corrected = [("meeting_date", &*today), ("next_steps", "Send the second offer.")];
        world.post(Role::Team, &format!("/crm/entries/{id}/correction"), &corrected).await.location();
        let page = world.page(Role::Team, &path).await;
        assert_eq!(sum_of(&page), "1 contact");
        assert_eq!(world.get(Role::Plain, &path).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn what_happened_with_all_clients_stands_in_a_line_each_in_rank_order() {
    on_both(async |world| {
        world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
        let mut clients = Vec::new();
        for (name, priority) in [("Low Power", "Low"), ("Quiet Power", "High"), ("First Power", "Strategic")] {
            let client = world.client(name).await;
            let judged = [("client_priority", priority)];
            world.post(Role::Team, &format!("/clients/{client}/assessment"), &judged).await.location();
            clients.push(client);
        }
        let entry = [("meeting_date", &*world.days_ago(0)), ("next_steps", "Talk.")];
        world.post(Role::Team, &format!("/crm/roundtable/{}", clients[1]), &entry).await.location();
        let same_day = world.page(Role::Team, "/crm/since").await;
        assert!(same_day.contains("16 October 2026"), "what is said today is not over: {same_day}");
        world.set_clock(beginning() + TimeDelta::days(20));
        let nothing = world.page(Role::Team, "/crm/since").await;
        assert!(nothing.contains("Nothing happened since 16 November 2026."), "{nothing}");
        world.contact(Role::Plain, clients[0], 2, &[("summary", "Spoke.")]).await;
        world.contact(Role::Confidential, clients[1], 1, &[("is_confidential", "on")]).await;
        let judged = [("client_priority", "High"), ("assessment_reason", "Their board has changed.")];
        world.post(Role::Team, &format!("/clients/{}/assessment", clients[2]), &judged).await.location();
        let planned = [("next_planned_contact_date", &*world.days_ahead(3))];
        world.post(Role::Plain, &format!("/clients/{}/contact", clients[2]), &planned).await.location();
        world.set_clock(beginning() + TimeDelta::days(25));
        for (role, lines) in [
            (
                Role::Team,
                vec!["First Power priority Strategic → High, 1 planned contact passed", "Low Power 1 contact"],
            ),
            (
                Role::Admin,
                vec![
                    "First Power priority Strategic → High, 1 planned contact passed",
                    "Quiet Power 1 contact",
                    "Low Power 1 contact",
                ],
            ),
        ] {
            let page = world.page(role, "/crm/since").await;
            let body = page.split("<tbody>").nth(1).expect("a table").split("</tbody>").next().unwrap();
            let told: Vec<String> = body.split("<tr>").skip(1).map(|row| read(&row.replace("</td>", " "))).collect();
            assert_eq!(told, lines, "{role:?}");
        }
        assert_eq!(world.get(Role::Plain, "/crm/since").await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn what_became_of_action_items_is_told_and_what_is_late() {
    on_both(async |world| {
        world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
        let client = world.client("Granite Power").await;
        let own = world.person(Role::Team).to_string();
        let add = async |text: &str, days: u64| {
            let due = world.days_ahead(days);
            let fields = [("text", text), ("assigned_to", &*own), ("due_date", &*due)];
            world.post(Role::Team, &format!("/clients/{client}/action-items"), &fields).await.location();
            world.number(&format!("SELECT item_id FROM action_items WHERE text = '{text}'"))
        };
        let [done, dropped, moved] =
            [add("send the offer", 5).await, add("ask the board", 6).await, add("visit the site", 7).await];
        add("call the lawyer", 3).await;
        world.set_clock(beginning() + TimeDelta::minutes(10));
        let entry = [("meeting_date", &*world.days_ago(0)), ("next_steps", "Talk.")];
        world.post(Role::Team, &format!("/crm/roundtable/{client}"), &entry).await.location();
        world.set_clock(beginning() + TimeDelta::days(1));
        let to = world.days_ahead(20);
        world.post(Role::Team, &format!("/action-items/{done}/done"), &[]).await.location();
        world
            .post(Role::Team, &format!("/action-items/{dropped}/dropped"), &[("reason", "Not wanted.")])
            .await
            .location();
        world.post(Role::Team, &format!("/action-items/{moved}/moved"), &[("due_date", &*to)]).await.location();
        add("read the report", 30).await;
        world.set_clock(beginning() + TimeDelta::days(5));
        let page = world.page(Role::Team, &format!("/clients/{client}/since")).await;
        assert_eq!(sum_of(&page), "1 new item, 1 item done, 1 item dropped, 1 item moved, 1 item late");
        let by = person(Role::Team);
        let expected = [
            format!("Action item late, due 2 days ago · {by}: call the lawyer"),
            format!("{by} added the action item read the report · 4 days ago"),
            format!("{by} moved the action item visit the site: 23 November 2026 → 7 December 2026 · 4 days ago"),
            format!("{by} dropped the action item ask the board · 4 days ago"),
            format!("{by} did the action item send the offer · 4 days ago"),
        ];
        assert_eq!(list(&page), expected);
        let all = world.page(Role::Team, "/crm/since").await;
        assert!(all.contains("1 item moved, 1 item late"), "{all}");
    })
    .await;
}

#[tokio::test]
async fn a_meeting_tells_what_happened_since_the_one_before_it_and_not_what_came_after() {
    on_both(async |world| {
        world.execute("UPDATE sessions SET created_date = '2028-01-01 00:00:00', expires_date = '2028-01-01 00:00:00'");
        let client = world.client("Granite Power").await;
        let meet = async |title: &str| {
            let fields = [("title", title), ("meeting_date", &*world.days_ago(0))];
            let address = world.post(Role::Team, "/crm/meetings/new", &fields).await.location().to_owned();
            let address = address.split("/agenda").next().unwrap().to_owned();
            world.post(Role::Team, &format!("{address}/start"), &[]).await.location();
            address
        };
        let close = async |meeting: &str| {
            world.post(Role::Team, &format!("{meeting}/close"), &[]).await.location();
        };
        world.contact(Role::Plain, client, 0, &[("summary", "Long ago.")]).await;
        let first = meet("October").await;
        close(&first).await;
        world.set_clock(beginning() + TimeDelta::days(10));
        let judged = [("client_status", "Warm")];
        world.post(Role::Team, &format!("/clients/{client}/assessment"), &judged).await.location();
        world.contact(Role::Plain, client, 2, &[("summary", "Spoke.")]).await;
        let second = meet("November").await;
        let path = format!("{second}/since");
        let page = world.page(Role::Team, &path).await;
        assert!(page.contains("1 contact, status Warm") && page.contains("Since 16 November 2026"), "{page}");
        close(&second).await;
        world.set_clock(beginning() + TimeDelta::days(20));
        world.contact(Role::Plain, client, 1, &[("summary", "Spoke again.")]).await;
        assert!(world.page(Role::Team, &path).await.contains("1 contact, status Warm"), "it stays as it was");
        let now = world.page(Role::Team, "/crm/since").await;
        assert!(now.contains("1 contact<") && now.contains("Since 26 November 2026"), "it had no entry: {now}");
        assert_eq!(world.get(Role::Plain, &path).await.status, 403);
        assert_eq!(world.get(Role::Team, "/crm/meetings/999999/since").await.status, 404);
    })
    .await;
}
