//! How quick the pages are: requests per second of each page under load, beside a static answer of the same size (of a
//! save, beside a bare durable commit on the same disk), on SQLite at several sizes and on PostgreSQL at the size of
//! the marks; then, at the largest size, how long someone waits who asks alone. Client and server share the machine's
//! processors: only ratios carry over to other machines. Any unexpected answer ends the bench with its body.

mod alone;
mod compare;
mod filters;
mod imports;
mod list;
mod load;
mod marks;
mod rates;
mod rows;
mod site;
mod walk;
mod yardstick;

pub use compare::compare;
pub use yardstick::{STILL, serve_still};

use self::alone::milliseconds;
use self::marks::{MARKED_AT, MILLION_GENERATED_WITHIN, STARTS_WITHIN, Verdicts};
use self::site::Site;
use crate::Outcome;
use crate::connection::Encoding;
use crate::settings::Settings;

const SIZES: &str = "1000,10000,100000";

/// `pages`
pub fn measure() -> Outcome<()> {
    let settings = Settings::read(SIZES)?;
    let mut verdicts = Verdicts::default();
    let mut sites = settings.sizes.iter().map(|size| Site::on_sqlite(*size)).collect::<Outcome<Vec<_>>>()?;
    for site in &sites {
        starts(site, &mut verdicts);
    }
    if settings.has_part("load") {
        // Of the sizes that are measured, the one that is held against the earlier figures.
        let marked = settings.sizes.iter().copied().min_by_key(|size| size.abs_diff(MARKED_AT)).unwrap_or(MARKED_AT);
        sites.push(Site::on_postgres(marked)?);
        rates::measure(&sites, marked, &settings, &mut verdicts)?;
        sites.pop();
    }
    let Some(largest) = sites.last() else { return Ok(()) };
    if settings.has_part("rows") {
        rows::measure(largest)?;
        imports::measure(largest, &mut verdicts)?;
    }
    if settings.has_part("addresses") {
        alone::addresses(largest, &mut verdicts)?;
    }
    if settings.has_part("filters") {
        alone::combinations(largest, &settings, &mut verdicts)?;
    }
    if settings.has_part("walk") {
        walk::measure(largest, &mut verdicts)?;
    }
    verdicts.print();
    Ok(())
}

/// Prints how long making and starting took.
fn starts(site: &Site, verdicts: &mut Verdicts) {
    let (name, made, started) = (site.name(), site.generated_within, site.started_within());
    println!("{name}: generated in {:.1} s, starts in {:.0} ms", made.as_secs_f64(), milliseconds(started));
    let mark = format!("{name}: starts in {:.0} ms", milliseconds(started));
    verdicts.judge(mark, started <= STARTS_WITHIN);
    if site.clients >= 1_000_000 {
        let mark = format!("{name}: generated in {:.0} s", made.as_secs_f64());
        verdicts.judge(mark, made <= MILLION_GENERATED_WITHIN);
    }
}

fn label(name: &str, encoding: Encoding) -> String {
    match encoding {
        Encoding::Plain => name.to_owned(),
        Encoding::Compressed => format!("{name} compressed"),
    }
}

/// A number as people write it: `100,000`.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}
