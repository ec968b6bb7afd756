//! Rules of the house that hold for code not yet written (ARCHITECTURE.md).

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    walk(&root.join(folder), ending, &mut found);
    assert!(!found.is_empty());
    found
        .into_iter()
        .map(|path| (path.strip_prefix(root).unwrap().into(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// The part of a source file that is not its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

#[test]
fn passes_are_made_in_one_place_only() {
    for (path, text) in files("src", "rs") {
        let makes = ["TeamPass(())", "ConfidentialPass(())", "AdminPass(())"].iter().any(|pass| text.contains(pass));
        assert_eq!(makes, path.ends_with("access.rs"), "{}", path.display());
    }
    let access = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/access.rs")).unwrap();
    assert!(!access.contains("_ =>"), "access fails closed: every variant is named");
}

#[test]
fn restricted_columns_are_named_only_where_the_pass_is_taken() {
    let assessment = [
        "relationship_notes",
        "relationship_strength",
        "client_priority",
        "priority_rank",
        "client_status",
        "assessment_reason",
        "rhythm_days",
        "contact_due_date",
        "last_discussed_date",
    ];
    let figures = ["capex", "opex", "fuel_cost", "lcoe"];
    for (columns, rooms) in [
        (&assessment[..], ["clients/assessment", "demo/", "import/clients", "import/nukeworks/assessed"]),
        (&figures[..], ["market/figures", "demo/", "import/industry", "import/industry"]),
    ] {
        for (path, text) in files("src", "rs") {
            let shown = path.display().to_string();
            let allowed = rooms.iter().any(|room| shown.contains(room));
            for column in columns.iter().filter(|_| !allowed) {
                assert!(!code(&text).contains(column), "{shown} names {column}");
            }
        }
    }
}

/// The floors of ARCHITECTURE.md, top first.
fn floors() -> Vec<Vec<String>> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let list = text.split("<!-- floors").nth(1).and_then(|rest| rest.split("```").nth(1)).expect("the list of floors");
    let names = |line: &str| {
        let names = line.get(..28).unwrap_or(line);
        names.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    list.lines().skip(1).map(names).filter(|floor| !floor.is_empty()).collect()
}

#[test]
fn folders_import_only_from_floors_below() {
    let floors = floors();
    let floor_of = |room: &str| floors.iter().position(|floor| floor.iter().any(|name| name == room));
    let imported = Regex::new(r"\bcrate::(\w+)").unwrap();
    let grouped = Regex::new(r"(?s)use crate::\{(.*?)\};").unwrap();
    for (path, text) in files("src", "rs") {
        let first = path.components().nth(1).unwrap().as_os_str().to_str().unwrap();
        let room = first.trim_end_matches(".rs");
        if ["main", "lib", "commands"].contains(&room) {
            continue;
        }
        let here = floor_of(room).unwrap_or_else(|| panic!("{room} stands on no floor of ARCHITECTURE.md"));
        let text = code(&text);
        let plain = imported.captures_iter(text).filter_map(|found| found.get(1));
        let groups = grouped.captures_iter(text).filter_map(|found| found.get(1));
        let within =
            groups.flat_map(|group| group.as_str().split(',').filter_map(|part| part.trim().split("::").next()));
        for other in plain.map(|name| name.as_str()).chain(within).filter(|other| *other != room) {
            let Some(there) = floor_of(other) else { continue };
            assert!(there > here, "{} imports {other}, which does not stand below {room}", path.display());
        }
    }
}

#[test]
fn queries_stand_only_where_queries_belong() {
    for (path, text) in files("src", "rs") {
        let shown = path.display().to_string();
        let belongs = [
            "queries",
            "tables.rs",
            "figures.rs",
            "src/sessions/",
            "attention.rs",
            "filter.rs",
            "asked.rs",
            "src/db/",
            "model.rs",
            "confidential_links.rs",
            "whereabouts.rs",
            "totals.rs",
        ];
        let belongs = belongs.iter().any(|part| shown.contains(part));
        assert!(belongs || !text.contains("diesel::prelude"), "{shown} talks to the database itself");
    }
}

#[test]
fn source_files_stay_short_and_say_what_they_hold() {
    for (path, text) in files("src", "rs") {
        assert!(text.starts_with("//!"), "{} does not say what it holds", path.display());
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
        let unwraps = code(&text).contains(".unwrap()");
        assert!(!unwraps, "{} unwraps outside tests", path.display());
    }
}

#[test]
fn no_line_is_longer_than_rustfmt_allows() {
    let sources = [("src", "rs"), ("tests/it", "rs"), ("bench", "rs"), ("src", "html"), ("web/src/styles", "css")];
    for (path, text) in sources.into_iter().flat_map(|(folder, ending)| files(folder, ending)) {
        let long = (1..).zip(text.lines()).find(|(_, line)| line.chars().count() > 120);
        assert_eq!(long, None, "{} has a line of more than 120 characters", path.display());
    }
}

#[test]
fn partials_stay_short() {
    for (path, text) in files("src", "html") {
        let is_partial = path.file_name().unwrap().to_str().unwrap().starts_with('_');
        let lines = text.lines().count();
        assert!(!is_partial || lines < 60, "{} has {lines} lines", path.display());
    }
}

#[test]
fn templates_hold_no_inline_script_or_style() {
    for (path, text) in files("src", "html") {
        for forbidden in ["style=", "<style", "onclick", "onchange", "<script>", "javascript:", "|safe"] {
            assert!(!text.contains(forbidden), "{} holds {forbidden}", path.display());
        }
    }
}

#[test]
fn the_clock_is_read_in_one_place_only() {
    for (path, text) in files("src", "rs") {
        let reads = ["Utc::now", "Local::now", "SystemTime::now"].iter().any(|clock| code(&text).contains(clock));
        assert_eq!(reads, path.ends_with("clock.rs"), "{} reads the clock", path.display());
    }
}
