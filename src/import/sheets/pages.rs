//! The page of an import: what was recognised, where each column goes, the first rows as they would be saved, what
//! would come of it, and after a run what came of it.

use askama::Template;
use axum::http::header::REFRESH;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use super::cells::{Mapped, mapped};
use super::files::{Files, Progress};
use super::kinds::{Kind, fields};
use super::model::{Decision, Import, State};
use super::queries;
use super::recognised::{Written, letters};
use super::report::{Fate, Report};
use super::rows::Row;
use super::sent::fixes;
use super::texts::Order;
use super::words::{self, Word};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::ImportId;
use crate::web::{Choice, Field, Id, Input, Page, Reader, Shell, beginning, grouped, html};

/// Letters of an example.
const EXAMPLE: usize = 24;

/// A column of the file.
struct Column {
    place: usize,
    letter: String,
    head: String,
    examples: String,
    /// The field that it goes to.
    chosen: String,
}

/// A required field that all rows may have alike.
struct Fixed {
    name: &'static str,
    label: &'static str,
    choices: Vec<Choice>,
    chosen: String,
}

/// One of the first rows, as it would be saved.
struct Shown {
    row: u64,
    fate: Option<Fate>,
    /// Words, and what is wrong with them.
    cells: Vec<(String, Option<String>)>,
}

/// How far a process is.
struct Working {
    words: &'static str,
    done: u64,
    all: u64,
}

#[derive(Template)]
#[template(path = "import/sheets/show.html")]
struct ShowPage {
    shell: Shell,
    import: Import,
    error: Option<String>,
    working: Option<Working>,
    rows: u64,
    written: String,
    dates: Option<&'static str>,
    asks_order: bool,
    columns: Vec<Column>,
    targets: Vec<Choice>,
    fixed: Vec<Fixed>,
    words: Vec<Word>,
    heads: Vec<&'static str>,
    shown: Vec<Shown>,
    /// What a rehearsal or a run told, for the rights of now.
    report: Option<Report>,
    /// Why nothing came of the last act.
    failure: Option<String>,
    /// Whether the rows are at hand still.
    has_rows: bool,
    can_undo: bool,
}

impl ShowPage {
    fn is_undone(&self) -> bool {
        self.import.state == State::Undone
    }

    fn is_dates(&self, order: &str) -> bool {
        match self.import.settings.dates {
            Order::DayFirst => order == "day",
            Order::MonthFirst => order == "month",
            Order::Unclear => order.is_empty(),
        }
    }

    fn decisions(&self) -> &'static [Decision] {
        self.import.kind.decisions()
    }

    fn is_records(&self) -> bool {
        matches!(self.import.kind, Kind::Records(_))
    }

    fn is_decided(&self, row: &u64, decision: &Decision) -> bool {
        self.import.settings.rows.get(row) == Some(decision)
    }

    fn number(&self, number: impl std::borrow::Borrow<u64>) -> String {
        grouped(*number.borrow())
    }
}

/// `GET /import/{id}`
pub async fn show(reader: Reader, Id(id): Id<ImportId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let import = queries::find_taken(db, page.viewer(), id)?.ok_or(Error::NotFound)?;
            let fields = fields(db, page, import.kind)?;
            render(page, import, fields, None)
        })
        .await
}

/// The page, and what has to be said first: 422.
pub fn refuse(db: &mut Db, page: &Page, import: Import, words: String) -> Result<Response> {
    let fields = fields(db, page, import.kind)?;
    render(page, import, fields, Some(words))
}

