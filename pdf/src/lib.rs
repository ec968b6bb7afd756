//! Sheets of paper as PDF: values in, bytes out. Text is drawn as it is and never read as markup; nothing here knows
//! what it is about. A package of its own, so that what it is made with is built once.

mod layout;

use krilla::Document;
use krilla::color::luma;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::text::{Font, TextDirection};

use layout::{HEIGHT, Line, Measure, WIDTH};

/// What a sheet says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Its title, on top of the first page and in what the file tells of itself.
    pub title: String,
    /// What stands at the foot of each page.
    pub foot: String,
    /// What it says, from top to bottom.
    pub blocks: Vec<Block>,
    /// Whether it is to fit one page: it is then set smaller, and what still does not fit is left out.
    pub is_one_page: bool,
}

/// A part of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// What a section is about.
    Heading(String),
    /// What a part of a section is about.
    Subheading(String),
    /// Running text; lines end where they do in it.
    Text(String),
    /// A remark in grey.
    Remark(String),
    /// One of several, with a dot before it.
    Item(String),
    /// A label and what belongs to it.
    Fact(String, String),
}

/// The two cuts of the typeface, as the bytes of their files.
#[derive(Clone)]
pub struct Typeface {
    /// For running text.
    pub regular: Vec<u8>,
    /// For what stands out.
    pub bold: Vec<u8>,
}

/// Why there is no file.
#[derive(Debug)]
pub struct Failure(String);

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Sets sheets as one file, each from a page of its own.
pub fn write(title: &str, sheets: &[Sheet], typeface: &Typeface) -> Result<Vec<u8>, Failure> {
    let unreadable = || Failure("the typeface cannot be read".into());
    let font = |file: &Vec<u8>| Font::new(file.clone().into(), 0).ok_or_else(unreadable);
    let fonts = [font(&typeface.regular)?, font(&typeface.bold)?];
    let measure = Measure::new(&typeface.regular, &typeface.bold).ok_or_else(unreadable)?;
    let pages = sheets.iter().flat_map(|sheet| layout::pages(sheet, &measure));
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title.to_owned()).language("en".into()));
    let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Failure("the page has no size".into()))?;
    for lines in pages {
        let mut page = document.start_page_with(settings.clone());
        let mut surface = page.surface();
        for Line { text, left, base, size, is_bold, is_grey } in lines.into_iter().filter(|line| !line.text.is_empty())
        {
            let paint = if is_grey { luma::Color::new(90) } else { luma::Color::black() };
            surface.set_fill(Some(Fill { paint: paint.into(), ..Fill::default() }));
            let font = fonts[usize::from(is_bold)].clone();
            surface.draw_text(Point::from_xy(left, base), font, size, &text, false, TextDirection::Auto);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| Failure(format!("{error:?}")))
}
