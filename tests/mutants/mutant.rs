//! Only in mutants: which of the known faults is in force (`scripts/mutants`).

use std::sync::LazyLock;

use crate::access::Viewer;

static CHOSEN: LazyLock<String> = LazyLock::new(|| std::env::var("MUTANT").unwrap_or_default());

/// Whether the fault of that name is in force.
pub fn is(name: &str) -> bool {
    *CHOSEN == name
}

/// Who asks; under the fault of that name, one who may see everything.
pub fn viewer(name: &str, viewer: &Viewer) -> Viewer {
    if is(name) { Viewer::command_line() } else { viewer.clone() }
}
