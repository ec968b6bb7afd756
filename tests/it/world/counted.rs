//! The counters that triggers keep, held against a count at the end of each `World`.

use roundtable::closed_list::ClosedList;
use roundtable::records::RecordKind;

use super::World;

/// Columns by which clients are counted beside those that narrow their list.
const OF_CLIENTS: [&str; 3] = ["mpr_primary_poc", "mpr_secondary_poc", "last_contact_date"];

/// What the counters tell and a count does not, or the other way round.
pub fn miscounted(world: &World) -> Vec<String> {
    let mut counted = vec![
        of("clients", "standing", STANDING, "clients", "NOT is_archived"),
        of("contacts", "confidential", CONFIDENTIAL, "contact_log", "1 = 1"),
        of("contacts", "month", &format!("{} || {CONFIDENTIAL}", month("contact_date")), "contact_log", "1 = 1"),
    ];
    for &kind in RecordKind::ALL {
        let table = kind.table();
        let more = OF_CLIENTS.into_iter().filter(|_| kind == RecordKind::Client);
        let columns = kind.filters().map(|field| field.name).chain(more);
        counted.push(of(table, "", "''", table, "NOT is_archived"));
        counted.extend(columns.map(|c| of(table, c, &format!("CAST({c} AS TEXT)"), table, "NOT is_archived")));
    }
    let kept = [
        "SELECT table_name, column_name, value, records FROM record_totals".to_owned(),
        format!("SELECT 'clients', 'standing', {STANDING}, clients FROM client_standing_totals"),
        format!("SELECT 'contacts', 'confidential', {CONFIDENTIAL}, contacts FROM contact_totals"),
        format!("SELECT 'contacts', 'month', {} || {CONFIDENTIAL}, contacts FROM contact_months", month("month")),
    ];
    let sums = |parts: &[String]| {
        format!(
            "SELECT table_name, column_name, value, CAST(SUM(records) AS BIGINT) AS records FROM ({}) AS parts \
             WHERE value IS NOT NULL GROUP BY table_name, column_name, value HAVING SUM(records) <> 0",
            parts.join(" UNION ALL ")
        )
    };
    let (counted, kept) = (sums(&counted), sums(&kept));
    let only = |one: &str, other: &str| {
        world.texts(&format!(
            "SELECT table_name || ' ' || column_name || ' ' || value || ': ' || CAST(records AS TEXT) FROM \
             ({one} EXCEPT {other}) AS different"
        ))
    };
    let there = only(&counted, &kept).into_iter().map(|row| format!("there {row}"));
    there.chain(only(&kept, &counted).into_iter().map(|row| format!("kept {row}"))).collect()
}

const STANDING: &str = "COALESCE(client_priority, '') || '/' || COALESCE(client_status, '')";
const CONFIDENTIAL: &str = "CASE WHEN is_confidential THEN 'yes' ELSE 'no' END";

/// The month of a day as a text, on both databases.
fn month(day: &str) -> String {
    format!("substr(CAST({day} AS TEXT), 1, 7)")
}

fn of(table: &str, column: &str, value: &str, counted: &str, condition: &str) -> String {
    format!(
        "SELECT '{table}' AS table_name, '{column}' AS column_name, {value} AS value, 1 AS records \
         FROM {counted} WHERE {condition}"
    )
}
