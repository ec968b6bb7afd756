//! The description of all of it (OpenAPI 3.1), made from the routes as they are registered and from the fields of the
//! forms: it tells each person what they may see and send.

use std::sync::Arc;

use axum::Extension;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::asked::Parameter;
use super::{Collection, schemas};
use crate::access::{Audience, Viewer};
use crate::db::Db;
use crate::error::Result;
use crate::web::{Act, Described, Page, Reader, Route, json as answer};

/// The routes for programs.
pub type Routes = Extension<Arc<[Route]>>;

/// `GET /api/v1/openapi.json`
pub async fn show(reader: Reader, Extension(routes): Routes) -> Result<Response> {
    reader.page(move |db, page| answer(&document(db, page, &routes)?)).await
}

/// The whole of it, for whoever asks.
pub fn document(db: &mut Db, page: &Page, routes: &[Route]) -> Result<Value> {
    let mut components = Map::from_iter([("Problem".to_owned(), problem())]);
    let mut tags = Vec::new();
    for collection in Collection::all() {
        let made = schemas::of(db, page, collection)?;
        let name = schema_name(collection);
        components.insert(format!("{name}Create"), made.made.unwrap_or_default());
        components.insert(format!("{name}Update"), made.changed.unwrap_or_default());
        components.insert(name, made.shown);
        tags.push(json!({ "name": collection.path(), "description": collection.about() }));
    }
    components.retain(|_, schema| !schema.is_null());
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let Some(described) = route.described else { continue };
        let entry = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        entry[route.method.as_str().to_lowercase()] = operation(page.viewer(), route, described);
    }
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Roundtable of {}", page.config.organisation),
            "version": "1",
            "description": "What the pages show and save, for programs: the same rights, rules and messages. What you \
                may not see is not there.",
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": components,
            // A browser may ask with its session; a request that brings both is refused (RFC 6750 §3.1).
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{ "token": [] }],
    }))
}

/// “ActionItem”.
fn schema_name(collection: Collection) -> String {
    let words = collection.one().split(' ');
    words.map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// What it does, in words.
fn summary(collection: Option<Collection>, act: Act) -> String {
    let Some(collection) = collection else { return "This description".into() };
    let (path, one) = (collection.path().replace('-', " "), collection.one());
    let article = if one.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    match act {
        Act::List if collection == Collection::Search => "Search everything".into(),
        Act::List if collection == Collection::Timeline => "What happened with a client".into(),
        Act::List => format!("List {path}"),
        Act::Show => format!("Read {article} {one}"),
        Act::Give => format!("Take what {article} {one} holds, whole or a part of it"),
        Act::Create => format!("Make {article} {one}"),
        Act::Update => format!("Change {article} {one}"),
        Act::Delete if collection == Collection::Links => "Remove a link".into(),
        Act::Delete => format!("Delete {article} {one} on which nothing depends"),
        Act::Describe => "This description".into(),
    }
}

/// Who may call it, in words.
pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "Anyone",
        Audience::SignedIn => "Everyone signed in",
        Audience::Writer => "Everyone signed in who may write",
        Audience::Team => "The NED Team",
        Audience::TeamWriter => "The NED Team, unless read-only",
        Audience::Admin => "Administrators",
        Audience::AdminWriter => "Administrators, unless read-only",
    }
}

