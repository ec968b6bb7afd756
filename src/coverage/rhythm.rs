//! The form of the rhythm by priority. The NED Team sets it, since it judges the priorities: a setting that only
//! administrators may read would be no help to those who keep the contacts.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::access::TeamPass;
use crate::audit::Sensitivity;
use crate::clients::assessment::RHYTHM;
use crate::db::Db;
use crate::error::Result;
use crate::firm::queries::ROW;
use crate::firm::rhythm_queries::{self as queries, PriorityRhythm};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Checked, Field, FormData, FormView, Input, Invalid, Page, Reader, Shell, Values, Writer, html, values_of,
};

#[derive(Template)]
#[template(path = "coverage/rhythm.html")]
struct RhythmPage {
    shell: Shell,
    form: FormView,
}

/// The form of the rhythm, which is held.
struct RhythmForm {
    pass: TeamPass,
    held: (PriorityRhythm, i64),
}

/// The fields, in the order of the priorities.
const FIELDS: [(&str, &str); 5] = [
    ("rhythm_strategic_days", "Strategic"),
    ("rhythm_high_days", "High"),
    ("rhythm_medium_days", "Medium"),
    ("rhythm_low_days", "Low"),
    ("rhythm_opportunistic_days", "Opportunistic"),
];

impl Saving for RhythmForm {
    type Draft = PriorityRhythm;

    fn read(&self, _db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<PriorityRhythm, Invalid>> {
        let mut checked = Checked::new(sent);
        let [strategic, high, medium, low, opportunistic] = FIELDS.map(|(name, _)| checked.whole_number(name, RHYTHM));
        Ok(checked.finish(PriorityRhythm {
            rhythm_strategic_days: strategic,
            rhythm_high_days: high,
            rhythm_medium_days: medium,
            rhythm_low_days: low,
            rhythm_opportunistic_days: opportunistic,
        }))
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("version", self.held.1.to_string())])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        Ok((values_of(&self.held.0), saved_by(db, page, "firm", ROW, Sensitivity::Team)?))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: PriorityRhythm) -> Result<Saved> {
        queries::update(db, &page.visit, self.pass, &self.held.0, &draft)?;
        let message = "Rhythm saved; it holds from now on.".into();
        Ok(Saved { address: "/crm/coverage".into(), message, id: None })
    }

    fn form(&self, _db: &mut Db, _page: &Page, values: &Values) -> Result<FormView> {
        let fields = FIELDS
            .map(|(name, label)| Field::new(name, label, Input::Number).within(RHYTHM).hint("Days between contacts."));
        Ok(FormView::new("/crm/rhythm", "Save rhythm", "/crm/coverage", fields.into()).filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let shell = page.shell("Contact rhythm", "dashboard").crumb("Coverage", "/crm/coverage");
        html(status, &RhythmPage { shell, form })
    }
}

/// `GET /crm/rhythm`
pub async fn edit(reader: Reader) -> Result<Response> {
    reader
        .page(|db, page| {
            let pass = page.viewer().require_team()?;
            let held = queries::find(db, pass)?;
            let values = values_of(&held.0);
            begin(db, page, &RhythmForm { pass, held }, &values)
        })
        .await
}

/// `POST /crm/rhythm`
pub async fn update(writer: Writer, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_team()?;
            let held = queries::find_held(db, pass)?;
            save(db, page, &RhythmForm { pass, held }, &sent)
        })
        .await
}
