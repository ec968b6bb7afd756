//! The recorder through which every route is registered with who may call it, so that a test can walk them all.

use axum::handler::Handler;
use axum::http::Method;
use axum::routing::MethodFilter;
use axum::{Extension, Router};

use super::App;
use crate::access::Audience;

/// A registered route.
#[derive(Clone, Debug)]
pub struct Route {
    /// `GET`, `POST` or `PUT`.
    pub method: Method,
    /// The path with its parameters, e.g. `/clients/{id}`.
    pub path: String,
    /// Who may call it.
    pub audience: Audience,
}

/// The router under construction and the list of what it holds.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    list: Vec<Route>,
}

impl Routes {
    /// Registers a page or an answer.
    pub fn get<H: Handler<T, App>, T: 'static>(self, path: impl Into<String>, audience: Audience, handler: H) -> Self {
        self.add(Method::GET, MethodFilter::GET, path, audience, handler)
    }

    /// Registers a change.
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: impl Into<String>, audience: Audience, handler: H) -> Self {
        self.add(Method::POST, MethodFilter::POST, path, audience, handler)
    }

    /// Registers what is put in the place of what was there.
    pub fn put<H: Handler<T, App>, T: 'static>(self, path: impl Into<String>, audience: Audience, handler: H) -> Self {
        self.add(Method::PUT, MethodFilter::PUT, path, audience, handler)
    }

    fn add<H: Handler<T, App>, T: 'static>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: impl Into<String>,
        audience: Audience,
        handler: H,
    ) -> Self {
        let path = path.into();
        let guarded = axum::routing::on(filter, handler).layer(Extension(audience));
        self.router = self.router.route(&path, guarded);
        self.list.push(Route { method, path, audience });
        self
    }

    /// Every registered route.
    pub fn list(&self) -> &[Route] {
        &self.list
    }

    /// The finished router, without the layers of the server.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}
