//! This build beside another one: each with a database that its own `generate` made, asked alternately in one run.

use super::list::{PAGES, Page};
use super::site::Site;
use super::{grouped, label};
use crate::Outcome;
use crate::connection::Encoding;
use crate::settings::Settings;

/// Prints the requests per second of both, and their ratio, for each page.
pub fn compare(program: &str, name: &str) -> Outcome<()> {
    let settings = Settings::read("10000")?;
    for &clients in &settings.sizes {
        let ours = Site::on_sqlite(clients)?;
        let theirs = Site::of_build(program.into(), clients)?;
        println!("\n{} clients, {} connections, requests/s", grouped(clients), settings.connections);
        println!("{:<36} {:>11} {name:>11} {:>7}", "page", "this build", "ratio");
        for page in PAGES {
            if !theirs.has(page)? {
                println!("{:<36} {name} has no such page", page.name);
                continue;
            }
            // What a save answers is never compressed.
            let encodings =
                if page.is_save() { &[Encoding::Plain][..] } else { &[Encoding::Plain, Encoding::Compressed] };
            for &encoding in encodings {
                let (our_rate, their_rate) = alternately(&ours, &theirs, page, encoding, &settings)?;
                let (name, ratio) = (label(page.name, encoding), our_rate / their_rate);
                println!("{name:<36} {our_rate:>11.1} {their_rate:>11.1} {ratio:>7.2}");
            }
        }
    }
    Ok(())
}

/// Ours, theirs, theirs, ours: what drifts in between reaches both alike.
fn alternately(
    ours: &Site,
    theirs: &Site,
    page: &Page,
    encoding: Encoding,
    settings: &Settings,
) -> Outcome<(f64, f64)> {
    let rate = |site: &Site| -> Outcome<f64> { Ok(site.load(page, encoding, settings)?.rate) };
    let (first, second) = (rate(ours)?, rate(theirs)?);
    let (third, fourth) = (rate(theirs)?, rate(ours)?);
    Ok(((first + fourth) / 2.0, (second + third) / 2.0))
}
