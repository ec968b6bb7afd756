//! The way of a request: who asks, one hop to the database thread, one transaction, the answer.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::{Position, Url};

use super::cookies::{Flash, WayBack};
use super::idempotency::Repeatable;
use super::watching::Watcher;
use super::{App, Page, bearer, cookies};
use crate::access::{Audience, Change, Viewer, Visit, Way};
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::{ChangeId, TokenId};
use crate::jobs::webhook_queries;
use crate::live;
use crate::sessions::SessionKey;
use crate::sessions::queries::{self as sessions, Found, Renewal};
use crate::tokens::Token;
use crate::tokens::queries as tokens;

/// A request before it is known who asks.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) app: App,
    key: Option<SessionKey>,
    token: Option<Token>,
    audience: Audience,
    way: Way,
    repeatable: Option<Repeatable>,
    path: String,
    flash: Option<Flash>,
    remote_address: String,
}

impl Asked {
    fn new(parts: &Parts, app: &App) -> Result<Self> {
        let audience = parts.extensions.get::<Audience>().copied();
        let token = parts.extensions.get::<Token>().cloned();
        let path = parts.uri.path();
        let is_assistant = bearer::is_for_assistants(path);
        let way = match token.is_some() || path.starts_with("/api/v1/") {
            _ if is_assistant => Way::Assistant,
            true => Way::Api,
            false => Way::Page,
        };
        Ok(Self {
            app: app.clone(),
            // An assistant asks by a token, and by nothing else.
            key: cookies::session_key(&parts.headers, &app.config()).filter(|_| !is_assistant),
            token,
            way,
            repeatable: parts.extensions.get().cloned(),
            audience: audience.ok_or_else(|| Error::Internal("a route without an audience".into()))?,
            path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            flash: cookies::flash(&parts.headers),
            remote_address: remote_address(&parts.headers, &parts.extensions, &app.config()),
        })
    }

    /// What an assistant on this machine asks with a token.
    pub(super) fn of_assistant(app: App, token: Token) -> Self {
        Self {
            app,
            key: None,
            token: Some(token),
            way: Way::Assistant,
            repeatable: None,
            audience: Audience::SignedIn,
            path: bearer::ASSISTANTS.into(),
            flash: None,
            remote_address: String::new(),
        }
    }

    /// The same for what is open to these people.
    pub(super) fn open_to(&self, audience: Audience) -> Self {
        Self { audience, ..self.clone() }
    }

    /// Refuses who brings neither a session nor a token, before anything is looked up.
    fn identified(self) -> Result<Self> {
        if self.key.is_none() && self.token.is_none() { Err(Error::SignedOut) } else { Ok(self) }
    }

    fn session(&self) -> Result<SessionKey> {
        self.key.clone().ok_or(Error::SignedOut)
    }

    /// The person with the rights they have now, if the route is open to them, and the settings that are in force.
    fn visit(&self, db: &mut Db) -> Result<Entered> {
        let known = self.app.config();
        let now = known.clock.now();
        let (viewer, renewal, firm, token) = match &self.token {
            Some(token) => {
                let found = tokens::viewer(db, token, now)?.ok_or(Error::SignedOut)?;
                (found.viewer, None, found.firm, Some((found.token_id, found.name)))
            }
            None => {
                let key = self.key.as_ref().ok_or(Error::SignedOut)?;
                let Found { viewer, renewal, firm } =
                    sessions::viewer(db, key, &known, now)?.ok_or(Error::SignedOut)?;
                (viewer, renewal, firm, None)
            }
        };
        let (token, way_name) = token.unzip();
        let config = self.app.settings.at(db, firm)?;
        if !self.audience.admits(&viewer) {
            let path = self.path.split('?').next().unwrap_or_default();
            let (user, from) = (viewer.username.as_str(), self.remote_address.as_str());
            tracing::warn!(user, from, path, "refused, the account lacks the right");
            return Err(Error::Forbidden);
        }
        let visit = Visit {
            viewer,
            now,
            today: config.day_of(now),
            remote_address: self.remote_address.clone(),
            way: self.way,
            way_name,
            change: Change::begin(),
        };
        Ok(Entered { visit, config, renewal, token })
    }

    /// Runs `work` as the person who asks.
    pub(super) fn run<T>(&self, db: &mut Db, work: impl FnOnce(&mut Db, &Page) -> Result<T>) -> Result<T> {
        let entered = self.visit(db)?;
        work(db, &self.page(entered))
    }

    fn page(&self, entered: Entered) -> Page {
        Page::new(entered.config, entered.visit, self.path.clone(), self.flash.clone())
    }
}

/// Who asks, once they are known, and the settings in force.
struct Entered {
    visit: Visit,
    config: Arc<Config>,
    renewal: Option<Renewal>,
    token: Option<TokenId>,
}

