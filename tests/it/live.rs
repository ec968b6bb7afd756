//! A meeting in several browsers: the stream over real connections, what it tells whom, and what ends it.

use std::io::Read;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use roundtable::config::Address;
use roundtable::web::server::Limits;

use crate::command_line::{Server, program};
use crate::sockets::{Client, Served};
use crate::world::{Role, World};

/// What “live” means (product.md §4), and how long a test waits for what must not come.
const SECOND: Duration = Duration::from_millis(1000);
const SILENCE: Duration = Duration::from_millis(1200);

/// A meeting that is on, with one client on its agenda.
struct Held {
    meeting: i64,
    client: i64,
}

async fn held(world: &World) -> Held {
    let client = world.client("Granite Power").await;
    let standing = [("client_priority", "High"), ("client_status", "Active")];
    world.post(Role::Team, &format!("/clients/{client}/assessment"), &standing).await.location();
    let about = [("title", "November"), ("meeting_date", "2026-11-16")];
    let meeting = world.post(Role::Team, "/crm/meetings/new", &about).await.new_id();
    world.post(Role::Team, &format!("/crm/meetings/{meeting}/start"), &[]).await.location();
    Held { meeting, client }
}

impl Held {
    async fn file(&self, world: &World, role: Role, words: &str) {
        let meeting = self.meeting.to_string();
        let entry = [("meeting_date", "2026-11-16"), ("next_steps", words), ("meeting_id", &*meeting)];
        world.post(role, &format!("/crm/roundtable/{}", self.client), &entry).await.location();
    }
}

/// One stream, with everything that it has told.
struct Stream {
    client: Client,
    told: String,
    has_ended: bool,
}

impl Stream {
    fn open(served: &Served, world: &World, role: Role, meeting: i64, known: Option<i64>) -> Self {
        let mut client = served.connect();
        let cookie = world.cookie(role).unwrap();
        let known = known.map(|known| format!("Last-Event-ID: {known}\r\n")).unwrap_or_default();
        client.send(&format!(
            "GET /crm/events?meeting={meeting} HTTP/1.1\r\nHost: roundtable.test\r\nCookie: {cookie}\r\n{known}\r\n"
        ));
        Self { client, told: String::new(), has_ended: false }
    }

    /// A stream that has begun.
    fn begun(served: &Served, world: &World, role: Role, meeting: i64) -> Self {
        let mut stream = Self::open(served, world, role, meeting, None);
        stream.wait_for("event: state");
        stream
    }

    /// Reads until those words have been told; tells how long that took.
    fn wait_for(&mut self, words: &str) -> Duration {
        let begun = Instant::now();
        self.read_until(begun + Duration::from_secs(10), |told| told.contains(words));
        assert!(self.told.contains(words), "{words} was not told:\n{}", self.told);
        begun.elapsed()
    }

    fn read_until(&mut self, deadline: Instant, is_done: impl Fn(&str) -> bool) {
        let mut bytes = [0; 4096];
        while !is_done(&self.told) && !self.has_ended && Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.client.0.set_read_timeout(Some(left)).unwrap();
            match self.client.0.read(&mut bytes) {
                Ok(0) => self.has_ended = true,
                Ok(count) => {
                    self.told.push_str(&String::from_utf8_lossy(&bytes[..count]));
                    self.has_ended = self.told.ends_with("\r\n0\r\n\r\n");
                }
                Err(_) => {}
            }
        }
    }

    /// What else is told for a while.
    fn rest(&mut self) -> String {
        let before = self.told.len();
        self.read_until(Instant::now() + SILENCE, |_| false);
        self.told[before..].to_owned()
    }

    /// The numbers of the changes that were told, in order.
    fn numbers(&self) -> Vec<i64> {
        let changes = self.told.split("id: ").skip(1).filter(|part| part.contains("event: change"));
        changes.map(|part| part.lines().next().unwrap().trim().parse().unwrap()).collect()
    }
}

