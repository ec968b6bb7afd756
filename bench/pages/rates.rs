//! Requests per second of every page, beside a static answer of its size and beside what was measured earlier.

use super::list::{JSON_SEARCH, PAGES, Page};
use super::marks::{KEPT, KEPT_UP_TO, MARKED_AT, Verdicts, rate_of};
use super::site::{Engine, Site};
use super::yardstick::{Still, bare_commits};
use super::{grouped, label};
use crate::Outcome;
use crate::connection::Encoding;
use crate::settings::Settings;

/// What all measurings share.
struct Rates<'a> {
    settings: &'a Settings,
    still: Still,
    /// Clients of the sites that are held against the earlier figures.
    marked: usize,
    verdicts: &'a mut Verdicts,
}

/// Measures every page on all sites, one site right after the other, so that they can be compared.
pub fn measure(sites: &[Site], marked: usize, settings: &Settings, verdicts: &mut Verdicts) -> Outcome<()> {
    let mut rates = Rates { settings, still: Still::start()?, marked, verdicts };
    println!("\n{} connections ask, of saves one in turn; earlier figures", settings.connections);
    println!("were measured at {} clients, without compression", grouped(MARKED_AT));
    for page in PAGES {
        let beside = if page.is_save() { "of commit" } else { "of static" };
        println!("\n{:<32}    bytes requests/s   p50 ms   p99 ms {beside}", page.name);
        let mut by_size = Vec::new();
        for site in sites {
            let rate = rates.of_page(page, site, Encoding::Plain)?;
            if site.engine == Engine::Sqlite {
                by_size.push((site.clients, rate));
            }
            // What a save answers is never compressed.
            if site.clients == marked && !page.is_save() {
                rates.of_page(page, site, Encoding::Compressed)?;
            }
        }
        rates.compare_sizes(page, &by_size);
    }
    Ok(())
}

impl Rates<'_> {
    /// Measures a page, prints its line, returns its requests per second.
    fn of_page(&mut self, page: &Page, site: &Site, encoding: Encoding) -> Outcome<f64> {
        let load = site.load(page, encoding, self.settings)?;
        let (rate, bytes, name) = (load.rate, load.body_bytes(), label(&site.name(), encoding));
        let beside = if page.is_save() {
            bare_commits(&site.beside(), self.settings)?
        } else {
            self.still.rate(bytes, encoding, self.settings)?
        };
        let (p50, p99, ratio) = (load.percentile(50), load.percentile(99), rate / beside);
        print!("  {name:<30} {bytes:>8} {rate:>10.1} {p50:>8.2} {p99:>8.2} {ratio:>9.3}");
        let mark = rate_of(page.name, site.engine).filter(|_| site.clients == self.marked);
        if let Some((earlier, wanted)) = mark {
            let compared = format!("{:.2} × {earlier}, wanted {wanted} ×", rate / earlier);
            print!("  {compared}");
            if encoding == Encoding::Plain {
                let mark = format!("{name}: {}, {compared}", page.name);
                print!(": {}", self.verdicts.judge(mark, rate / earlier >= wanted));
            }
        }
        println!();
        Ok(rate)
    }

    /// Prints what a page keeps of its speed with more clients than the fewest.
    fn compare_sizes(&mut self, page: &Page, by_size: &[(usize, f64)]) {
        let Some(((few, rate_of_few), more)) = by_size.split_first() else { return };
        for (many, rate) in more {
            let kept = rate / rate_of_few;
            let ratio = format!("at {} : at {} = {kept:.2}", grouped(*many), grouped(*few));
            print!("  {ratio}");
            if *many <= KEPT_UP_TO || page.name == JSON_SEARCH {
                let mark = format!("{} {ratio}, wanted {KEPT}", page.name);
                print!(", wanted {KEPT}: {}", self.verdicts.judge(mark, kept >= KEPT));
            }
            println!();
        }
    }
}
