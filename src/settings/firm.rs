//! The firm's own settings, for administrators.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono_tz::Tz;

use crate::access::AdminPass;
use crate::audit::Sensitivity;
use crate::closed_list::ClosedList;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::firm::{Firm, Settings, queries};
use crate::records::{Entry, RecordKind};
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Checked, Field, FormData, FormView, Input, Invalid, Page, Range, Reader, Shell, Values, Writer, html, values_of,
};

#[derive(Template)]
#[template(path = "settings/firm.html")]
struct FirmPage {
    shell: Shell,
    /// Through which server mail is sent, in words.
    mail: String,
    form: FormView,
}

/// The form of the settings, which are held.
struct FirmForm {
    pass: AdminPass,
    settings: Settings,
    held: (Firm, i64),
}

/// Numbers of days and hours that can be set.
const NUMBERS: Range = Range::Whole(1, 999);

/// Values that a list may grow by, one a line: each once, none of those that are there anyway.
fn list(checked: &mut Checked, name: &'static str) -> Option<String> {
    let text = checked.text(name)?;
    let usual = open_list(name).map_or(&[][..], |(_, _, usual)| usual);
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !usual.contains(&line) && !lines.contains(&line) {
            lines.push(line);
        }
    }
    if lines.iter().any(|line| line.chars().count() > LONGEST) {
        checked.refuse(name, format!("Enter one value a line, none longer than {LONGEST} letters."));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The longest value of a list.
const LONGEST: usize = 60;

/// The lists that may grow, by the names of their fields.
const GROWING: [&str; 5] = ["company_type", "reactor_type", "licensing_approach", "design_status", "sector"];

/// The name, the label and the usual values of an open list.
fn open_list(name: &str) -> Option<(&'static str, &'static str, &'static [&'static str])> {
    let mut fields = RecordKind::ALL.iter().flat_map(|kind| kind.fields());
    fields.find_map(|field| match field.entry {
        Entry::Open(usual) if field.name == name => Some((field.name, field.label, usual)),
        _ => None,
    })
}

fn parse(sent: &FormData, given: &Config) -> Result<Firm, Invalid> {
    let mut checked = Checked::new(sent);
    let zone = checked.line("time_zone");
    if zone.as_deref().is_some_and(|zone| zone.parse::<Tz>().is_err()) {
        checked.refuse("time_zone", "Enter the name of a time zone, e.g. America/New_York.".to_owned());
    }
    let firm = Firm {
        organisation: checked.line("organisation"),
        time_zone: zone,
        warning_after_days: checked.whole_number("warning_after_days", NUMBERS),
        urgent_after_days: checked.whole_number("urgent_after_days", NUMBERS),
        session_hours: checked.whole_number("session_hours", NUMBERS),
        session_days: checked.whole_number("session_days", NUMBERS),
        company_type: list(&mut checked, "company_type"),
        reactor_type: list(&mut checked, "reactor_type"),
        licensing_approach: list(&mut checked, "licensing_approach"),
        design_status: list(&mut checked, "design_status"),
        sector: list(&mut checked, "sector"),
        mails_restricted: checked.flag("mails_restricted"),
    };
    let firm = checked.finish(firm)?;
    // What is left is whether the warning comes first, also beside what the server was started with.
    let words = "A client has to be a warning before it is urgent: enter fewer days.";
    firm.over(given).map_err(|_| Invalid::one("warning_after_days", words))?;
    Ok(firm)
}

fn fields(given: &Config, in_force: &Config) -> Vec<Field> {
    let hint = |given: &dyn std::fmt::Display| format!("Left empty: {given}, as the server was started with.");
    let days = |name, label, what: &str, given: u16| {
        Field::new(name, label, Input::Number).within(NUMBERS).hint(format!("{what} {}", hint(&given)))
    };
    let growing = GROWING.iter().filter_map(|name| open_list(name)).map(|(name, label, usual)| {
        let hint = format!("What forms suggest beside {}: one value a line.", usual.join(", "));
        Field::new(name, label, Input::Area(3)).hint(hint)
    });
    let zones = chrono_tz::TZ_VARIANTS.iter().map(ToString::to_string).collect();
    let mut fields = vec![
        Field::new("organisation", "Short name of the organisation", Input::Line).hint(hint(&given.organisation)),
        Field::new("time_zone", "Time zone", Input::Suggest(zones)).hint(format!(
            "Days begin and end in it; today is {} now. {}",
            in_force.today(),
            hint(&given.time_zone)
        )),
        days("warning_after_days", "Warning after", "Days since the last contact.", given.warning_after_days),
        days("urgent_after_days", "Urgent after", "Days since the last contact.", given.urgent_after_days),
        days("session_hours", "A session ends after", "Hours without a request.", given.session_hours),
        days("session_days", "Also in use, a session ends after", "Days.", given.session_days),
    ];
    fields.extend(growing);
    let hint = "Mail passes through the hands of others. Without this, none holds a word that is the NED Team's or \
                confidential, nor the day of a meeting; with it, those who may see such words read them in their mail \
                too.";
    fields.push(Field::new("mails_restricted", "Mail may hold what is restricted", Input::Tick).hint(hint));
    fields
}

impl Saving for FirmForm {
    type Draft = Firm;

    fn read(&self, _db: &mut Db, _page: &Page, sent: &FormData) -> Result<Result<Firm, Invalid>> {
        Ok(parse(sent, self.settings.given()))
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("version", self.held.1.to_string())])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        Ok((values_of(&self.held.0), saved_by(db, page, "firm", queries::ROW, Sensitivity::Public)?))
    }

    fn write(&self, db: &mut Db, page: &Page, draft: Firm) -> Result<Saved> {
        queries::update(db, &page.visit, self.pass, &self.held.0, &draft)?;
        let message = "Settings saved; they hold from now on.".into();
        Ok(Saved { address: "/admin/settings".into(), message, id: None })
    }

    fn form(&self, _db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        let fields = fields(self.settings.given(), &page.config);
        Ok(FormView::new("/admin/settings", "Save settings", "", fields).filled(values))
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let mail = match &page.config.mail {
            Some(server) => format!("Mail is sent through {} as {}.", server.host, server.from),
            None => "No mail is sent: the server was started without the name of a mail server.".into(),
        };
        html(status, &FirmPage { shell: page.shell("Settings", "settings"), mail, form })
    }
}

/// `GET /admin/settings`
pub async fn show(reader: Reader) -> Result<Response> {
    let settings = reader.app().settings;
    reader
        .page(move |db, page| {
            let (pass, held) = (page.viewer().require_admin()?, queries::find(db)?);
            let values = values_of(&held.0);
            begin(db, page, &FirmForm { pass, settings, held }, &values)
        })
        .await
}

/// `POST /admin/settings`
pub async fn update(writer: Writer, sent: FormData) -> Result<Response> {
    let settings = writer.app().settings;
    writer
        .write(move |db, page| {
            let pass = page.viewer().require_admin()?;
            let held = queries::find_held(db, pass)?;
            save(db, page, &FirmForm { pass, settings: settings.clone(), held }, &sent)
        })
        .await
}
