//! What guards the way in: names, addresses, passwords, the record of refusals, the end of sessions, marks of secrecy
//! (product.md §2).

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use roundtable::config::{Address, Config};
use tower::ServiceExt;
use url::Url;

use crate::world::{Answer, PASSWORD, Role, World, beginning, cookie_of, on_both};

fn sign_in_form(username: &str, password: &str) -> Body {
    let fields = [("username", username), ("password", password)];
    Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

/// Signs in from an address.
async fn sign_in_from(world: &World, address: &str, username: &str, password: &str) -> StatusCode {
    let peer = SocketAddr::new(address.parse().unwrap(), 40_000);
    let request = world.request("POST", "/sign-in").header(header::ORIGIN, "http://roundtable.test");
    let request = request.extension(ConnectInfo(peer)).body(sign_in_form(username, password)).unwrap();
    world.send(request).await.status
}

/// A command on the database of a world.
fn command(world: &World, arguments: &[&str]) -> Command {
    let database = match &world.config.database {
        Address::Sqlite(file) => format!("sqlite:{}", file.display()),
        Address::Postgres(url) => url.clone(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_roundtable"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ROUNDTABLE_")) {
        command.env_remove(name);
    }
    command.args(arguments).args(["--database", &database]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(world: &World, arguments: &[&str], input: &str) -> Output {
    let mut child = command(world, arguments).spawn().unwrap();
    // A command that refuses early does not read what it is given.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn a_name_is_counted_in_the_form_in_which_it_is_found() {
    on_both(async |world| {
        for number in 0..10 {
            let padded = format!("{}Plain{}{number}", " ".repeat(number), " ".repeat(195));
            assert_eq!(world.sign_in(&padded, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

#[tokio::test]
async fn the_addresses_of_one_ipv6_network_count_as_one() {
    on_both(async |world| {
        for number in 0..10 {
            let status = sign_in_from(world, &format!("2001:db8:1:2:{number}::7"), "plain", "wrong").await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let within = sign_in_from(world, "2001:db8:1:2:ffff::1", "plain", PASSWORD).await;
        assert_eq!(within, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(sign_in_from(world, "2001:db8:1:3::1", "plain", PASSWORD).await, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_right_sign_in_forgives_only_the_guesses_of_its_own_address() {
    on_both(async |world| {
        for _ in 0..10 {
            sign_in_from(world, "203.0.113.9", "plain", "wrong").await;
        }
        assert_eq!(sign_in_from(world, "198.51.100.7", "plain", PASSWORD).await, StatusCode::SEE_OTHER);
        assert_eq!(sign_in_from(world, "203.0.113.9", "plain", "wrong").await, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

fn change_of(current: &'static str, new: &'static str) -> [(&'static str, &'static str); 3] {
    [("current_password", current), ("new_password", new), ("new_password_again", new)]
}

#[tokio::test]
async fn the_current_password_is_guessed_as_slowly_as_at_sign_in() {
    on_both(async |world| {
        for _ in 0..10 {
            let answer = world.post(Role::Plain, "/password", &change_of("wrong", "a long enough one")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let answer = world.post(Role::Plain, "/password", &change_of(PASSWORD, "a long enough one")).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        let others = world.post(Role::Team, "/password", &change_of(PASSWORD, "a long enough one")).await;
        assert_eq!(others.location(), "/");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_that_is_refused_is_no_guess_at_the_current_one() {
    on_both(async |world| {
        for _ in 0..11 {
            let answer = world.post(Role::Plain, "/password", &change_of(PASSWORD, "short")).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    })
    .await;
}

#[tokio::test]
async fn common_passwords_and_those_made_of_ones_own_words_are_refused_at_every_door() {
    on_both(async |world| {
        let words = "too easy to guess";
        for easy in ["123456789012", "plain@mpr.example", "qwertyuiop123", "The plain person"] {
            let answer = world.post(Role::Plain, "/password", &change_of(PASSWORD, easy)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{easy}");
            assert!(answer.body.contains(words), "{easy}");
        }
        for easy in ["123456789012", "zuzana@mpr.example", "zuzana-horvathova"] {
            let fields = [
                ("username", "zuzana"),
                ("email", "zuzana@mpr.example"),
                ("full_name", "Zuzana Horvathova"),
                ("password", easy),
                ("is_active", "on"),
            ];
            let answer = world.post(Role::Admin, "/admin/users/new", &fields).await;
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains(words), "{easy}");
            let id = world.number("SELECT user_id FROM users WHERE username = 'plain'");
            let answer = world.post(Role::Admin, &format!("/admin/users/{id}/edit"), &fields).await;
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains(words), "{easy}");
            let add = ["user", "add", "zuzana", "--email", "zuzana@mpr.example", "--full-name", "Zuzana Horvathova"];
            for command in [&add[..], &["user", "password", "plain"]] {
                let own = if command[1] == "add" { easy } else { "plain@mpr.example" };
                let output = run(world, &[command, &["--password-stdin"]].concat(), own);
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(!output.status.success() && said.contains(words), "{easy}: {said}");
            }
        }
        assert_eq!(world.number("SELECT count(*) FROM users WHERE username = 'zuzana'"), 0);
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

/// The names under which an action stands in the audit log.
fn audited(world: &World, action: &str) -> Vec<String> {
    let query = "SELECT coalesce(username, '-') || ' ' || record_id FROM audit_log \
                 JOIN changes ON changes.change_id = audit_log.change_id";
    world.texts(&format!("{query} WHERE action = '{action}' ORDER BY audit_id"))
}

#[tokio::test]
async fn each_counted_refusal_is_one_row_of_the_audit_log() {
    on_both(async |world| {
        let plain = world.number("SELECT user_id FROM users WHERE username = 'plain'");
        assert_eq!(world.sign_in("nobody", "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.sign_in("", "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        for _ in 0..12 {
            world.sign_in("Plain", "wrong").await;
        }
        let rows = audited(world, "sign in refused");
        assert_eq!(rows[..2], ["nobody 0", "- 0"]);
        assert_eq!(rows[2..], vec![format!("plain {plain}"); 10]);
        world.post(Role::Team, "/password", &change_of("wrong", "a long enough one")).await;
        let team = world.number("SELECT user_id FROM users WHERE username = 'team'");
        assert_eq!(audited(world, "password refused"), [format!("team {team}")]);
        let page = world.page(Role::Admin, "/admin/audit?act=sign-in").await;
        assert!(page.contains("was refused at the sign-in") && page.contains("gave a wrong password"));
    })
    .await;
}

/// What the program has logged in this process.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct IntoLog;

impl Write for IntoLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_refusal_leaves_a_line_in_the_log_that_says_who_and_where() {
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(|| IntoLog);
    let _ = subscriber.try_init();
    on_both(async |world| {
        LOG.lock().unwrap().clear();
        for _ in 0..11 {
            sign_in_from(world, "203.0.113.9", "plain", "the wrong words").await;
        }
        sign_in_from(world, "203.0.113.10", "a password in the\nwrong field", "").await;
        world.get(Role::Team, "/admin/users?search=secretly").await;
        world.post(Role::Confidential, "/password", &change_of("the wrong words", "a long enough one")).await;
        let forged = world.request("POST", "/clients/new").header(header::ORIGIN, "https://evil.example");
        world.send(forged.body(Body::empty()).unwrap()).await;
        let forged = world.request("POST", "/invitation/0123abcd").header(header::ORIGIN, "https://evil.example");
        world.send(forged.body(Body::empty()).unwrap()).await;
        let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
        let line = |words: &[&str]| log.lines().any(|line| words.iter().all(|word| line.contains(word)));
        for words in [
            &["a sign-in was refused", "\"plain\"", "203.0.113.9"][..],
            &["too many attempts", "\"plain\"", "203.0.113.9"],
            &["a sign-in was refused", "203.0.113.10"],
            &["lacks the right", "\"team\"", "/admin/users"],
            &["a change of the password was refused", "\"confidential\""],
            &["from another site", "https://evil.example", "/clients/new"],
            &["from another site", "https://evil.example", "/invitation/"],
        ] {
            assert!(line(words), "{words:?} in {log}");
        }
        for secret in ["the wrong words", "a password in", "secretly", "0123abcd", PASSWORD] {
            assert!(!log.contains(secret), "{secret} in {log}");
        }
    })
    .await;
}

fn moment(ago: TimeDelta) -> String {
    (beginning() - ago).format("%Y-%m-%d %H:%M:%S").to_string()
}

#[tokio::test]
async fn a_session_in_use_ends_after_seven_days() {
    on_both(async |world| {
        world.page(Role::Plain, "/clients").await;
        let (created, idle_end) = (moment(TimeDelta::hours(7 * 24 - 2)), moment(TimeDelta::hours(-1)));
        world.execute(&format!("UPDATE sessions SET created_date = '{created}', expires_date = '{idle_end}'"));
        world.page(Role::Plain, "/clients").await;
        let (before, after) = (moment(TimeDelta::minutes(-119)), moment(TimeDelta::minutes(-121)));
        let renewed =
            format!("SELECT count(*) FROM sessions WHERE expires_date > '{before}' AND expires_date < '{after}'");
        assert_eq!(world.number(&renewed), 1, "renewed as far as the absolute end");
        world.execute(&format!("UPDATE sessions SET created_date = '{}'", moment(TimeDelta::hours(7 * 24 + 1))));
        assert_eq!(world.get(Role::Plain, "/clients").await.location(), "/sign-in");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_not_used_ends_after_twelve_hours() {
    on_both(async |world| {
        world.page(Role::Plain, "/clients").await;
        let ended = |hours: TimeDelta| {
            let of_plain = "user_id = (SELECT user_id FROM users WHERE username = 'plain')";
            let end = moment(-hours);
            world.number(&format!("SELECT count(*) FROM sessions WHERE {of_plain} AND expires_date < '{end}'"))
        };
        assert_eq!(ended(TimeDelta::hours(12) - TimeDelta::minutes(1)), 0);
        assert_eq!(ended(TimeDelta::hours(12) + TimeDelta::minutes(1)), 1);
        world.execute(&format!("UPDATE sessions SET expires_date = '{}'", moment(TimeDelta::seconds(1))));
        assert_eq!(world.get(Role::Plain, "/clients").await.location(), "/sign-in");
    })
    .await;
}

/// Signs in at a server that browsers reach as `https://crm.example`, from a page of some origin.
async fn sign_in_at_public_address(world: &World, origin: &str) -> Answer {
    let public = Url::parse("https://crm.example").unwrap().origin();
    let config = Config { public_origin: Some(public), secure_cookies: true, ..world.config.clone() };
    let request = Request::builder().method("POST").uri("/sign-in").header(header::HOST, "crm.example");
    let request = request.header(header::ORIGIN, origin).body(sign_in_form("plain", PASSWORD)).unwrap();
    let (parts, _) = roundtable::app(config).oneshot(request).await.unwrap().into_parts();
    Answer { status: parts.status, headers: parts.headers, body: String::new(), bytes: Vec::new() }
}

#[tokio::test]
async fn behind_a_public_address_only_its_own_origin_passes() {
    on_both(async |world| {
        let same = sign_in_at_public_address(world, "https://crm.example").await;
        assert_eq!(same.status, StatusCode::SEE_OTHER);
        assert_eq!(same.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000; includeSubDomains");
        assert_eq!(sign_in_at_public_address(world, "https://crm.example:443").await.status, StatusCode::SEE_OTHER);
        for other in ["http://crm.example", "https://crm.example:8443", "https://crm.example.evil.example", "null"] {
            assert_eq!(sign_in_at_public_address(world, other).await.status, StatusCode::FORBIDDEN, "{other}");
        }
    })
    .await;
}

/// Signs in with a cookie that a browser brings along.
async fn sign_in_with(world: &World, cookie: &str) -> Answer {
    let request = world.request("POST", "/sign-in").header(header::ORIGIN, "http://roundtable.test");
    let request = request.header(header::COOKIE, cookie).body(sign_in_form("plain", PASSWORD)).unwrap();
    world.send(request).await
}

#[tokio::test]
async fn signing_in_leads_back_to_what_was_asked_for() {
    on_both(async |world| {
        let asked = world.send(world.request("GET", "/clients?poc=3").body(Body::empty()).unwrap()).await;
        assert_eq!(asked.location(), "/sign-in");
        let back = asked.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(sign_in_with(world, &back).await.location(), "/clients?poc=3");
        let sign_in = world.request("GET", "/sign-in").header(header::COOKIE, &back).body(Body::empty()).unwrap();
        assert!(!world.send(sign_in).await.body.contains("Your session ended"));
        for elsewhere in ["//evil.example", "https://evil.example", "/\\\\evil.example", "/\\t/evil.example"] {
            let way = format!("{{\"address\": \"{elsewhere}\", \"ended\": \"Nothing\"}}");
            let cookie = format!("roundtable_back={}", hex::encode(way));
            assert_eq!(sign_in_with(world, &cookie).await.location(), "/", "{elsewhere}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_leads_back_to_its_page() {
    on_both(async |world| {
        let client = world.client("Cape Meridian").await;
        world.execute("UPDATE sessions SET expires_date = created_date");
        let request = world.request("POST", &format!("/clients/{client}/contact"));
        let request = request.header(header::ORIGIN, "http://roundtable.test");
        let request = request.header(header::REFERER, format!("http://roundtable.test/clients/{client}"));
        let request = request.header(header::COOKIE, world.cookie(Role::Plain).unwrap());
        let answer = world.send(request.body(Body::from("contact_type=Phone")).unwrap()).await;
        assert_eq!(answer.location(), "/sign-in");
        let back = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let sign_in = world.request("GET", "/sign-in").header(header::COOKIE, &back).body(Body::empty()).unwrap();
        assert!(world.send(sign_in).await.body.contains("Your session ended. Your words are kept in this browser"));
        assert_eq!(sign_in_with(world, &back).await.location(), format!("/clients/{client}"));
    })
    .await;
}

#[tokio::test]
async fn a_form_that_may_be_refused_is_sent_to_the_address_of_its_page() {
    let routes = roundtable::routes();
    let pages: Vec<&str> = routes.list().iter().filter(|one| one.method == "GET").map(|one| &*one.path).collect();
    // They have no words that could be lost, or one line on a page to which signing in leads back.
    let wordless = [
        ["archive", "delete", "undo", "completion", "columns", "sessions", "demonstration", "sign-out"].as_slice(),
        &["done", "dropped", "moved", "handed-on", "planned-contact", "moves", "recognised", "mcp"],
        &["rehearse", "test", "resume", "retry", "digest"],
        &[
            "run",
            "discard",
            "start",
            "close",
            "end",
            "attendees",
            "points",
            "position",
            "state",
            "presenting",
            "writing",
        ],
    ]
    .concat();
    let is_form = |route: &&roundtable::web::Route| route.method == "POST" && route.described.is_none();
    for route in routes.list().iter().filter(is_form) {
        let last = route.path.rsplit('/').next().unwrap();
        assert!(pages.contains(&&*route.path) || wordless.contains(&last), "{} has no page", route.path);
    }
    on_both(async |world| {
        let answer = world.post(Role::Plain, "/clients/views/new", &[("list", "sort=-name")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(r#"action="/clients/views/new?list=sort%3D-name""#), "{}", answer.body);
    })
    .await;
}

#[tokio::test]
async fn what_is_fetched_ahead_shows_no_message_and_is_dropped_with_every_change() {
    on_both(async |world| {
        let saved = world.post(Role::Plain, "/clients/new", &[("client_name", "Cape Meridian")]).await;
        assert_eq!(saved.headers["clear-site-data"], "\"prefetchCache\"");
        let message = saved.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
        let cookies = format!("{}; {message}", world.cookie(Role::Plain).unwrap());
        let get = || world.request("GET", saved.location()).header(header::COOKIE, &cookies);
        let ahead = world.send(get().header("sec-purpose", "prefetch").body(Body::empty()).unwrap()).await;
        assert!(!ahead.body.contains("Cape Meridian saved") && !ahead.headers.contains_key(header::SET_COOKIE));
        assert!(ahead.headers.contains_key("speculation-rules"));
        let opened = world.send(get().body(Body::empty()).unwrap()).await;
        assert!(opened.body.contains("Cape Meridian saved") && opened.headers.contains_key(header::SET_COOKIE));
        // Nor does what the browser asks for by itself say where signing in leads.
        for (name, value) in [("sec-purpose", "prefetch"), ("sec-fetch-mode", "cors")] {
            let request = world.request("GET", "/contacts").header(name, value).body(Body::empty()).unwrap();
            let refused = world.send(request).await;
            assert_eq!(refused.location(), "/sign-in");
            assert!(!refused.headers.contains_key(header::SET_COOKIE), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn signing_out_tells_the_browser_to_drop_its_cache() {
    on_both(async |world| {
        let answer = world.post(Role::Plain, "/sign-out", &[]).await;
        assert_eq!(answer.location(), "/sign-in");
        assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"prefetchCache\"");
        assert_eq!(world.sign_in("plain", PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_confidential_mark_by_one_without_the_right_is_refused_and_nothing_is_saved() {
    on_both(async |world| {
        let client = world.client("Granite Power").await;
        let vendor = world.record("vendors", &[("vendor_name", "Maker")]).await.to_string();
        let today = world.days_ago(0);
        let contact = [
            ("contact_date", &*today),
            ("contact_type", "Phone"),
            ("summary", "the quiet words"),
            ("is_confidential", "on"),
        ];
        let any = [&contact[..], &[("client_id_name", "Granite Power")]].concat();
        let link = [("vendor_id", &*vendor), ("notes", "the quiet words"), ("is_confidential", "on")];
        world.contact(Role::Plain, client, 0, &[("summary", "open words")]).await;
        let id = world.number("SELECT contact_id FROM contact_log");
        for role in [Role::Plain, Role::Team] {
            for (path, fields) in [
                (format!("/clients/{client}/contact"), &contact[..]),
                ("/contacts/new".to_owned(), &any),
                (format!("/contacts/{id}/edit"), &contact),
                (format!("/clients/{client}/links/vendor"), &link),
                (format!("/vendors/{vendor}/links/client"), &[("client_id", &*client.to_string()), link[1], link[2]]),
            ] {
                let answer = world.post(role, &path, fields).await;
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
                assert!(answer.body.contains("no longer have the right"), "{path}");
                assert!(answer.body.contains("the quiet words"), "{path} forgets what was typed");
            }
        }
        assert_eq!(world.texts("SELECT summary FROM contact_log"), ["open words"]);
        assert_eq!(world.number("SELECT count(*) FROM client_vendor_relationships"), 0);
        world.post(Role::Confidential, &format!("/clients/{client}/contact"), &contact).await.location();
        assert_eq!(world.number("SELECT count(*) FROM contact_log WHERE is_confidential"), 1);
    })
    .await;
}

#[tokio::test]
async fn only_a_full_name_makes_a_colleague_of_a_new_account() {
    on_both(async |world| {
        let people = "SELECT count(*) FROM personnel";
        let before = world.number(people);
        let person_of = |name: &str| {
            world.number(&format!("SELECT coalesce(personnel_id, 0) FROM users WHERE username = '{name}'"))
        };
        let colleague = [("full_name", "bo"), ("personnel_type", "Internal"), ("is_active", "on")];
        let bo = world.record("people", &colleague).await;
        for name in ["ana", "bo"] {
            let output = run(world, &["user", "add", name, "--email", &format!("{name}@mpr.example")], "");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!((world.number(people), person_of("ana"), person_of("bo")), (before + 1, 0, bo));
        let named = ["user", "add", "cy", "--email", "cy@mpr.example", "--full-name", "Cy Marten"];
        assert!(run(world, &named, "").status.success());
        assert_eq!(world.number(people), before + 2);
        assert_eq!(world.texts("SELECT full_name FROM personnel ORDER BY personnel_id DESC LIMIT 1"), ["Cy Marten"]);
    })
    .await;
}

#[tokio::test]
async fn the_first_administrator_is_no_colleague() {
    on_both(async |world| {
        world.execute("DELETE FROM sessions; DELETE FROM users");
        let mut server = command(world, &["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let lines = BufReader::new(server.stdout.take().unwrap()).lines().map(|line| line.unwrap());
        let told: Vec<String> = lines.take_while(|line| !line.starts_with("listening on")).collect();
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(told.iter().any(|line| line.contains("user name admin, password ")), "{told:?}");
        assert_eq!(world.number("SELECT count(*) FROM users WHERE is_admin AND personnel_id IS NULL"), 1);
        assert_eq!(world.number("SELECT count(*) FROM personnel WHERE full_name = 'Administrator'"), 0);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_signed_in_elsewhere_sees_it_and_ends_it() {
    on_both(async |world| {
        let here = world.cookie(Role::Plain).unwrap();
        let elsewhere = cookie_of(&world.sign_in("plain", PASSWORD).await);
        let page = world.page(Role::Plain, "/profile").await;
        assert_eq!(page.matches("This one").count(), 1);
        let count = |page: &str| page.matches("Since ").count();
        assert!(count(&page) >= 2 && page.contains("everyone&#39;s rights"), "{page}");
        world.post(Role::Plain, "/profile/sessions", &[]).await.location();
        assert_eq!(count(&world.page(Role::Plain, "/profile").await), 1);
        let status = |cookie: String| async move {
            let request = world.request("GET", "/clients").header("cookie", cookie);
            world.send(request.body(Body::empty()).unwrap()).await.status
        };
        assert_eq!(status(here).await, StatusCode::OK);
        assert_eq!(status(elsewhere).await, StatusCode::SEE_OTHER);
        assert_eq!(world.page(Role::Team, "/profile").await.matches("Since ").count(), 1, "others stay signed in");
    })
    .await;
}
