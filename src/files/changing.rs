//! A file called otherwise, shown to others, or removed.

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::names::{self, LONGEST};
use super::store::Store;
use super::{FileRow, Home, Place, Visibility, queries};
use crate::audit::Sensitivity;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids::FileId;
use crate::records;
use crate::records::whereabouts;
use crate::web::saving::{BegunOn, Saved, Saving, begin, save, saved_by};
use crate::web::{
    Checked, Choice, Field, FormData, FormView, Id, Input, Invalid, Page, Reader, Shell, Values, Writer, html,
    redirect, sent_from,
};

/// The form of a file, which is held with its record.
struct Changing {
    file: FileRow,
    home: Home,
}

#[derive(Template)]
#[template(path = "files/form.html")]
struct FilePage {
    shell: Shell,
    form: FormView,
}

impl Changing {
    fn new(file: FileRow) -> Result<Self> {
        let home = file.home().ok_or_else(|| Error::Internal("a file that is kept with nothing".into()))?;
        Ok(Self { file, home })
    }

    /// Who may be chosen to see it, and who sees it now.
    fn choices(&self, page: &Page) -> Vec<Visibility> {
        // With a contact that was or is confidential it stays so: the contact itself says whether it may be open.
        let is_confidential = self.file.contact_id.is_some() && self.file.visibility == Visibility::Confidential;
        let place = Place { home: self.home, name: String::new(), is_confidential, gone: None };
        place.choices(page.viewer())
    }

    fn values(&self) -> Values {
        let name = ("file_name".to_owned(), self.file.file_name.clone());
        Values::from([name, ("visibility".to_owned(), self.file.visibility.to_string())])
    }
}

/// Why a file may not be changed: what it is kept with is out of the lists.
fn gone(db: &mut Db, home: Home) -> Result<Option<String>> {
    let Some(record) = home.record() else { return Ok(None) };
    let found = records::queries::find(db, record.kind, record.id)?.ok_or(Error::NotFound)?;
    whereabouts::gone(db, record, &found.name, found.is_archived)
}

impl Saving for Changing {
    type Draft = (String, Visibility);

    fn gone(&self, db: &mut Db) -> Result<Option<String>> {
        gone(db, self.home)
    }

    fn read(&self, _db: &mut Db, page: &Page, sent: &FormData) -> Result<Result<(String, Visibility), Invalid>> {
        let mut checked = Checked::new(sent);
        let typed = checked.required("file_name", "Enter a name.");
        let mut name = names::cleaned(&typed);
        let kind = self.file.kind();
        if !name.is_empty() && names::ending(&name).is_none() {
            name = format!("{name}.{}", names::ending(&self.file.file_name).unwrap_or_default());
        }
        if !typed.is_empty() && (name.is_empty() || name.chars().count() > LONGEST) {
            checked.refuse("file_name", format!("Enter a name of letters and digits, at most {LONGEST}."));
        } else if !typed.is_empty() && !kind.fits(&name) {
            let ending = names::ending(&self.file.file_name).unwrap_or_default();
            checked.refuse("file_name", format!("Leave .{ending} at the end: what it holds stays the same."));
        }
        let chosen = checked.choice("visibility").unwrap_or(self.file.visibility);
        if chosen != self.file.visibility && !self.choices(page).contains(&chosen) {
            checked.refuse("visibility", "Choose who may see it.");
        }
        Ok(checked.finish((name, chosen)))
    }

    fn begun_on(&self, _db: &mut Db, _page: &Page) -> Result<BegunOn> {
        Ok(vec![("version", self.file.version.to_string())])
    }

    fn saved(&self, db: &mut Db, page: &Page, _sent: &FormData) -> Result<(Values, String)> {
        let class = match self.file.visibility {
            Visibility::Open => Sensitivity::Public,
            Visibility::Confidential => Sensitivity::Confidential,
            Visibility::Team => Sensitivity::Team,
        };
        Ok((self.values(), saved_by(db, page, "files", self.file.file_id.0, class)?))
    }

    fn write(&self, db: &mut Db, page: &Page, (name, visibility): (String, Visibility)) -> Result<Saved> {
        queries::update(db, &page.visit, &self.file, (&name, visibility))?;
        let address = format!("{}#files", self.home.page());
        Ok(Saved { address, message: format!("{name} saved"), id: Some(self.file.file_id.0) })
    }

    fn form(&self, _db: &mut Db, page: &Page, values: &Values) -> Result<FormView> {
        let choices = self.choices(page);
        let mut fields = vec![Field::new("file_name", "Name", Input::Line).required()];
        if choices.len() > 1 {
            let choices = choices.into_iter().map(|one| Choice::new(one, one.words())).collect();
            fields.push(Field::new("visibility", "Who may see it", Input::Buttons(choices)).required());
        }
        let action = format!("/files/{}/edit", self.file.file_id);
        Ok(FormView::new(action, "Save file", self.home.page(), fields).filled(values).unkept())
    }

    fn show(&self, _db: &mut Db, page: &Page, status: StatusCode, form: FormView) -> Result<Response> {
        let shell = page.shell("Change file", self.home.section()).crumb("Files", self.home.files());
        html(status, &FilePage { shell, form })
    }
}

/// `GET /files/{id}/edit`
pub async fn edit(reader: Reader, Id(id): Id<FileId>) -> Result<Response> {
    reader
        .page(move |db, page| {
            let changing = Changing::new(queries::find(db, page.viewer(), id)?.ok_or(Error::NotFound)?)?;
            let values = changing.values();
            begin(db, page, &changing, &values)
        })
        .await
}

/// `POST /files/{id}/edit`
pub async fn update(writer: Writer, Id(id): Id<FileId>, sent: FormData) -> Result<Response> {
    writer
        .write(move |db, page| {
            let changing = Changing::new(queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?)?;
            save(db, page, &changing, &sent)
        })
        .await
}

/// `POST /files/{id}/delete`
pub async fn delete(writer: Writer, Id(id): Id<FileId>, headers: HeaderMap) -> Result<Response> {
    writer
        .write(move |db, page| {
            let Changing { file, home } =
                Changing::new(queries::find_held(db, page.viewer(), id)?.ok_or(Error::NotFound)?)?;
            if let Some(words) = gone(db, home)? {
                return Err(Error::Refused(words));
            }
            queries::remove(db, &page.visit, &file)?;
            Store::of(&page.config).let_go(&file.sha256, page.visit.now)?;
            let back = sent_from(&headers).filter(|address| !address.starts_with("/files/"));
            redirect(&back.unwrap_or_else(|| home.page()), &format!("{} removed", file.file_name))
        })
        .await
}
