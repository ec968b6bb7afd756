//! The description as a page: collection by collection, what can be asked and by whom, made from the same document.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::Collection;
use super::openapi::{self, Routes};
use crate::error::Result;
use crate::web::{Page, Reader, Shell, html};

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    shell: Shell,
    sections: Vec<Section>,
}

/// A collection.
struct Section {
    path: &'static str,
    title: String,
    about: &'static str,
    keys: Vec<Key>,
    calls: Vec<Call>,
}

/// One thing that can be asked.
struct Call {
    method: String,
    path: String,
    summary: String,
    audience: String,
    parameters: Vec<Key>,
    takes: Vec<Key>,
    answers: Vec<(String, String)>,
    example: String,
}

/// A key or a parameter: its name, what it takes, what it is for.
struct Key {
    name: String,
    takes: String,
    about: String,
    is_required: bool,
}

/// `GET /api/v1/docs`
pub async fn show(reader: Reader, Extension(routes): Routes) -> Result<Response> {
    reader
        .page(move |db, page: &Page| {
            let document = openapi::document(db, page, &routes)?;
            let sections = Collection::all().map(|collection| section(&document, collection)).collect();
            html(StatusCode::OK, &DocsPage { shell: page.shell("Interface for programs", ""), sections })
        })
        .await
}

fn section(document: &Value, collection: Collection) -> Section {
    let (mut calls, mut keys) = (Vec::new(), Vec::new());
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for method in ["get", "post", "patch", "delete"] {
            let operation = &operations[method];
            if operation["tags"][0] == collection.path() {
                calls.push(call(document, method, path, operation));
                let shown = &operation["responses"]["200"]["content"]["application/json"]["schema"];
                if shown["$ref"].is_string() {
                    keys = keys_of(followed(document, shown));
                }
            }
        }
    }
    let title = collection.path().replace('-', " ");
    Section {
        path: collection.path(),
        title: title[..1].to_uppercase() + &title[1..],
        about: collection.about(),
        keys,
        calls,
    }
}

/// A schema, where it stands.
fn followed<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let place = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(schema)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn call(document: &Value, method: &str, path: &str, operation: &Value) -> Call {
    let parameter = |one: &Value| Key {
        name: text(&one["name"]),
        takes: takes(&one["schema"]),
        about: text(&one["description"]),
        is_required: one["required"] == true,
    };
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters: Vec<Key> = parameters.filter(|one| one["name"] != "id").map(parameter).collect();
    let body = followed(document, &operation["requestBody"]["content"]["application/json"]["schema"]);
    let variants = body["oneOf"].as_array().map_or_else(|| vec![body], |all| all.iter().collect());
    let answer = |(status, one): (&String, &Value)| (status.clone(), text(&one["description"]));
    Call {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&operation["summary"]),
        audience: text(&operation["x-audience"]),
        takes: variants.first().map(|one| keys_of(one)).unwrap_or_default(),
        example: example(method, path, variants.first().copied().unwrap_or(body)),
        answers: operation["responses"].as_object().into_iter().flatten().map(answer).collect(),
        parameters,
    }
}

fn keys_of(schema: &Value) -> Vec<Key> {
    let required = schema["required"].as_array();
    let key = |(name, of): (&String, &Value)| Key {
        is_required: required.is_some_and(|all| all.iter().any(|one| one == name.as_str())),
        name: name.clone(),
        takes: takes(of),
        about: text(&of["description"]),
    };
    schema["properties"].as_object().into_iter().flatten().map(key).collect()
}

/// What a schema takes, in words.
fn takes(schema: &Value) -> String {
    if let Some(only) = schema["const"].as_str() {
        return only.to_owned();
    }
    if let Some(list) = schema["enum"].as_array() {
        return list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    };
    let words = match (kind, schema["format"].as_str()) {
        ("string", Some("date")) => "date",
        ("string", Some("date-time")) => "moment in UTC",
        ("string", _) => "text",
        ("integer", Some("int64")) => "id",
        ("integer", _) => "whole number",
        ("boolean", _) => "true or false",
        ("array", _) => "list",
        (kind, _) => kind,
    };
    match schema["maxLength"].as_i64() {
        Some(longest) => format!("{words}, at most {longest} characters"),
        None => words.to_owned(),
    }
}

/// A request as it may be sent: what has to be there, with something in it.
fn example(method: &str, path: &str, body: &Value) -> String {
    let path = path.replace("{id}", "7");
    let Some(properties) = body["properties"].as_object() else { return format!("{} {path}", method.to_uppercase()) };
    let required = body["required"].as_array().cloned().unwrap_or_default();
    let is_shown = |(place, (name, _)): &(usize, (&String, &Value))| {
        required.iter().any(|one| one == name.as_str()) || (required.is_empty() && *place == 0)
    };
    let shown = properties.iter().enumerate().filter(is_shown);
    let lines: Vec<String> = shown.map(|(_, (name, schema))| format!("  \"{name}\": {}", sample(schema))).collect();
    format!("{} {path}\n\n{{\n{}\n}}", method.to_uppercase(), lines.join(",\n"))
}

fn sample(schema: &Value) -> Value {
    if !schema["const"].is_null() {
        return schema["const"].clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match takes(schema).as_str() {
        "date" => "2026-03-31".into(),
        "id" | "whole number" => 7.into(),
        "number" => 1.5.into(),
        "true or false" => true.into(),
        "list" => vec![7].into(),
        _ => "Words".into(),
    }
}
