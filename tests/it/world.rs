//! A Roundtable of its own for one test: a database, one account per role, requests like a browser's.

mod counted;
mod template;
mod touched;
mod upload;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use chrono::{Days, NaiveDate, NaiveDateTime};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, sql_query};
use http_body_util::BodyExt;
use roundtable::access::Visit;
use roundtable::clock::Clock;
use roundtable::config::{Address, Config, Durability, Flags};
use roundtable::db::Db;
use roundtable::tokens::Scope;
use roundtable::web::AskedFor;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::tokens::token_of;
pub use upload::{multipart, pdf};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Anonymous,
    ReadOnly,
    Plain,
    Confidential,
    Team,
    Admin,
    ReadOnlyTeam,
    ReadOnlyAdmin,
}

impl Role {
    pub const SIGNED_IN: [Self; 7] = [
        Self::ReadOnly,
        Self::Plain,
        Self::Confidential,
        Self::Team,
        Self::Admin,
        Self::ReadOnlyTeam,
        Self::ReadOnlyAdmin,
    ];

    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Anonymous).chain(Self::SIGNED_IN)
    }

    pub fn is_read_only(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ReadOnlyTeam | Self::ReadOnlyAdmin)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::ReadOnly => "readonly",
            Self::Plain => "plain",
            Self::Confidential => "confidential",
            Self::Team => "team",
            Self::Admin => "admin",
            Self::ReadOnlyTeam => "readonly_team",
            Self::ReadOnlyAdmin => "readonly_admin",
        }
    }
}

pub const PASSWORD: &str = "a password for tests";

/// One answer of the server.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Where a 303 leads.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// The number at the end of where a 303 leads.
    pub fn new_id(&self) -> i64 {
        self.location().rsplit('/').next().unwrap().parse().unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Headers and body as one text, for looking for words.
    pub fn everything(&self) -> String {
        format!("{:?}\n{}", self.headers, self.body)
    }
}

pub struct World {
    router: Router,
    pub config: Config,
    cookies: HashMap<String, String>,
    /// With which each role asks where programs do, once they were made.
    tokens: Mutex<HashMap<Role, String>>,
    /// By which tests look into the database: opening one for each question takes longer than the question.
    looking: Mutex<Option<Db>>,
    _folder: TempDir,
    drop_postgres: Option<(String, String)>,
}

/// Runs a test on SQLite, then on PostgreSQL.
pub async fn on_both(test: impl AsyncFn(&World)) {
    on_both_with(&Flags::default(), test).await;
}

/// The same under other settings.
pub async fn on_both_with(flags: &Flags, test: impl AsyncFn(&World)) {
    let world = World::sqlite_with(flags);
    eprintln!("on SQLite");
    test(&world).await;
    drop(world);
    let world = World::postgres_with(flags);
    eprintln!("on PostgreSQL");
    test(&world).await;
}

/// Makes two tests of one claim, side by side: `claim::sqlite` and `claim::postgres`.
macro_rules! on_each {
    ($(async fn $claim:ident($world:ident: &World) $body:block)+) => { $(
        mod $claim {
            use super::*;

            async fn hold($world: &World) $body

            #[tokio::test]
            async fn sqlite() {
                hold(&World::sqlite()).await;
            }

            #[tokio::test]
            async fn postgres() {
                hold(&World::postgres()).await;
            }
        }
    )+ };
}
pub(crate) use on_each;

/// The moment at which every world begins, in UTC.
pub fn beginning() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 16).unwrap().and_hms_opt(12, 0, 0).unwrap()
}

fn settings(database: &str, folder: &Path, flags: Flags) -> Config {
    let flags = Flags {
        database: Some(database.to_owned()),
        backups: Some(folder.join("backups")),
        files: Some(flags.files.clone().unwrap_or_else(|| folder.join("files"))),
        connections: Some(2),
        durability: Some(Durability::Normal),
        ..flags
    };
    Config { clock: Clock::set_by_hand(beginning()), ..Config::load(flags).unwrap() }
}

