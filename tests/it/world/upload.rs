//! Files sent as a browser sends them.

use axum::body::Body;
use axum::http::header;

use super::{Answer, Role, World};

/// A small PDF that says something.
pub fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {words}\n%%EOF\n").into_bytes()
}

/// The body of a form with fields and files, and what is said of it.
pub fn multipart(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> (String, Vec<u8>) {
    const LINE: &str = "----line-of-tests";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--{LINE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    for (name, content) in files {
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!("--{LINE}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n");
        body.extend(format!("{head}Content-Type: application/octet-stream\r\n\r\n").into_bytes());
        body.extend(*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{LINE}--\r\n").into_bytes());
    (format!("multipart/form-data; boundary={LINE}"), body)
}

impl World {
    /// Sends files to where they are kept.
    pub async fn upload(&self, role: Role, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let (kind, body) = multipart(fields, files);
        let mut request = self
            .request("POST", path)
            .header(header::ORIGIN, "http://roundtable.test")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, kind);
        if let Some(cookie) = self.cookie(role) {
            request = request.header(header::COOKIE, cookie);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The id of the file of that name.
    pub fn file(&self, name: &str) -> i64 {
        self.number(&format!("SELECT file_id FROM files WHERE file_name = '{name}'"))
    }
}