/// Where a request comes from. A proxy that the settings trust tells it in `X-Forwarded-For`, to which each proxy adds
/// at the end; what stands before the last untrusted address, anyone may have written.
pub(super) fn remote_address(headers: &HeaderMap, extensions: &Extensions, config: &Config) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let is_trusted = |address: &IpAddr| config.trusted_proxies.contains(&address.to_canonical());
    let forwarded = || {
        let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let all: Vec<Option<IpAddr>> =
            lines.flat_map(|line| line.split(',')).map(|one| address_in(one.trim())).collect();
        // Whoever writes no address is not believed, and neither is what stands before it.
        all.into_iter().rev().find(|address| address.is_none_or(|address| !is_trusted(&address))).flatten()
    };
    let address = peer.filter(is_trusted).and_then(|_| forwarded()).or(peer);
    address.map(|address| address.to_canonical().to_string()).unwrap_or_default()
}

/// An address with or without a port.
fn address_in(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// Who holds the key, for words that belong to no route; `None` when nobody does.
pub(super) async fn viewer_of(app: &App, key: SessionKey) -> Result<Option<Viewer>> {
    let config = app.config();
    let found = app.database.read(move |db| sessions::viewer(db, &key, &config, config.clock.now())).await?;
    Ok(found.map(|found| found.viewer))
}

/// Reads for a person who is signed in: person, rights and records in one hop and one transaction.
pub struct Reader(Asked);

impl FromRequestParts<App> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        Ok(Self(Asked::new(parts, app)?.identified()?))
    }
}

impl Reader {
    /// The key of the session.
    pub fn session(&self) -> Result<SessionKey> {
        self.0.session()
    }

    /// The settings and the database, for what has to be known before the transaction begins.
    pub fn app(&self) -> App {
        self.0.app.clone()
    }

    /// Whether the route is open to the person who asks: for what is done for them before the transaction begins.
    pub async fn admitted(&self) -> Result<()> {
        let asked = self.0.clone();
        self.0.app.database.read(move |db| asked.visit(db).map(drop)).await
    }

    /// Looks again and again for the person who asks.
    pub fn watcher(self) -> Watcher {
        Watcher(Arc::new(self.0))
    }

    /// Runs `work` as the person who asks and answers with what it makes.
    pub async fn page(
        self,
        work: impl FnOnce(&mut Db, &Page) -> Result<Response> + Send + 'static,
    ) -> Result<Response> {
        let asked = self.0;
        let database = asked.app.database.clone();
        let flash_shown = asked.flash.is_some();
        let (mut response, renewal) = database
            .read(move |db| {
                let mut entered = asked.visit(db)?;
                let renewal = entered.renewal.take();
                Ok((work(db, &asked.page(entered))?, renewal))
            })
            .await?;
        if let Some(renewal) = renewal {
            // The page is there; a session that could not be renewed now is renewed with the next one.
            if let Err(error) = database.write_if_free(move |db| renewal.carry_out(db)).await {
                tracing::warn!(cause = %error, "a session was not renewed");
            }
        }
        if flash_shown && response.status() == StatusCode::OK {
            response.headers_mut().append(header::SET_COOKIE, cookies::clear_flash());
        }
        Ok(response)
    }
}

/// Writes for a person who is signed in and may: known before the body of the request is read, and again in the
/// transaction that writes, since rights can end in between.
pub struct Writer {
    asked: Asked,
    viewer: Viewer,
}

impl FromRequestParts<App> for Writer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let asked = Asked::new(parts, app)?.identified()?;
        let look = move |db: &mut Db| asked.visit(db).map(|entered| (asked, entered.visit.viewer));
        let (asked, viewer) = app.database.read(look).await?;
        Ok(Self { asked, viewer })
    }
}

/// Has those who wait for it hear of what a visit did. Last, since the lock that it takes is the one for which others
/// wait.
pub fn tell(db: &mut Db, visit: &Visit) -> Result<()> {
    live::queries::note_clients(db, visit)?;
    webhook_queries::note(db, visit)
}

impl Writer {
    /// Runs `work` in one write transaction and answers with what it makes; it may run again (`Database::write`). A
    /// message of what can be taken back offers that.
    pub async fn write(self, work: impl Fn(&mut Db, &Page) -> Result<Response> + Send + 'static) -> Result<Response> {
        let asked = self.asked;
        let (database, live) = (asked.app.database.clone(), asked.app.live.clone());
        let (response, has_news) = database
            .write_patiently(move |db| {
                let entered = asked.visit(db)?;
                let token = entered.token;
                let page = asked.page(entered);
                let repeatable = asked.repeatable.as_ref();
                let answered = repeatable.map(|one| one.answered(db, &page.visit, token)).transpose()?;
                if let Some(response) = answered.flatten() {
                    return Ok((response, false));
                }
                let mut response = work(db, &page)?;
                if let Some(repeatable) = repeatable {
                    response = repeatable.keep(db, &page.visit, token, response)?;
                }
                tell(db, &page.visit)?;
                let change = &page.visit.change;
                let other = response.extensions_mut().remove().map(|Offered(id)| id);
                let offered = other.or_else(|| change.can_be_undone().then_some(change.id));
                if let (Some(Said(message)), Some(id)) = (response.extensions_mut().remove(), offered) {
                    cookies::offer_undo(response.headers_mut(), &message, id);
                }
                Ok((response, change.has_news()))
            })
            .await?;
        if has_news {
            live.wake();
        }
        Ok(response)
    }