/// A new empty SQLite database.
pub fn empty_sqlite() -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let config =
        settings(&format!("sqlite:{}", folder.path().join("roundtable.db").display()), folder.path(), Flags::default());
    (folder, config)
}

/// A new empty database on PostgreSQL, which ends with the server of the tests.
pub fn empty_postgres() -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let config = settings(&template::new_postgres("template0").unwrap().0, folder.path(), Flags::default());
    (folder, config)
}

/// Sends a request as it is.
async fn oneshot(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let bytes = if is_stream { beginning_of(body).await } else { body.collect().await.unwrap().to_bytes() };
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, body, bytes: bytes.into() }
}

/// What a stream tells before it falls silent; it would go on for ever.
async fn beginning_of(mut body: Body) -> Bytes {
    let mut told = Vec::new();
    while let Ok(Some(Ok(frame))) = tokio::time::timeout(Duration::from_millis(400), body.frame()).await {
        told.extend_from_slice(frame.data_ref().map(Bytes::as_ref).unwrap_or_default());
    }
    told.into()
}

/// A form as a browser sends it.
fn form_request(
    method: &Method,
    path: &str,
    known: Option<(HeaderName, String)>,
    fields: &[(&str, &str)],
) -> Request<Body> {
    let form = || form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes();
    let file = fields.iter().find(|(name, _)| *name == "file");
    let (kind, body) = match file {
        _ if path.starts_with("/api/v1/") => ("application/json".to_owned(), as_json(fields).into_bytes()),
        Some((_, name)) => multipart(&[], &[(name, &pdf(name))]),
        None => ("application/x-www-form-urlencoded".to_owned(), form()),
    };
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "roundtable.test")
        .header(header::ORIGIN, "http://roundtable.test")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, kind);
    if let Some((name, value)) = known {
        request = request.header(name, value);
    }
    request.body(Body::from(body)).unwrap()
}

/// Fields as a program sends them: numbers, ticks and lists as such.
pub fn as_json(fields: &[(&str, &str)]) -> String {
    let value = |text: &str| match text {
        "on" => true.into(),
        text => serde_json::from_str(text)
            .ok()
            .filter(|value: &serde_json::Value| value.is_number() || value.is_array())
            .unwrap_or_else(|| text.into()),
    };
    let object: serde_json::Map<_, _> = fields.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect();
    serde_json::Value::Object(object).to_string()
}

/// The cookie that a sign-in gave.
pub fn cookie_of(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    first_part(&answer.headers[header::SET_COOKIE])
}

/// A cookie as it is sent back, without what the browser is told about it.
fn first_part(header: &HeaderValue) -> String {
    header.to_str().unwrap().split(';').next().unwrap().to_owned()
}

impl World {
    pub fn sqlite() -> Self {
        Self::sqlite_with(&Flags::default())
    }

    pub fn postgres() -> Self {
        Self::postgres_with(&Flags::default())
    }

