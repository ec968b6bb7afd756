//! The cookies: the key of a session, the message that is shown once after a redirect, the way back after signing in.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Config;
use crate::ids::ChangeId;
use crate::sessions::SessionKey;

/// The key in the cookies of a request.
pub fn session_key(headers: &HeaderMap, config: &Config) -> Option<SessionKey> {
    cookie(headers, session_name(config)).map(SessionKey::from_cookie)
}

/// The header that hands a key to the browser.
pub fn set_session(key: &SessionKey, config: &Config) -> HeaderValue {
    let attributes = attributes(config);
    header_value(format!("{}={}; {attributes}", session_name(config), key.for_cookie()))
}

/// The header that takes the key back.
pub fn clear_session(config: &Config) -> HeaderValue {
    let attributes = attributes(config);
    header_value(format!("{}=; Max-Age=0; {attributes}", session_name(config)))
}

const FLASH: &str = "roundtable_flash";

/// What a change leaves for the next page: its message, and the change if it can be taken back. Who may do that is
/// looked up when it is asked for: the id says nothing, and a cookie may be anyone's work.
#[derive(Clone, Debug)]
pub struct Flash {
    /// The message.
    pub message: String,
    /// The change that can be taken back.
    pub undo: Option<ChangeId>,
}

/// What a redirect left for the next page; not for one that is fetched before anyone asked for it.
pub fn flash(headers: &HeaderMap) -> Option<Flash> {
    if headers.get("sec-purpose").is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch")) {
        return None;
    }
    let kept = cookie(headers, FLASH)?;
    let (message, change) = kept.split_once('.').unwrap_or((kept, ""));
    let message = String::from_utf8(hex::decode(message).ok()?).ok().filter(|message| !message.is_empty())?;
    Some(Flash { message, undo: change.parse().ok().map(ChangeId) })
}

/// The header that leaves a message for the next page.
pub fn set_flash(message: &str) -> HeaderValue {
    flash_header(hex::encode(message))
}

/// Offers to take back the change of which the answer speaks.
pub fn offer_undo(headers: &mut HeaderMap, message: &str, change: ChangeId) {
    let all: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for value in all.into_iter().filter(|value| !value.as_bytes().starts_with(FLASH.as_bytes())) {
        headers.append(header::SET_COOKIE, value);
    }
    headers.append(header::SET_COOKIE, flash_header(format!("{}.{change}", hex::encode(message))));
}

fn flash_header(value: String) -> HeaderValue {
    header_value(format!("{FLASH}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"))
}

/// The header that removes a message once it is shown.
pub fn clear_flash() -> HeaderValue {
    HeaderValue::from_static("roundtable_flash=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

const BACK: &str = "roundtable_back";

/// Where signing in leads back to, kept by the browser until then: an address in a link could lead anywhere (CWE-601).
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct WayBack {
    /// Path and query of a page.
    pub address: String,
    /// What was in the way.
    pub ended: Ended,
}

/// Why someone has to sign in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Ended {
    /// There was no session.
    #[default]
    Nothing,
    /// The session had ended when a page was asked for.
    Session,
    /// The session had ended when a form was sent, whose words the browser keeps.
    SessionBeforeSave,
}

impl WayBack {
    /// What a browser brings along, if it does.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let bytes = hex::decode(cookie(headers, BACK)?).unwrap_or_default();
        let way: Self = serde_json::from_slice(&bytes).unwrap_or_default();
        // A path of this site; browsers leave out tabs and line ends, and take a backslash for a slash.
        let is_path = way.address.starts_with('/') && !way.address.starts_with("//") && !way.address.contains('\\');
        let is_own = is_path && way.address.bytes().all(|byte| byte.is_ascii_graphic());
        Some(Self { address: if is_own { way.address } else { "/".into() }, ..way })
    }
}

/// The header that keeps the way back for ten minutes.
pub fn set_way_back(way: &WayBack) -> HeaderValue {
    let text = serde_json::to_vec(way).unwrap_or_default();
    header_value(format!("{BACK}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600", hex::encode(text)))
}

/// The header that forgets the way back.
pub fn clear_way_back() -> HeaderValue {
    HeaderValue::from_static("roundtable_back=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Makes the message and the way back travel over TLS only, as the key of a session does.
pub fn keep_on_tls(headers: &mut HeaderMap) {
    let all: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for value in all {
        let text = value.to_str().unwrap_or_default();
        let is_plain = text.starts_with(FLASH) || text.starts_with(BACK);
        headers.append(header::SET_COOKIE, if is_plain { header_value(format!("{text}; Secure")) } else { value });
    }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The name of the cookie that holds the key of a session.
pub fn session_name(config: &Config) -> &'static str {
    // The prefix binds the cookie to this host, over TLS (RFC 6265bis, ASVS 5.0 3.3.3).
    if config.secure_cookies { "__Host-roundtable" } else { "roundtable_session" }
}

fn attributes(config: &Config) -> &'static str {
    if config.secure_cookies { "Path=/; HttpOnly; SameSite=Lax; Secure" } else { "Path=/; HttpOnly; SameSite=Lax" }
}

fn header_value(text: String) -> HeaderValue {
    HeaderValue::from_str(&text).expect("hex and fixed words are visible ASCII")
}
