//! The files of a record as its page shows them: the latest, and the form that adds more.

use askama::Template;
use askama::filters::HtmlSafe;

use super::kinds::IN_WORDS;
use super::queries::{self, Listed};
use super::{FileRow, Home, Place, Visibility};
use crate::db::Db;
use crate::error::Result;
use crate::web::{Day, Page};

/// So many stand on the page of a record.
const SHOWN: i64 = 6;

/// A picture is shown small where it is no larger than this: the browser scales the file itself.
const PICTURE: i64 = 1_000_000;

/// One file in a list.
#[derive(Template)]
#[template(path = "files/_file.html")]
pub struct Item {
    file: FileRow,
    author: Option<String>,
    day: Day,
    /// Where the contact is with which it is kept, beside files of its client.
    contact: Option<String>,
    may_write: bool,
}

impl HtmlSafe for Item {}

impl Item {
    fn new(page: &Page, home: Home, (file, author): Listed) -> Self {
        let of_client = matches!(home, Home::Client(_));
        Self {
            contact: file.contact_id.filter(|_| of_client).map(|id| format!("/contacts/{id}/files")),
            day: page.day(page.date_of(file.created_date)),
            may_write: page.viewer().may_write(),
            author,
            file,
        }
    }

    /// Whether it is shown small itself.
    fn is_shown(&self) -> bool {
        self.file.kind().is_picture() && self.file.size_bytes <= PICTURE
    }

    /// The few letters that stand for what it is.
    fn letters(&self) -> String {
        let ending = self.file.file_name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ending.chars().take(4).collect::<String>().to_uppercase()
    }

    fn is_confidential(&self) -> bool {
        self.file.visibility == Visibility::Confidential
    }

    /// Whether it is the team's among files that are not.
    fn is_of_team(&self) -> bool {
        self.file.visibility == Visibility::Team && self.file.meeting_id.is_none()
    }
}

/// The form that adds files.
#[derive(Template)]
#[template(path = "files/_form.html")]
pub struct AddForm {
    action: String,
    choices: Vec<Visibility>,
    megabytes: u32,
    /// What is wrong with what was sent.
    wrong: Vec<String>,
}

impl HtmlSafe for AddForm {}

impl AddForm {
    /// The one of a place, for those who may add something there; with what is wrong with what was sent.
    pub fn of(page: &Page, place: &Place, wrong: Vec<String>) -> Option<Self> {
        let may_add = page.viewer().may_write() && place.gone.is_none();
        may_add.then(|| Self {
            action: place.home.files(),
            choices: place.choices(page.viewer()),
            megabytes: page.config.file_megabytes,
            wrong,
        })
    }

    /// What may be chosen, in words.
    fn hint(&self) -> String {
        format!("{IN_WORDS}. At most {} MB each.", self.megabytes)
    }
}

/// The part of a page.
#[derive(Template)]
#[template(path = "files/_section.html")]
pub struct Section {
    items: Vec<Item>,
    total: i64,
    all: String,
    form: Option<AddForm>,
    /// The parts of the page that are brought up to date with it.
    parts: &'static str,
}

impl HtmlSafe for Section {}

impl Section {
    /// The latest files of a record.
    pub fn of(db: &mut Db, page: &Page, place: &Place, parts: &'static str) -> Result<Self> {
        let (files, total) = queries::list(db, page.viewer(), place.home, (0, SHOWN))?;
        let items = items(page, place.home, files);
        Ok(Self { items, total, all: place.home.files(), form: AddForm::of(page, place, Vec::new()), parts })
    }

    fn has_more(&self) -> bool {
        usize::try_from(self.total).is_ok_and(|total| total > self.items.len())
    }
}

/// Files as a list shows them.
pub fn items(page: &Page, home: Home, files: Vec<Listed>) -> Vec<Item> {
    files.into_iter().map(|file| Item::new(page, home, file)).collect()
}
