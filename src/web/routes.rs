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
    /// `GET`, `POST` and so on.
    pub method: Method,
    /// The path with its parameters, e.g. `/clients/{id}`.
    pub path: String,
    /// Who may call it.
    pub audience: Audience,
    /// What it does, of one for programs.
    pub described: Option<Described>,
}

/// What a route for programs does: from this its description is made (`api/openapi.rs`).
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The collection that it is about, as it stands in the path.
    pub collection: &'static str,
    /// What is done with it.
    pub act: Act,
}

/// What a program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Reads some, page by page.
    List,
    /// Reads one.
    Show,
    /// Gives out what one holds.
    Give,
    /// Makes one.
    Create,
    /// Changes the fields of one that are sent.
    Update,
    /// Removes one.
    Delete,
    /// Reads what describes all of it.
    Describe,
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
        self.add(Method::GET, path, audience, handler, None)
    }

    /// Registers a change.
    pub fn post<H: Handler<T, App>, T: 'static>(self, path: impl Into<String>, audience: Audience, handler: H) -> Self {
        self.add(Method::POST, path, audience, handler, None)
    }

    /// Registers what is put in the place of what was there.
    pub fn put<H: Handler<T, App>, T: 'static>(self, path: impl Into<String>, audience: Audience, handler: H) -> Self {
        self.add(Method::PUT, path, audience, handler, None)
    }

    /// Registers what programs ask for, with its description. The method follows from what is done.
    pub fn api<H: Handler<T, App>, T: 'static>(
        self,
        path: impl Into<String>,
        audience: Audience,
        handler: H,
        described: Described,
    ) -> Self {
        let method = match described.act {
            Act::List | Act::Show | Act::Give | Act::Describe => Method::GET,
            Act::Create => Method::POST,
            Act::Update => Method::PATCH,
            Act::Delete => Method::DELETE,
        };
        self.add(method, path, audience, handler, Some(described))
    }

    fn add<H: Handler<T, App>, T: 'static>(
        mut self,
        method: Method,
        path: impl Into<String>,
        audience: Audience,
        handler: H,
        described: Option<Described>,
    ) -> Self {
        let path = path.into();
        let filter = MethodFilter::try_from(method.clone()).expect("a method that axum knows");
        let guarded = axum::routing::on(filter, handler).layer(Extension(audience));
        self.router = self.router.route(&path, guarded);
        self.list.push(Route { method, path, audience, described });
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