fn operation(viewer: &Viewer, route: &Route, Described { collection, act }: Described) -> Value {
    let of = Collection::named(collection);
    let id = format!("{act:?}{}", of.map_or_else(|| "Api".into(), schema_name));
    let mut operation = json!({
        "operationId": id[..1].to_lowercase() + &id[1..],
        "summary": summary(of, act),
        "parameters": parameters(viewer, route, of, act),
        "responses": responses(of, act),
        "x-audience": audience(route.audience),
    });
    let Some(of) = of else { return operation };
    operation["tags"] = json!([of.path()]);
    if let Act::Create | Act::Update = act {
        let schema = json!({ "schema": reference(&format!("{}{act:?}", schema_name(of))) });
        operation["requestBody"] = match act {
            Act::Create => json!({ "required": true, "content": { "application/json": schema } }),
            _ => json!({
                "required": true,
                "content": { "application/json": schema, "application/merge-patch+json": schema },
            }),
        };
    }
    operation
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn parameters(viewer: &Viewer, route: &Route, of: Option<Collection>, act: Act) -> Vec<Value> {
    let mut all = Vec::new();
    if route.path.contains("{id}") {
        let schema = json!({ "type": "integer", "format": "int64", "minimum": 1 });
        all.push(json!({ "name": "id", "in": "path", "required": true, "schema": schema }));
    }
    let header = |name, about| {
        let schema = json!({ "type": "string", "pattern": "^(\\*|(W/)?\"[^\",]*\")$" });
        json!({ "name": name, "in": "header", "description": about, "schema": schema })
    };
    match (of, act) {
        (Some(of), Act::List) => all.extend(of.parameters(viewer).iter().map(|Parameter { name, about, takes }| {
            json!({ "name": name, "in": "query", "description": about, "schema": takes.schema() })
        })),
        (_, Act::Show) => {
            let schema = json!({ "type": "string" });
            let about = "The keys that are wanted, with commas between";
            all.push(json!({ "name": "fields", "in": "query", "description": about, "schema": schema }));
            all.push(header("If-None-Match", "The ETag that is known: 304 if it still holds"));
        }
        (_, Act::Update | Act::Delete) => {
            all.push(header("If-Match", "The ETag that was read: 412 if it holds no more"));
        }
        _ => {}
    }
    all
}

fn responses(of: Option<Collection>, act: Act) -> Value {
    let one = |schema: Value| json!({ "application/json": { "schema": schema } });
    let name = of.map(schema_name).unwrap_or_default();
    let tag = json!({ "ETag": { "schema": { "type": "string" } } });
    let mut all = match act {
        Act::Describe => json!({ "200": { "description": "This", "content": one(json!({ "type": "object" })) } }),
        Act::List => {
            let items = json!({ "type": "array", "items": reference(&name) });
            let properties = json!({ "items": items, "next": { "type": ["string", "null"] } });
            let page = json!({ "type": "object", "properties": properties, "required": ["items", "next"] });
            json!({ "200": { "description": "A page of them", "content": one(page) } })
        }
        Act::Show => json!({
            "200": { "description": "It", "headers": tag, "content": one(reference(&name)) },
            "304": { "description": "It is as it is known", "headers": tag },
        }),
        Act::Give => {
            let any = json!({ "application/octet-stream": {} });
            json!({
                "200": { "description": "All of it", "headers": tag, "content": any },
                "206": { "description": "The part that `Range` asks for", "headers": tag, "content": any },
            })
        }
        Act::Create => {
            let headers = json!({ "Location": { "schema": { "type": "string" } }, "ETag": tag["ETag"] });
            json!({ "201": { "description": "It is made", "headers": headers, "content": one(reference(&name)) } })
        }
        Act::Update => {
            json!({ "200": { "description": "As it is now", "headers": tag, "content": one(reference(&name)) } })
        }
        Act::Delete => json!({ "204": { "description": "It is gone" } }),
    };
    let both = ("400", "Not readable, or a session and a token together");
    let often = ("429", "Asked too often: `Retry-After` tells when to go on");
    let mut refusals = vec![both, ("401", "Signed out"), ("403", "Without the right"), often];
    match act {
        Act::Describe => {}
        Act::List => {
            let nowhere = ("409", "No page begins at the cursor");
            let missing = ("404", "What it is about is missing, or hidden");
            refusals.extend([missing, nowhere, ("422", "A parameter is wrong")]);
        }
        Act::Show => refusals.push(("404", "Missing, or hidden")),
        Act::Give => {
            let missing = ("409", "What it holds is missing on the server");
            refusals.extend([("404", "Missing, or hidden"), missing, ("416", "No such part")]);
        }
        Act::Create | Act::Update => {
            refusals.extend([
                ("404", "Missing, or hidden"),
                ("409", "Nearly another's name, archived or merged"),
                ("415", "Not JSON"),
                ("422", "Fields are wrong"),
            ]);
        }
        Act::Delete => refusals.extend([("404", "Missing, or hidden"), ("409", "Something depends on it")]),
    }
    if let Act::Update | Act::Delete = act {
        refusals.push(("412", "No longer as it was read"));
    }
    for (status, about) in refusals {
        let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
        all[status] = json!({ "description": about, "content": content });
    }
    all
}

/// What went wrong (RFC 9457).
fn problem() -> Value {
    let error =
        json!({ "type": "object", "properties": { "field": { "type": "string" }, "message": { "type": "string" } } });
    let near =
        json!({ "type": "object", "properties": { "address": { "type": "string" }, "name": { "type": "string" } } });
    json!({
        "type": "object",
        "properties": {
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "errors": { "type": "array", "items": error },
            "near": { "type": "array", "items": near },
        },
        "required": ["title", "status", "detail"],
    })
}
