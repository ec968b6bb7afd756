//! The layers around every route: same-origin check, security headers, compression, panics, errors.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use url::{Host, Origin, Url};

use super::request::remote_address;
use super::{App, Route, Routes, asset_address, bearer, cookies, errors, idempotency, unsaved};
use crate::error::Error;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// For a year, this host and all below it are asked over TLS only (ASVS 5.0 3.4.1).
const TLS_ONLY: &str = "max-age=31536000; includeSubDomains";

/// The router as it is served: every request passes the same guards.
pub fn guarded(routes: Routes, app: App) -> Router {
    let described: Arc<[Route]> = routes.list().iter().filter(|route| route.described.is_some()).cloned().collect();
    routes
        .into_router()
        .layer(Extension(described))
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::WrongMethod)
        // Within the next one: what another site sends is never given back.
        .layer(from_fn(unsaved::keep))
        .layer(from_fn_with_state(app.clone(), idempotency::keep))
        .layer(from_fn_with_state(app.clone(), bearer::admit))
        .layer(from_fn_with_state(app.clone(), same_origin))
        .layer(CatchPanicLayer::custom(|_| Error::Internal("a handler panicked".into()).into_response()))
        .layer(from_fn_with_state(app.clone(), errors::present))
        .layer(from_fn_with_state(app.clone(), security_headers))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(is_compressible))
        .with_state(app)
}

/// Whether an answer gets smaller: of one that is asked for in parts the bytes count, and pictures are small already.
fn is_compressible(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_picture = kind.starts_with("image/") && !kind.starts_with("image/svg");
    !is_picture && kind != "text/event-stream" && !headers.contains_key(header::ACCEPT_RANGES)
}

/// Refuses changes that another site asks for (ASVS 5.0 3.5.1): the browser says where a request comes from.
async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let (headers, path, config) = (request.headers(), request.uri().path(), app.config());
    let public_origin = config.public_origin.as_ref();
    let passes = match bearer::is_for_assistants(path) {
        true => is_asked_here(headers, public_origin),
        // A mail program sends it for its reader, and is no browser (RFC 8058): the secret in the address is the proof.
        false if is_way_out(path) => true,
        // A browser adds a cookie to what another site has it send, and never a token; who has neither is signed out.
        false if bearer::is_for_programs(path) && cookies::session_key(headers, &config).is_none() => true,
        false => safe || is_same_origin(headers, public_origin),
    };
    if passes {
        return next.run(request).await;
    }
    let from = remote_address(headers, request.extensions(), &app.config());
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let path = without_secret(request.uri().path());
    tracing::warn!(from, origin, path, "refused, the request comes from another site");
    Error::CrossSite.into_response()
}

/// A path as the log may have it: whoever reads the log does not come in by it.
fn without_secret(path: &str) -> &str {
    const INVITATION: &str = "/invitation/";
    if path.starts_with(INVITATION) { INVITATION } else { path }
}

/// Whether an address is one by which a mail's reader says no to more of its kind.
pub fn is_way_out(path: &str) -> bool {
    path.starts_with("/mail/unsubscribe/")
}

fn is_same_origin(headers: &HeaderMap, public_origin: Option<&Origin>) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let origin = text(header::ORIGIN);
    if site.is_none() && origin.is_none() {
        return false;
    }
    let site_fits = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let origin_fits = origin.is_none_or(|origin| match public_origin {
        // Scheme, host and port: the same host by another one is another site.
        Some(public) => Url::parse(origin).is_ok_and(|url| url.origin() == *public),
        None => origin.split_once("://").is_some_and(|(_, named)| Some(named) == text(header::HOST)),
    });
    site_fits && origin_fits
}

/// Whether an assistant asks this server and no other, and no page of another site does (DNS rebinding): under its
/// public name, as this machine, or by an address, which no other name can stand for.
fn is_asked_here(headers: &HeaderMap, public_origin: Option<&Origin>) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_ours =
        match Url::parse(&format!("http://{host}")).ok().and_then(|url| url.host().map(|host| host.to_owned())) {
            Some(Host::Domain(name)) => {
                let is_public =
                    |origin| matches!(origin, &Origin::Tuple(_, Host::Domain(ref public), _) if *public == name);
                name == "localhost" || public_origin.is_some_and(is_public)
            }
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
            None => false,
        };
    let comes_from_page = headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site");
    is_ours && (!comes_from_page || is_same_origin(headers, public_origin))
}

async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_change = !request.method().is_safe();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_change {
        // What was fetched ahead shows what was before.
        headers.entry("clear-site-data").or_insert(HeaderValue::from_static("\"prefetchCache\""));
    }
    if let Ok(rules) = HeaderValue::from_str(&format!("\"{}\"", asset_address("speculation.json"))) {
        headers.insert("speculation-rules", rules);
    }
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // What others brought along has a stricter one of its own.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    if app.config().secure_cookies {
        cookies::keep_on_tls(headers);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
    // What a person saw while signed in must not stay behind in a cache (ASVS 5.0 14.3.2).
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn a_form_of_this_site_passes() {
        let same = headers(&[("host", "crm:8080"), ("origin", "http://crm:8080"), ("sec-fetch-site", "same-origin")]);
        assert!(is_same_origin(&same, None));
        let public = Url::parse("https://crm.example").unwrap().origin();
        let through_proxy = headers(&[("host", "inner"), ("origin", "https://crm.example")]);
        assert!(is_same_origin(&through_proxy, Some(&public)));
    }

    #[test]
    fn another_site_a_silent_client_and_a_null_origin_are_refused() {
        for refused in [
            headers(&[("host", "crm"), ("sec-fetch-site", "cross-site")]),
            headers(&[("host", "crm"), ("sec-fetch-site", "same-site")]),
            headers(&[("host", "crm"), ("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")]),
            headers(&[("host", "crm"), ("origin", "null")]),
            headers(&[("host", "crm")]),
        ] {
            assert!(!is_same_origin(&refused, None), "{refused:?}");
        }
    }
}