    pub fn sqlite_with(flags: &Flags) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roundtable.db");
        template::copy_sqlite(&file);
        Self::over(&format!("sqlite:{}", file.display()), folder, flags, None)
    }

    pub fn postgres_with(flags: &Flags) -> Self {
        let (url, name) = template::copy_postgres();
        Self::over(&url, tempfile::tempdir().unwrap(), flags, Some((template::postgres_server(), name)))
    }

    fn over(database: &str, folder: TempDir, flags: &Flags, drop_postgres: Option<(String, String)>) -> Self {
        let config = settings(database, folder.path(), flags.clone());
        let router = roundtable::app(config.clone());
        let (cookies, tokens, looking) = (HashMap::new(), Mutex::default(), Mutex::default());
        let mut world = Self { router, config, cookies, tokens, looking, _folder: folder, drop_postgres };
        let signed_in = world.texts("SELECT username || ' ' || cookie FROM world_cookies");
        let signed_in = signed_in.iter().filter_map(|line| line.split_once(' '));
        world.cookies = signed_in.map(|(name, cookie)| (name.to_owned(), cookie.to_owned())).collect();
        world
    }

    /// Sets the clock of the server, in UTC.
    pub fn set_clock(&self, moment: NaiveDateTime) {
        self.config.clock.set(moment);
    }

    /// Has nobody's session end for weeks, for what takes days.
    pub fn keep_sessions(&self) {
        self.execute("UPDATE sessions SET created_date = '2026-12-01 00:00:00', expires_date = '2027-01-01 00:00:00'");
    }

    pub fn db(&self) -> Db {
        self.config.database.connect(self.config.durability).unwrap()
    }

    /// Does something by the connection that is kept for looking, anew where the last use broke off.
    fn look<T>(&self, work: impl FnOnce(&mut Db) -> T) -> T {
        let mut looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let mut db = looking.take().unwrap_or_else(|| self.db());
        let found = work(&mut db);
        *looking = Some(db);
        found
    }

    /// What a server in front of it serves.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Another process that serves the same database; it must not outlive the first.
    pub fn beside(world: &Self) -> Self {
        Self {
            router: roundtable::app(world.config.clone()),
            config: world.config.clone(),
            cookies: world.cookies.clone(),
            tokens: Mutex::default(),
            looking: Mutex::default(),
            _folder: tempfile::tempdir().unwrap(),
            drop_postgres: None,
        }
    }

    /// Serves the same database from another address, for what stands between the two.
    pub fn serve_from(&mut self, database: Address) {
        self.router = roundtable::app(Config { database, ..self.config.clone() });
    }

    pub fn visit(&self) -> Visit {
        self.config.command_line_visit()
    }

    /// Runs a statement on the database, for planting what no form would let in; what it touches needs no audit.
    pub fn execute(&self, statement: &str) {
        self.try_execute(statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
    }

    /// Tries a statement that the database may refuse; what it touches needs no audit either.
    pub fn try_execute(&self, statement: &str) -> QueryResult<()> {
        let noted = self.number("SELECT COALESCE(max(touch_id), 0) FROM world_touched");
        let tried = self.look(|db| {
            db.batch_execute(statement)?;
            db.batch_execute(&format!("DELETE FROM world_touched WHERE touch_id > {noted}"))
        });
        if tried.is_err() {
            // It may stand within a transaction.
            *self.looking.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        tried
    }

    /// The texts of a query's one column.
    pub fn texts(&self, query: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let query = sql_query(query.replacen(" FROM ", " AS text FROM ", 1));
        let rows: Vec<Row> = self
            .look(|db| match db {
                Db::Sqlite(db) => query.load(db),
                Db::Postgres(db) => query.load(db),
            })
            .unwrap();
        rows.into_iter().map(|row| row.text).collect()
    }

    /// The first number that a query gives.
    pub fn number(&self, query: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let query = sql_query(format!("SELECT CAST(({query}) AS BIGINT) AS number"));
        let row = self.look(|db| match db {
            Db::Sqlite(db) => query.get_result::<Row>(db),
            Db::Postgres(db) => query.get_result::<Row>(db),
        });
        row.unwrap().number
    }

    pub fn today(&self) -> NaiveDate {
        self.config.today()
    }

    pub fn days_ago(&self, days: u64) -> String {
        (self.today() - Days::new(days)).to_string()
    }

    pub fn days_ahead(&self, days: u64) -> String {
        (self.today() + Days::new(days)).to_string()
    }

    /// The id of a role's own person.
    pub fn person(&self, role: Role) -> i64 {
        let name = role.name();
        self.number(&format!("SELECT personnel_id FROM users WHERE username = '{name}'"))
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        oneshot(&self.router, request).await
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::HOST, "roundtable.test")
    }

    /// The cookie of a role.
    pub fn cookie(&self, role: Role) -> Option<String> {
        self.cookies.get(role.name()).cloned()
    }

    /// Gives each role a token, with which it asks from now on where programs do.
    pub fn give_tokens(&self) {
        let made = Role::SIGNED_IN.map(|role| (role, token_of(self, role, Scope::Write)));
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = made.into();
    }

    /// The token of a role, once it has one.
    pub fn token(&self, role: Role) -> Option<String> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&role).cloned()
    }

    /// By what a role is known where it asks.
    fn credential(&self, role: Role, path: &str) -> Option<(HeaderName, String)> {
        let is_for_programs = path.starts_with("/api/v1/") || path.starts_with("/clients/api/");
        match self.token(role).filter(|_| is_for_programs) {
            Some(token) => Some((header::AUTHORIZATION, format!("Bearer {token}"))),
            None => Some((header::COOKIE, self.cookie(role)?)),
        }
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Answer {
        let form = [("username", username), ("password", password)];
        self.send(form_request(&Method::POST, "/sign-in", None, &form)).await
    }

    pub async fn get(&self, role: Role, path: &str) -> Answer {
        self.get_noting(role, path).await.0
    }

    /// An answer, and the names of the parameters that were looked for to make it.
    pub async fn get_noting(&self, role: Role, path: &str) -> (Answer, BTreeSet<String>) {
        let asked_for = AskedFor::default();
        let mut request = self.request("GET", path).extension(asked_for.clone());
        if let Some((name, value)) = self.credential(role, path) {
            request = request.header(name, value);
        }
        (self.send(request.body(Body::empty()).unwrap()).await, asked_for.names())
    }

    /// The body of a page that must be there.
    pub async fn page(&self, role: Role, path: &str) -> String {
        let answer = self.get(role, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    pub async fn post(&self, role: Role, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(&Method::POST, role, path, fields).await
    }

    /// Sends a form by a method.
    pub async fn ask(&self, method: &Method, role: Role, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(form_request(method, path, self.credential(role, path), fields)).await
    }

    /// Sends a JSON object by a method, with another header.
    pub async fn tell(
        &self,
        method: Method,
        role: Role,
        path: &str,
        object: &serde_json::Value,
        header: Option<(HeaderName, &str)>,
    ) -> Answer {
        let mut request = form_request(&method, path, self.credential(role, path), &[]);
        if let Some((name, value)) = header {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        *request.body_mut() = Body::from(object.to_string());
        self.send(request).await
    }

    /// Puts a form in the place of what was there, as one that knew what a header says.
    pub async fn put(
        &self,
        role: Role,
        path: &str,
        fields: &[(&str, &str)],
        known: Option<(HeaderName, &str)>,
    ) -> Answer {
        let mut request = form_request(&Method::PUT, path, self.credential(role, path), fields);
        if let Some((name, value)) = known {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        self.send(request).await
    }

    /// Adds a client through its form.
    pub async fn client(&self, name: &str) -> i64 {
        self.post(Role::Plain, "/clients/new", &[("client_name", name)]).await.new_id()
    }

    /// Adds a record through its form.
    pub async fn record(&self, path: &str, fields: &[(&str, &str)]) -> i64 {
        self.post(Role::Plain, &format!("/{path}/new"), fields).await.new_id()
    }

    /// Logs a contact that many days ago.
    pub async fn contact(&self, role: Role, client: i64, days_ago: u64, more: &[(&str, &str)]) {
        let date = self.days_ago(days_ago);
        let mut fields = vec![("contact_date", date.as_str()), ("contact_type", "Phone")];
        fields.extend(more);
        let answer = self.post(role, &format!("/clients/{client}/contact"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.router = Router::new();
        let is_failing = std::thread::panicking();
        let unaudited = if is_failing { Vec::new() } else { touched::unaudited(self) };
        let miscounted = if is_failing { Vec::new() } else { counted::miscounted(self) };
        if let Some((server, name)) = &self.drop_postgres
            && let Ok(mut admin) = PgConnection::establish(server)
        {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
        assert!(miscounted.is_empty(), "counters that are wrong: {miscounted:?}");
        assert!(unaudited.is_empty(), "touched without a row in the audit log: {unaudited:?}");
    }
}