/// Runs a test on both databases with a server in front of each.
async fn on_both(test: impl AsyncFn(&World, &Served)) {
    for world in [World::sqlite(), World::postgres()] {
        let served = Served::start(world.router(), Limits::default()).await;
        test(&world, &served).await;
        served.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_changes_everyone_in_the_meeting_hears_within_a_second_in_order_and_without_words() {
    on_both(async |world, served| {
        let held = held(world).await;
        let mut streams =
            [Role::Team, Role::Admin, Role::ReadOnlyTeam].map(|role| Stream::begun(served, world, role, held.meeting));
        held.file(world, Role::Team, "ZQnext").await;
        for stream in &mut streams {
            assert!(stream.wait_for("\"kind\":\"entry\"") < SECOND);
            assert!(stream.told.contains(&format!("\"client\":{}", held.client)), "{}", stream.told);
            assert!(stream.told.contains("The team person"), "who did it is told");
        }
        let judged = [("client_priority", "Strategic"), ("client_status", "Warm"), ("relationship_notes", "ZQnotes")];
        world.post(Role::Admin, &format!("/clients/{}/assessment", held.client), &judged).await.location();
        let open = [("client_name", "Granite Power"), ("notes", "An open word")];
        world.post(Role::Plain, &format!("/clients/{}/edit", held.client), &open).await.location();
        for stream in &mut streams {
            assert!(stream.wait_for("\"kind\":\"assessment\"") < SECOND);
            stream.wait_for("\"kind\":\"client\"");
            let numbers = stream.numbers();
            assert!(numbers.is_sorted() && numbers.len() >= 3, "{numbers:?}");
            for word in ["ZQnext", "ZQnotes", "Strategic", "open word"] {
                assert!(!stream.told.contains(word), "the stream told {word}");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_hears_what_they_missed() {
    on_both(async |world, served| {
        let held = held(world).await;
        let mut first = Stream::begun(served, world, Role::Team, held.meeting);
        held.file(world, Role::Admin, "one").await;
        first.wait_for("\"kind\":\"entry\"");
        let known = *first.numbers().last().unwrap();
        drop(first);
        held.file(world, Role::Admin, "two").await;
        let mut again = Stream::open(served, world, Role::Team, held.meeting, Some(known));
        again.wait_for("\"kind\":\"entry\"");
        assert!(again.numbers().iter().all(|number| *number > known), "{:?} after {known}", again.numbers());
        assert!(!again.told.contains("event: reload"), "nothing was missed");
        world.execute("DELETE FROM live_events");
        held.file(world, Role::Admin, "three").await;
        let mut late = Stream::open(served, world, Role::Team, held.meeting, Some(1));
        late.wait_for("event: reload");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_that_ends_ends_the_stream_within_a_second() {
    on_both(async |world, served| {
        let held = held(world).await;
        for (role, ending) in [
            (Role::Team, "UPDATE users SET is_ned_team = FALSE WHERE username = 'team'"),
            (Role::ReadOnlyTeam, "UPDATE users SET is_active = FALSE WHERE username = 'readonly_team'"),
            (Role::Admin, "DELETE FROM sessions WHERE user_id = (SELECT user_id FROM users WHERE username = 'admin')"),
        ] {
            let mut stream = Stream::begun(served, world, role, held.meeting);
            world.execute(ending);
            let begun = Instant::now();
            stream.read_until(begun + Duration::from_secs(10), |_| false);
            assert!(stream.has_ended && begun.elapsed() < SECOND, "{role:?}: {:?}", begun.elapsed());
            let before = stream.told.len();
            let mut again = Stream::open(served, world, role, held.meeting, None);
            again.read_until(Instant::now() + SILENCE, |told| told.contains("\r\n\r\n"));
            assert!(again.told.starts_with("HTTP/1.1 40"), "{}", again.told);
            assert_eq!(stream.told.len(), before);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_outside_the_team_learns_nothing() {
    on_both(async |world, served| {
        let held = held(world).await;
        for (role, status) in [
            (Role::Anonymous, StatusCode::UNAUTHORIZED),
            (Role::Plain, StatusCode::FORBIDDEN),
            (Role::Confidential, StatusCode::FORBIDDEN),
            (Role::Team, StatusCode::NOT_FOUND),
        ] {
            let missing = world.get(role, "/crm/events?meeting=99").await;
            assert_eq!(missing.status, status, "{role:?}");
            if role != Role::Team {
                let there = world.get(role, &format!("/crm/events?meeting={}", held.meeting)).await;
                assert_eq!(
                    (there.status, &there.body),
                    (missing.status, &missing.body),
                    "{role:?} can tell them apart"
                );
                for act in ["presenting", "writing"] {
                    let client = held.client.to_string();
                    let path = format!("/crm/meetings/{}/{act}", held.meeting);
                    let answer = world.post(role, &path, &[("client_id", &client)]).await;
                    assert!(matches!(answer.status.as_u16(), 303 | 403), "{role:?} {act}: {}", answer.status);
                }
            }
        }
        let mut stream = Stream::begun(served, world, Role::Team, held.meeting);
        let other = world.client("Not on the agenda").await;
        let later = world.number("SELECT COALESCE(max(event_id), 0) FROM live_events");
        let hidden = [("summary", "ZQsummary"), ("is_confidential", "on")];
        world.contact(Role::Confidential, held.client, 3, &hidden).await;
        world.contact(Role::Confidential, held.client, 9, &hidden).await;
        world.contact(Role::Plain, other, 3, &[]).await;
        let rest = stream.rest();
        assert!(
            !rest.contains("\"kind\":\"contact\""),
            "a confidential contact, and another client's, tell nothing: {rest}"
        );
        let noted =
            format!("SELECT count(*) FROM live_events WHERE event_id > {later} AND client_id = {}", held.client);
        assert_eq!(world.number(&noted), 1, "only that the last contact moved, which everyone sees");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_sees_who_is_there_who_presents_and_who_writes() {
    on_both(async |world, served| {
        let held = held(world).await;
        let path = |act: &str| format!("/crm/meetings/{}/{act}", held.meeting);
        let client = held.client.to_string();
        let mut one = Stream::begun(served, world, Role::Team, held.meeting);
        let other = Stream::begun(served, world, Role::Admin, held.meeting);
        assert!(one.wait_for("The admin person") < SECOND);
        let moved = world.post(Role::Admin, &path("presenting"), &[("client_id", &client)]).await;
        assert!(moved.location().contains(&client));
        let admin = world.number("SELECT user_id FROM users WHERE username = 'admin'");
        assert!(one.wait_for(&format!("\"presenter\":{admin},\"client\":{client}")) < SECOND);
        world.post(Role::Admin, &path("writing"), &[("client_id", &client)]).await;
        let writes = format!("\"writing\":[{{\"id\":{admin},\"client\":{client}}}]");
        assert!(one.wait_for(&writes) < SECOND);
        held.file(world, Role::Admin, "filed").await;
        one.wait_for("\"kind\":\"entry\"");
        assert!(one.rest().contains("\"writing\":[]") || one.told.ends_with("\"writing\":[]}\n\n\r\n"), "{}", one.told);
        drop(other);
        let nobody = "\"presenter\":null";
        one.told.clear();
        assert!(one.wait_for(nobody) < SECOND, "who goes away presents no more");
        assert!(!one.told.contains("The admin person"), "{}", one.told);
        let stopped = world.post(Role::Admin, &path("presenting"), &[("seen", &client)]).await;
        assert!(stopped.location().ends_with(&format!("client={client}")), "it leads back: {}", stopped.location());
        let elsewhere = world.post(Role::Team, &path("presenting"), &[("client_id", "99")]).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "only what is on the agenda is presented");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_changes_is_heard_within_a_second_or_so() {
    on_both(async |world, served| {
        let held = held(world).await;
        let beside = World::beside(world);
        let mut stream = Stream::begun(served, world, Role::Team, held.meeting);
        // Who listens to the server of the database does so from the first stream on.
        stream.rest();
        held.file(&beside, Role::Admin, "from afar").await;
        let took = stream.wait_for("\"kind\":\"entry\"");
        assert!(took < SECOND, "{took:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_bounded_and_the_end_of_the_server_ends_them() {
    let world = World::sqlite();
    let served = Served::start(world.router(), Limits::default()).await;
    let held = held(&world).await;
    let streams: Vec<_> = (0..8).map(|_| Stream::begun(&served, &world, Role::Team, held.meeting)).collect();
    let mut more = Stream::open(&served, &world, Role::Team, held.meeting, None);
    more.wait_for("HTTP/1.1 429");
    let mut other = Stream::begun(&served, &world, Role::Admin, held.meeting);
    drop(streams);
    std::thread::sleep(SECOND);
    let _again = Stream::begun(&served, &world, Role::Team, held.meeting);
    assert_eq!(world.number("SELECT count(DISTINCT user_id) FROM live_streams"), 2);
    let took = served.stop().await;
    assert!(took < SECOND, "streams held the server for {took:?}");
    other.read_until(Instant::now() + SECOND, |_| false);
    assert!(other.has_ended);
}

/// The value that a form carries unseen.
fn carried(page: &str, name: &str) -> String {
    let value = page.split(&format!("name=\"{name}\" value=\"")).nth(1).expect(name);
    value.split('"').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_write_on_one_client_at_one_meeting_lose_nothing() {
    on_both(async |world, _| {
        let held = held(world).await;
        let page = world.page(Role::Team, &format!("/crm/meetings/{}?client={}", held.meeting, held.client)).await;
        let path = format!("/crm/roundtable/{}", held.client);
        let begun = ["meeting_id", "entry", "begun_values"].map(|name| (name, carried(&page, name)));
        let form = |fields: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            let typed = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
            begun.iter().cloned().chain([("meeting_date", "2026-11-16".to_owned())]).chain(typed).collect()
        };
        let send = async |role, fields: &[(&'static str, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            world.post(role, &path, &fields).await
        };
        send(Role::Team, &form(&[("next_steps", "Tom calls.")])).await.location();
        send(Role::Admin, &form(&[("discussion", "They asked for a quote.")])).await.location();
        let now = "SELECT next_steps || '/' || discussion FROM roundtable_history WHERE superseded_by IS NULL";
        assert_eq!(world.texts(now), ["Tom calls./They asked for a quote."], "what does not collide is put together");
        let second = send(Role::Admin, &form(&[("next_steps", "Dan writes.\r\nTom calls.")])).await;
        let told = world.get(Role::Admin, second.location()).await.body;
        assert_eq!(world.texts(now), ["Tom calls.\nDan writes./They asked for a quote."], "sentence by sentence");
        assert!(told.contains("Dan writes."));
        let late = send(Role::Admin, &form(&[("next_steps", "Tom calls twice.")])).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Dan writes.") && late.body.contains("Tom calls twice."), "both are shown");
        let both = [
            ("meeting_id", held.meeting.to_string()),
            ("meeting_date", "2026-11-16".to_owned()),
            ("entry", carried(&late.body, "entry")),
            ("amends", carried(&late.body, "amends")),
            ("next_steps", "Tom calls twice. Dan writes.".to_owned()),
            ("discussion", "They asked for a quote.".to_owned()),
        ];
        send(Role::Admin, &both).await.location();
        assert_eq!(world.texts(now), ["Tom calls twice. Dan writes./They asked for a quote."]);
        assert_eq!(world.number("SELECT count(*) FROM roundtable_history"), 4, "every version stays");
    })
    .await;
}

#[tokio::test]
async fn events_are_dropped_after_a_day_though_nobody_comes() {
    let world = World::sqlite();
    for moment in ["'2020-01-01 00:00:00'", "strftime('%Y-%m-%d %H:%M:%f', 'now')"] {
        world.execute(&format!("INSERT INTO live_events (kind, occurred_date) VALUES ('agenda', {moment})"));
    }
    let Address::Sqlite(path) = &world.config.database else { panic!("not a file") };
    let database = format!("sqlite:{}", path.display());
    let _server = Server::spawn(&mut program(&database, &["serve", "--listen", "127.0.0.1:0"]));
    let begun = Instant::now();
    let all = || world.number("SELECT count(*) FROM live_events");
    while all() > 1 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the old one is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(all(), 1, "the fresh one is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_very_many_rows_says_that_there_is_more() {
    on_both(async |world, _| {
        held(world).await;
        let mut ids = Vec::new();
        for number in 0..110 {
            ids.push((4_000 + number).to_string());
        }
        let rows: Vec<String> = ids
            .iter()
            .map(|id| format!("({id}, 'Client {id}', 'client {id}', 'client{id}', '2026-01-01 00:00:00')"))
            .collect();
        world.execute(&format!(
            "INSERT INTO clients (client_id, client_name, name_key, name_core, created_date) VALUES {}",
            rows.join(", ")
        ));
        let poc = world.person(Role::Plain).to_string();
        let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("client", id.as_str())).collect();
        fields.extend([("mpr_primary_poc", &*poc), ("client_priority", "Medium")]);
        let before = world.number("SELECT COALESCE(max(event_id), 0) FROM live_events");
        world.post(Role::Team, "/clients/many", &fields).await.location();
        let told = |kind: &str| {
            world.number(&format!("SELECT count(*) FROM live_events WHERE event_id > {before} AND kind = '{kind}'"))
        };
        assert_eq!((told("client") + told("assessment"), told("agenda")), (200, 1));
    })
    .await;
}
