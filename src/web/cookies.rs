//! The two cookies: the key of a session, and the message that is shown once after a redirect.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Config;
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

/// The message that a redirect left for the next page.
pub fn flash(headers: &HeaderMap) -> Option<String> {
    let bytes = hex::decode(cookie(headers, FLASH)?).ok()?;
    String::from_utf8(bytes).ok().filter(|message| !message.is_empty())
}

/// The header that leaves a message for the next page.
pub fn set_flash(message: &str) -> HeaderValue {
    header_value(format!("{FLASH}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60", hex::encode(message)))
}

/// The header that removes a message once it is shown.
pub fn clear_flash() -> HeaderValue {
    HeaderValue::from_static("roundtable_flash=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Makes the message travel over TLS only, as the key of a session does.
pub fn keep_flash_on_tls(headers: &mut HeaderMap) {
    let all: Vec<HeaderValue> = headers.get_all(header::SET_COOKIE).iter().cloned().collect();
    headers.remove(header::SET_COOKIE);
    for value in all {
        let text = value.to_str().unwrap_or_default();
        let is_message = text.starts_with(FLASH);
        headers.append(header::SET_COOKIE, if is_message { header_value(format!("{text}; Secure")) } else { value });
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

fn session_name(config: &Config) -> &'static str {
    // The prefix binds the cookie to this host, over TLS (RFC 6265bis, ASVS 5.0 3.3.3).
    if config.secure_cookies { "__Host-roundtable" } else { "roundtable_session" }
}

fn attributes(config: &Config) -> &'static str {
    if config.secure_cookies { "Path=/; HttpOnly; SameSite=Lax; Secure" } else { "Path=/; HttpOnly; SameSite=Lax" }
}

fn header_value(text: String) -> HeaderValue {
    HeaderValue::from_str(&text).expect("hex and fixed words are visible ASCII")
}
