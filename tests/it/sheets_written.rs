//! Tables as other programs write them: the workbooks in `written/` were made by openpyxl and by LibreOffice.

use axum::http::StatusCode;
use rust_xlsxwriter::Workbook;

use crate::sheets::{act, bring, brought, count};
use crate::world::{Role, on_both};

const PROJECTS: &str = "SELECT project_name || '|' || COALESCE(location, '-') || '|' || \
     COALESCE(CAST(target_cod AS TEXT), '-') || '|' || COALESCE(project_status, '-') FROM projects ORDER BY name_key";

#[tokio::test]
async fn workbooks_of_other_programs_come_in_whole_and_go_again() {
    let openpyxl = &include_bytes!("written/openpyxl.xlsx")[..];
    // Days are counted from 1904, and one lost its format.
    let since_1904 = &include_bytes!("written/openpyxl-1904.xlsx")[..];
    let libreoffice = &include_bytes!("written/libreoffice.xlsx")[..];
    on_both(async |world| {
        for (file, third) in [(openpyxl, "-"), (since_1904, "2036-03-04"), (libreoffice, "-")] {
            let import = brought(world, Role::Admin, "projects", file).await;
            let page = world.page(Role::Admin, &import).await;
            assert!(page.contains("Excel workbook, sheet “"), "{page}");
            let page = act(world, Role::Admin, &import, "rehearse", &[("column_1", "location")]).await;
            assert_eq!((count(&page, "New"), count(&page, "With a problem")), (3, 0), "{page}");
            let page = act(world, Role::Admin, &import, "run", &[]).await;
            assert_eq!(count(&page, "New"), 3, "{page}");
            let third = format!("Nord|-|{third}|-");
            let expected = ["Mühlbach 1|Köln|2034-12-31|Planning", &third, "Süd|Passau|2035-02-01|On Hold"];
            assert_eq!(world.texts(PROJECTS), expected);
            assert_eq!(world.number("SELECT count(*) FROM projects WHERE latitude = 51.25"), 1);
            let page = act(world, Role::Admin, &import, "undo", &[]).await;
            assert!(page.contains("This import is undone"), "{page}");
            assert_eq!(world.number("SELECT count(*) FROM projects"), 0);
        }
    })
    .await;
}

/// A workbook whose second row is a formula, with its value or, as a program that does not reckon leaves it, without.
fn with_formula(has_value: bool) -> Vec<u8> {
    use std::io::{Read, Write};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Client").unwrap();
    sheet.write_formula(1, 0, rust_xlsxwriter::Formula::new("=\"Granite\"").set_result("Granite")).unwrap();
    let mut unpacked = zip::ZipArchive::new(std::io::Cursor::new(book.save_to_buffer().unwrap())).unwrap();
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for place in 0..unpacked.len() {
        let mut file = unpacked.by_index(place).unwrap();
        let (name, mut text) = (file.name().unwrap().into_owned(), String::new());
        file.read_to_string(&mut text).unwrap();
        if !has_value {
            text = text.replace("<v>Granite</v>", "");
        }
        packed.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        packed.write_all(text.as_bytes()).unwrap();
    }
    packed.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_formula_comes_in_with_its_value_and_is_refused_without_one() {
    on_both(async |world| {
        let import = brought(world, Role::Plain, "clients", &with_formula(true)).await;
        let page = act(world, Role::Plain, &import, "rehearse", &[]).await;
        assert_eq!(count(&page, "New"), 1, "{page}");
        let refused = bring(world, Role::Plain, "clients", "a.xlsx", &with_formula(false)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("Row 2 holds a formula without its value."), "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn the_name_of_a_file_is_shown_without_what_cannot_be_seen() {
    on_both(async |world| {
        let sent = "C:\\table\u{202e}vsc.\u{200b}exe\u{7}.csv";
        let answer = bring(world, Role::Admin, "clients", sent, b"Client\nGranite\n").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        act(world, Role::Admin, answer.location(), "run", &[]).await;
        for path in ["/import", answer.location(), "/admin/audit"] {
            let page = world.page(Role::Admin, path).await;
            assert!(page.contains("tablevsc.exe.csv"), "{path}: {page}");
            assert!(!page.contains(['\u{202e}', '\u{200b}', '\u{7}']), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_large_workbook_has_its_reasons_as_csv() {
    on_both(async |world| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for column in 0..200 {
            sheet.write_string(0, column, if column == 0 { "Client".into() } else { format!("C{column}") }).unwrap();
        }
        for row in 1..2_600 {
            sheet.write_string(row, 0, "=1+1").unwrap();
        }
        let import = brought(world, Role::Plain, "clients", &book.save_to_buffer().unwrap()).await;
        act(world, Role::Plain, &import, "rehearse", &[("near", "skip")]).await;
        let told = world.get(Role::Plain, &format!("{import}/reasons")).await;
        assert_eq!(told.status, StatusCode::OK);
        let name = told.headers["content-disposition"].to_str().unwrap();
        assert!(name.ends_with(".csv\""), "{name}");
        let lines: Vec<&str> = told.body.lines().collect();
        assert_eq!(lines.len(), 2_600);
        assert!(lines[0].starts_with("\u{feff}Client,C1,") && lines[0].ends_with("C199,Result,Reason"), "{}", lines[0]);
        assert!(lines[1].starts_with("'=1+1,,") && lines[1].ends_with(",new,"), "{}", lines[1]);
        assert!(lines[2].ends_with(",unchanged,"), "{}", lines[2]);
        world.execute("UPDATE imports SET state = 'rehearsing'");
        let half = world.get(Role::Plain, &format!("{import}/reasons")).await;
        assert_eq!(half.status, StatusCode::CONFLICT, "not while they are written");
    })
    .await;
}