fn render(page: &Page, import: Import, fields: Vec<Field>, error: Option<String>) -> Result<Response> {
    let files = Files::of(&page.config, &import);
    let progress = Progress::of(&files.progress).filter(|_| import.state.is_at_work());
    let working = progress.map(|(done, all)| Working { words: import.state.words(), done, all });
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let settings = &import.settings;
    let recognised = &import.recognised;
    let heads = recognised.heads(settings.has_head);
    let columns = (0..heads.len()).map(|place| Column {
        place,
        letter: letters(place),
        head: heads[place].clone(),
        examples: examples(&import, place),
        chosen: settings.columns.get(place).cloned().flatten().unwrap_or_default(),
    });
    let columns = columns.collect();
    let targets = fields.iter().map(|field| Choice::new(field.name, field.label)).collect();
    let fixed = fields.iter().filter(|field| fixes(field) && settings.column_of(field.name).is_none());
    let fixed = fixed.map(|field| Fixed {
        name: field.name,
        label: field.label,
        choices: match &field.input {
            Input::Select(choices) | Input::Buttons(choices) => choices.clone(),
            _ => Vec::new(),
        },
        chosen: settings.fixed.get(field.name).cloned().unwrap_or_default(),
    });
    let fixed = fixed.collect();
    let fields = mapped(fields, recognised, settings, page.visit.today);
    // What a rehearsal told by other rights is told no more, and nobody else learns what a file says.
    let rights = page.viewer().rights_key();
    let failure = import.report.as_ref().and_then(|report| report.failure_for(&rights)).map(ToOwned::to_owned);
    let report = import.report.clone().filter(|report| report.rights == rights && import.is_own);
    let shown = recognised.first(settings.has_head).take(8).map(|row| Shown {
        row: row.0,
        fate: report.as_ref().and_then(|report| report.fate_of(row.0)),
        cells: fields.iter().map(|field| cell(field, row)).collect(),
    });
    let shown = shown.collect();
    let shell = page.shell(import.file_name.clone(), "import").crumb("Import", "/import");
    let is_at_work = working.is_some();
    let template = ShowPage {
        shell,
        error,
        working,
        rows: recognised.to_take(settings.has_head),
        written: written(&recognised.written),
        dates: recognised.dates(),
        asks_order: recognised.has_unclear_dates(),
        columns,
        targets,
        fixed,
        words: words::of(&fields, recognised, settings),
        heads: fields.iter().map(|field| field.field.label).collect(),
        shown,
        has_rows: import.is_own && files.rows.exists(),
        failure,
        // Also of an undo whose process ended.
        can_undo: import.state.is_taken() && import.change_id.is_some(),
        report,
        import,
    };
    let mut response = html(status, &template)?;
    if is_at_work {
        response.headers_mut().insert(REFRESH, HeaderValue::from_static("2"));
    }
    Ok(response)
}

fn examples(import: &Import, place: usize) -> String {
    let mut examples: Vec<String> = Vec::new();
    for row in import.recognised.first(import.settings.has_head) {
        let text = beginning(&row.cell(place).text(), EXAMPLE);
        if !text.is_empty() && !examples.contains(&text) && examples.len() < 3 {
            examples.push(text);
        }
    }
    examples.join(" · ")
}

/// A value as it would be saved, and what is wrong with it; a record is told by its name.
fn cell(field: &Mapped, row: &Row) -> (String, Option<String>) {
    let as_written = || beginning(&row.cell(field.column).text(), 60);
    match field.read(row) {
        None => (String::new(), None),
        Some(Err(message)) => (as_written(), Some(message)),
        Some(Ok(text)) => match &field.field.input {
            Input::Tick => (if text.is_empty() { "no" } else { "yes" }.into(), None),
            Input::Select(choices) | Input::Buttons(choices) => {
                let label = choices.iter().find(|choice| choice.value == text).map(|choice| choice.label.clone());
                (label.unwrap_or(text), None)
            }
            _ => (beginning(&text, 60), None),
        },
    }
}

fn written(written: &Written) -> String {
    match written {
        Written::Csv { encoding, separator } => {
            let separator = match separator {
                ',' => "commas",
                ';' => "semicolons",
                '\t' => "tabs",
                _ => "bars",
            };
            let encoding = if encoding == "windows-1252" { "Windows-1252" } else { encoding };
            format!("CSV, {encoding}, with {separator} between values")
        }
        Written::Xlsx { sheet, sheets: 1, .. } => format!("Excel workbook, sheet “{sheet}”"),
        Written::Xlsx { sheet, sheets, .. } => format!("Excel workbook, sheet “{sheet}”, the first of {sheets}"),
    }
}