    /// The key of the session.
    pub fn session(&self) -> Result<SessionKey> {
        self.asked.session()
    }

    /// Who writes, before the transaction begins.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The address they come from.
    pub fn remote_address(&self) -> &str {
        &self.asked.remote_address
    }

    /// The settings and the database, for what has to be done before the transaction begins.
    pub fn app(&self) -> App {
        self.asked.app.clone()
    }
}

/// A visitor of a public page, signed in or not.
pub struct Guest {
    /// The settings and the database.
    pub app: App,
    /// The key of a session, if they bring one.
    pub key: Option<SessionKey>,
    /// The message that a redirect left; the page that shows it takes the cookie away.
    pub flash: Option<String>,
    /// The address they come from.
    pub remote_address: String,
    /// Where signing in leads them back to, if anything was in the way.
    pub way_back: Option<WayBack>,
}

impl FromRequestParts<App> for Guest {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Asked { app, key, flash, remote_address, .. } = Asked::new(parts, app)?;
        let flash = flash.map(|flash| flash.message);
        Ok(Self { app, key, flash, remote_address, way_back: WayBack::of(&parts.headers) })
    }
}

impl Guest {
    /// The page, which shows the message once.
    pub fn html(&self, status: StatusCode, template: &impl Template) -> Result<Response> {
        let mut response = html(status, template)?;
        if self.flash.is_some() {
            response.headers_mut().append(header::SET_COOKIE, cookies::clear_flash());
        }
        Ok(response)
    }

    /// The settings in force.
    pub fn config(&self) -> Arc<Config> {
        self.app.config()
    }
}

/// A value from the path; one that cannot be an id is a record that does not exist.
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Id<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Path(value) = Path::<T>::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        Ok(Self(value))
    }
}

/// Path and query of the page from which a form was sent, if the browser tells; never the address of another site.
pub fn sent_from(headers: &HeaderMap) -> Option<String> {
    let page = headers.get(header::REFERER)?.to_str().ok()?.parse::<Url>().ok()?;
    let address = &page[Position::BeforePath..Position::AfterQuery];
    (address.starts_with('/') && !address.starts_with("//")).then(|| address.to_owned())
}

/// Scheme and host by which browsers reach this server: as it is set, or as this one was told.
pub fn origin(config: &Config, headers: &HeaderMap) -> String {
    match &config.public_origin {
        Some(origin) => origin.ascii_serialization(),
        None => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
            format!("http://{host}")
        }
    }
}

/// A rendered page.
pub fn html(status: StatusCode, template: &impl Template) -> Result<Response> {
    Ok((status, Html(template.render()?)).into_response())
}

/// A JSON answer.
pub fn json(value: &impl Serialize) -> Result<Response> {
    let text = serde_json::to_vec(value).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response())
}

/// The message of an answer, which may offer to take back what was done.
#[derive(Clone)]
struct Said(String);

/// The change that an answer offers to take back, where that is not the one of the visit.
#[derive(Clone)]
struct Offered(ChangeId);

/// Has the message of an answer offer to take back a change that was made beside one that stays.
pub fn offering(mut response: Response, change: ChangeId) -> Response {
    response.extensions_mut().insert(Offered(change));
    response
}

/// 303 to `address`, where the message is shown once.
pub fn redirect(address: &str, message: &str) -> Result<Response> {
    let location = HeaderValue::from_str(address).map_err(|error| Error::Internal(error.to_string()))?;
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
    if !message.is_empty() {
        response.headers_mut().append(header::SET_COOKIE, cookies::set_flash(message));
        response.extensions_mut().insert(Said(message.to_owned()));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Flags;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_added() {
        let told = |peer: &str, proxies: &[&str]| {
            let trusted = proxies.iter().map(|one| one.parse().unwrap()).collect();
            let config = Config::load(Flags { trusted_proxies: Some(trusted), ..Flags::default() }).unwrap();
            let request = axum::http::Request::builder().header("x-forwarded-for", "1.1.1.1, 203.0.113.9, 10.0.0.2");
            let (mut parts, ()) = request.body(()).unwrap().into_parts();
            parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 9)));
            remote_address(&parts.headers, &parts.extensions, &config)
        };
        assert_eq!(told("198.51.100.7", &["10.0.0.1"]), "198.51.100.7");
        assert_eq!(told("10.0.0.1", &["10.0.0.1"]), "10.0.0.2");
        assert_eq!(address_in("203.0.113.9:51234"), address_in("203.0.113.9"));
        assert_eq!(address_in("unknown"), None);
        assert_eq!(told("::ffff:10.0.0.1", &["10.0.0.1", "10.0.0.2"]), "203.0.113.9");
    }
}
