//! The whole database as files that other programs read: a zip of JSON lines, one file a table, with a description
//! beside them. Whatever would let someone in is left out. Both databases give the same.

mod pages;
mod queries;

use std::io::{BufWriter, Write};

use serde::Serialize;
use serde_json::{Map, Value};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::access::{AdminPass, Audience};
use crate::audit::columns;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::{backing_up, store::Store};
use crate::web::Routes;

/// The routes of this slice.
pub fn routes(routes: Routes) -> Routes {
    routes.get("/admin/archive", Audience::Admin, pages::download)
}

/// Tables that are not in it: what one types and has not filed, by what one signs in, and what follows from other
/// tables.
const LEFT_OUT: [&str; 24] = [
    "account_invitations",
    "calendar_addresses",
    "client_changes",
    "client_standing_totals",
    "contact_months",
    "contact_totals",
    "drafts",
    "kept_answers",
    "live_events",
    "live_presenters",
    "live_streams",
    "live_writers",
    "locks",
    "record_totals",
    "search_contacts",
    "search_files",
    "search_items",
    "search_names",
    "search_terms",
    "sessions",
    "sign_in_attempts",
    "schema_version",
    "token_uses",
    "tokens",
];

/// How a table is described.
#[derive(Serialize)]
struct Described {
    table: &'static str,
    file: String,
    rows: u64,
    columns: Vec<DescribedColumn>,
}

/// How a column is described: what its values are, and who may read them.
#[derive(Serialize)]
struct DescribedColumn {
    column: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    class: &'static str,
}

/// The description of the whole.
#[derive(Serialize)]
struct Description {
    format: &'static str,
    about: &'static str,
    schema_version: i64,
    tables: Vec<Described>,
}

const ABOUT: &str = "One file a table, one row a line, each an object by column names. Days are YYYY-MM-DD, moments \
                     YYYY-MM-DDTHH:MM:SS with their fraction, in UTC. The class of a column says who may read it: \
                     public, confidential, team. Rows with is_confidential follow that mark; the changes of audit_log \
                     follow its sensitivity; files their visibility, and what they hold \
                     stands under its hash in the folder files. Passwords, keys of sessions, drafts and what \
                     follows from other tables are left out.";

/// Writes the archive, table by table, as it is in one transaction, and what files hold; how many rows it has.
pub fn write(db: &mut Db, pass: AdminPass, store: &Store, to: impl Write) -> Result<u64> {
    let mut zip = ZipWriter::new_stream(to);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    let failed = |cause: zip::result::ZipError| Error::Setup(format!("the archive cannot be written: {cause}"));
    let mut tables = Vec::new();
    for table in columns::tables().filter(|table| !LEFT_OUT.contains(table)) {
        let known = queries::columns(db, table)?;
        let file = format!("{table}.jsonl");
        zip.start_file(file.clone(), options).map_err(failed)?;
        let mut rows = 0;
        {
            let mut lines = BufWriter::new(&mut zip);
            queries::each(db, table, &known, |values| {
                rows += 1;
                let row: Map<String, Value> =
                    known.iter().zip(values).map(|(column, value)| (column.name.to_owned(), value)).collect();
                serde_json::to_writer(&mut lines, &row).map_err(|cause| Error::Setup(cause.to_string()))?;
                Ok(lines.write_all(b"\n")?)
            })?;
            lines.flush()?;
        }
        let columns = known
            .iter()
            .map(|column| DescribedColumn { column: column.name, kind: column.kind.word(), class: column.class })
            .collect();
        tables.push(Described { table, file, rows, columns });
    }
    // What was compressed already is not compressed again.
    let as_it_is = options.compression_method(CompressionMethod::Stored);
    backing_up::each(db, pass, store, |sha256, content| {
        zip.start_file(format!("files/{sha256}"), as_it_is).map_err(failed)?;
        std::io::copy(content, &mut zip)?;
        Ok(())
    })?;
    let rows = tables.iter().map(|table| table.rows).sum();
    let description = Description {
        format: "roundtable archive 1",
        about: ABOUT,
        schema_version: queries::schema_version(db)?,
        tables,
    };
    zip.start_file("schema.json", options).map_err(failed)?;
    serde_json::to_writer_pretty(&mut zip, &description).map_err(|cause| Error::Setup(cause.to_string()))?;
    zip.finish().map_err(failed)?;
    Ok(rows)
}
