//! What was measured before, and what is wanted instead. The earlier figures are of one machine with two processors,
//! which client, server and database shared: elsewhere the ratios and `make bench-compare` tell more than the verdicts.

use std::time::Duration;

use super::site::Engine::{self, Postgres, Sqlite};

/// Clients in the databases on which the earlier requests per second were measured.
pub const MARKED_AT: usize = 10_000;

/// Page, earlier requests per second (wrk, 16 connections, uncompressed; saves one after the other), wanted factor.
const RATES: [(&str, Engine, f64, f64); 17] = [
    ("/clients", Sqlite, 1383.0, 4.0),
    // Above 20 times the 296 of the earlier Python system.
    ("/clients/{id}", Sqlite, 1859.0, 4.0),
    ("/crm/dashboard", Sqlite, 831.0, 4.0),
    ("/crm/roundtable", Sqlite, 2099.0, 3.0),
    ("/contacts", Sqlite, 2809.0, 3.0),
    ("/my-work", Sqlite, 2869.0, 3.0),
    (super::list::JSON_SEARCH, Sqlite, 6845.0, 2.0),
    ("save a contact", Sqlite, 485.0, 3.0),
    ("save an entry", Sqlite, 809.0, 3.0),
    ("save an edit", Sqlite, 528.0, 3.0),
    ("/clients", Postgres, 801.0, 2.5),
    ("/clients/{id}", Postgres, 1085.0, 2.5),
    ("/crm/dashboard", Postgres, 426.0, 2.5),
    ("/crm/roundtable", Postgres, 724.0, 2.5),
    ("/contacts", Postgres, 822.0, 2.5),
    ("/my-work", Postgres, 1574.0, 2.5),
    (super::list::JSON_SEARCH, Postgres, 1674.0, 2.5),
];

/// Earlier requests per second of a page and the wanted factor.
pub fn rate_of(page: &str, engine: Engine) -> Option<(f64, f64)> {
    let found = RATES.iter().find(|(name, on, ..)| *name == page && *on == engine)?;
    Some((found.2, found.3))
}

/// What a page must keep of its speed when there are more clients.
pub const KEPT: f64 = 0.8;

/// Up to so many clients every page must keep it; beyond, the JSON search.
pub const KEPT_UP_TO: usize = 100_000;

/// Address, and its earlier milliseconds at 1,000,000 clients. Clients and people are those that [`super::site`]
/// gives something to show.
pub const ALONE: [(&str, f64); 15] = [
    ("/clients", 3.0),
    ("/clients/2", 2.9),
    ("/crm/dashboard", 4.0),
    ("/crm/roundtable", 2.1),
    ("/crm/dashboard?priority=high", 2305.0),
    ("/clients?attention=urgent&sort=-last_contact", 1381.0),
    ("/people/3", 158.0),
    ("/clients?search=cedar", 136.0),
    ("/clients/api/search?q=zwqxvk", 132.0),
    ("/crm/roundtable/1", 53.0),
    ("/clients?poc=3", 43.0),
    ("/clients?page=10000", 43.0),
    ("/search?q=granite", 27.0),
    ("/contacts", 17.0),
    ("/crm/poc/3", 9.0),
];

/// The longest time for an answer to someone who asks alone.
pub const ALONE_WITHIN: Duration = Duration::from_millis(10);

/// The longest time for any page that someone arrives at by links: below it nobody notices a wait.
pub const WALKED_WITHIN: Duration = Duration::from_millis(100);

/// The largest page, uncompressed.
pub const LARGEST_PAGE: usize = 100_000;

/// From the start of the process until it listens; earlier 88 ms.
pub const STARTS_WITHIN: Duration = Duration::from_millis(100);

/// How long `generate` may take for 1,000,000 clients; earlier 25 minutes.
pub const MILLION_GENERATED_WITHIN: Duration = Duration::from_secs(300);

/// Marks that were looked at, with what came out.
#[derive(Default)]
pub struct Verdicts(Vec<(String, bool)>);

impl Verdicts {
    /// Notes one, and says it in words.
    pub fn judge(&mut self, mark: String, is_met: bool) -> &'static str {
        self.0.push((mark, is_met));
        words(is_met)
    }

    /// Prints all of them.
    pub fn print(&self) {
        let met = self.0.iter().filter(|(_, is_met)| *is_met).count();
        println!("\n{met} of {} marks met", self.0.len());
        for (mark, is_met) in &self.0 {
            println!("{:<8} {mark}", words(*is_met));
        }
    }
}

fn words(is_met: bool) -> &'static str {
    if is_met { "met" } else { "not met" }
}
