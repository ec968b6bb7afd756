//! A Roundtable of its own for one test: a database, one account per role, requests like a browser's.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, sql_query};
use http_body_util::BodyExt;
use roundtable::access::Visit;
use roundtable::accounts::{AccountDraft, queries as accounts};
use roundtable::config::{Address, Config, Durability, Flags};
use roundtable::db::{Db, migrate, write_transaction};
use roundtable::sessions::Password;
use tempfile::TempDir;
use tower::ServiceExt;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Anonymous,
    ReadOnly,
    Plain,
    Confidential,
    Team,
    Admin,
}

impl Role {
    pub const ALL: [Self; 6] =
        [Self::Anonymous, Self::ReadOnly, Self::Plain, Self::Confidential, Self::Team, Self::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::ReadOnly => "readonly",
            Self::Plain => "plain",
            Self::Confidential => "confidential",
            Self::Team => "team",
            Self::Admin => "admin",
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
    cookies: Mutex<HashMap<Role, String>>,
    _folder: TempDir,
    drop_postgres: Option<(String, String)>,
}

/// Runs a test on SQLite, then on PostgreSQL.
pub async fn on_both(test: impl AsyncFn(&World)) {
    let world = World::sqlite();
    eprintln!("on SQLite");
    test(&world).await;
    drop(world);
    let world = World::postgres();
    eprintln!("on PostgreSQL");
    test(&world).await;
}

fn config(database: &str, folder: &TempDir) -> Config {
    let flags = Flags {
        database: Some(database.to_owned()),
        backups: Some(folder.path().join("backups")),
        connections: Some(2),
        durability: Some(Durability::Normal),
        ..Flags::default()
    };
    Config::load(flags).unwrap()
}

/// A new empty SQLite database.
pub fn empty_sqlite() -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&format!("sqlite:{}", folder.path().join("roundtable.db").display()), &folder);
    (folder, config)
}

/// A new empty database on PostgreSQL, which ends with the server of the tests.
pub fn empty_postgres() -> (TempDir, Config) {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&new_postgres(false).0, &folder);
    (folder, config)
}

fn server() -> String {
    std::env::var("ROUNDTABLE_TEST_POSTGRES").expect("run the tests through `make test`, or scripts/with-postgres")
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A new PostgreSQL database: empty, or a copy of the migrated template, which the first who needs it makes.
fn new_postgres(migrated: bool) -> (String, String) {
    let server = server();
    let base = server.rsplit_once('/').unwrap().0.to_owned();
    let mut admin = PgConnection::establish(&server).unwrap();
    admin.batch_execute("SELECT pg_advisory_lock(1)").unwrap();
    let name = format!("world_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let template = if migrated { "roundtable_template" } else { "template0" };
    if migrated && admin.batch_execute("CREATE DATABASE roundtable_template").is_ok() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&format!("{base}/roundtable_template"), &folder);
        migrate_all(&config);
    }
    admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
    (format!("{base}/{name}"), name)
}

fn migrate_all(config: &Config) -> Db {
    let mut db = config.database.connect(config.durability).unwrap();
    let steps = migrate::known(&db);
    migrate::apply(&mut db, config, &steps, chrono::Utc::now().naive_utc()).unwrap();
    db
}

impl World {
    pub fn sqlite() -> Self {
        let (folder, config) = empty_sqlite();
        Self::with_people(folder, config, None)
    }

    pub fn postgres() -> Self {
        Self::on_postgres(true)
    }

    fn on_postgres(migrated: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, name) = new_postgres(migrated);
        let config = config(&url, &folder);
        Self::with_people(folder, config, Some((server(), name)))
    }

    fn with_people(folder: TempDir, config: Config, drop_postgres: Option<(String, String)>) -> Self {
        let mut db = migrate_all(&config);
        let hash = Password::typed(PASSWORD).hash().unwrap();
        let visit = config.command_line_visit();
        write_transaction(&mut db, |db| {
            for role in Role::ALL.into_iter().filter(|role| *role != Role::Anonymous) {
                let draft = AccountDraft {
                    username: role.name().into(),
                    email: format!("{}@mpr.example", role.name()),
                    full_name: format!("The {} person", role.name()),
                    has_confidential_access: role == Role::Confidential,
                    is_ned_team: role == Role::Team,
                    is_admin: role == Role::Admin,
                    is_read_only: role == Role::ReadOnly,
                    ..AccountDraft::nobody()
                };
                accounts::insert(db, &visit, &draft, &hash)?;
            }
            Ok(())
        })
        .unwrap();
        let router = roundtable::app(config.clone());
        Self { router, config, cookies: Mutex::default(), _folder: folder, drop_postgres }
    }

    pub fn db(&self) -> Db {
        self.config.database.connect(self.config.durability).unwrap()
    }

    /// Serves the same database from another address, for what stands between the two.
    pub fn serve_from(&mut self, database: Address) {
        self.router = roundtable::app(Config { database, ..self.config.clone() });
    }

    pub fn visit(&self) -> Visit {
        self.config.command_line_visit()
    }

    /// Runs a statement on the database, for planting what no form would let in.
    pub fn execute(&self, statement: &str) {
        self.try_execute(statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
    }

    /// Tries a statement that the database may refuse.
    pub fn try_execute(&self, statement: &str) -> QueryResult<()> {
        self.db().batch_execute(statement)
    }

    /// The texts of a query's one column.
    pub fn texts(&self, query: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let query = sql_query(query.replacen(" FROM ", " AS text FROM ", 1));
        let rows: Vec<Row> = match self.db() {
            Db::Sqlite(mut db) => query.load(&mut db),
            Db::Postgres(mut db) => query.load(&mut db),
        }
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
        match self.db() {
            Db::Sqlite(mut db) => query.get_result::<Row>(&mut db),
            Db::Postgres(mut db) => query.get_result::<Row>(&mut db),
        }
        .unwrap()
        .number
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
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header(header::HOST, "roundtable.test")
    }

    /// The cookie of a role, signed in through the form.
    pub async fn cookie(&self, role: Role) -> Option<String> {
        if role == Role::Anonymous {
            return None;
        }
        if let Some(cookie) = self.cookies.lock().unwrap().get(&role) {
            return Some(cookie.clone());
        }
        let answer = self.sign_in(role.name(), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        self.cookies.lock().unwrap().insert(role, cookie.clone());
        Some(cookie)
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Answer {
        let form = [("username", username), ("password", password)];
        self.send(self.form_request("/sign-in", None, &form)).await
    }

    fn form_request(&self, path: &str, cookie: Option<String>, fields: &[(&str, &str)]) -> Request<Body> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self
            .request("POST", path)
            .header(header::ORIGIN, "http://roundtable.test")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        request.body(Body::from(body)).unwrap()
    }

    pub async fn get(&self, role: Role, path: &str) -> Answer {
        let mut request = self.request("GET", path);
        if let Some(cookie) = self.cookie(role).await {
            request = request.header(header::COOKIE, cookie);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// The body of a page that must be there.
    pub async fn page(&self, role: Role, path: &str) -> String {
        let answer = self.get(role, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    pub async fn post(&self, role: Role, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie(role).await;
        self.send(self.form_request(path, cookie, fields)).await
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
        if let Some((server, name)) = &self.drop_postgres
            && let Ok(mut admin) = PgConnection::establish(server)
        {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
