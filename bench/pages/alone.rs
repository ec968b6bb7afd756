//! Someone who asks alone, on a server that is warm: each address that is slow with very many clients, and every
//! combination of filters and sorts that the lists offer.

use std::time::{Duration, Instant};

use super::filters::{Addresses, lists};
use super::marks::{ALONE, ALONE_WITHIN, LARGEST_PAGE, Verdicts};
use super::site::Site;
use crate::Outcome;
use crate::connection::{Connection, Encoding, Session};
use crate::settings::Settings;

/// A list that takes longer, with all its combinations, is left; those that were asked lie far apart.
const PATIENCE: Duration = Duration::from_secs(900);
const SLOWEST_SHOWN: usize = 5;

/// What one address took.
pub struct Asked {
    address: String,
    pub took: Duration,
    bytes: usize,
}

impl Asked {
    fn is_met(&self) -> bool {
        self.took <= ALONE_WITHIN && self.bytes <= LARGEST_PAGE
    }

    /// As a row of a table.
    pub fn print(&self) {
        println!("  {:>9.2} {:>8} {}", milliseconds(self.took), self.bytes, self.address);
    }
}

/// A person with one connection.
pub struct Person<'a> {
    session: &'a Session,
    connection: Connection,
}

impl<'a> Person<'a> {
    /// Whoever is signed in by a session.
    pub fn new(session: &'a Session) -> Outcome<Self> {
        Ok(Self { session, connection: Connection::open(&session.host)? })
    }

    /// The quicker of two answers with its text; nothing where that is no page for this person.
    pub fn visit(&mut self, address: &str) -> Outcome<Option<(Asked, String)>> {
        let request = self.session.get(address, Encoding::Plain);
        let mut took = Duration::MAX;
        let mut text = String::new();
        for _ in 0..2 {
            let begun = Instant::now();
            let answer = self.connection.ask(&request)?;
            took = took.min(begun.elapsed());
            match answer.status {
                200 => text = answer.text(),
                ..500 => return Ok(None),
                _ => drop(answer.checked(200, &request)?),
            }
        }
        Ok(Some((Asked { address: address.to_owned(), took, bytes: text.len() }, text)))
    }

    fn ask(&mut self, address: &str) -> Outcome<Asked> {
        let request = self.session.get(address, Encoding::Plain);
        let begun = Instant::now();
        let answer = self.connection.ask(&request)?.checked(200, &request)?;
        Ok(Asked { address: address.to_owned(), took: begun.elapsed(), bytes: answer.body.len() })
    }

    /// The median, once the server is warm.
    fn ask_often(&mut self, address: &str) -> Outcome<Asked> {
        for _ in 0..3 {
            self.ask(address)?;
        }
        let mut all = (0..11).map(|_| self.ask(address)).collect::<Outcome<Vec<_>>>()?;
        all.sort_by_key(|one| one.took);
        Ok(all.swap_remove(5))
    }

    /// The first answer that is quick, or else the quickest of a few: by then the server is warm, and what else runs on
    /// the machine is not counted.
    fn ask_warm(&mut self, address: &str) -> Outcome<Asked> {
        let mut quickest = self.ask(address)?;
        for _ in 0..3 {
            if quickest.is_met() {
                break;
            }
            let again = self.ask(address)?;
            if again.took < quickest.took {
                quickest = again;
            }
        }
        Ok(quickest)
    }
}

/// Prints how long each of the slow addresses takes now.
pub fn addresses(site: &Site, verdicts: &mut Verdicts) -> Outcome<()> {
    println!("\nOne request at a time, warm: {}", site.name());
    println!("       ms    bytes  earlier ms  address");
    let mut person = Person::new(site.session())?;
    for (address, earlier) in ALONE {
        let Asked { took, bytes, .. } = person.ask_often(address)?;
        let took = milliseconds(took);
        let is_met = took <= milliseconds(ALONE_WITHIN) && bytes <= LARGEST_PAGE;
        let mark = format!("{}: {address} alone, {took:.2} ms, {bytes} bytes", site.name());
        let verdict = verdicts.judge(mark, is_met);
        println!("{took:>9.2} {bytes:>8} {earlier:>11.1}  {address}  {verdict}");
    }
    Ok(())
}

/// Asks for every combination, prints the slowest of each list and all that miss.
pub fn combinations(site: &Site, settings: &Settings, verdicts: &mut Verdicts) -> Outcome<()> {
    println!("\nCombinations of filters and sorts, one request at a time: {}", site.name());
    println!("         ms    bytes address");
    let mut person = Person::new(site.session())?;
    let offered = lists(|address| {
        let request = site.session().get(address, Encoding::Plain);
        Ok(person.connection.ask(&request)?.checked(200, &request)?.text())
    })?;
    for list in offered {
        let mut asked = asked(&mut person, &list, settings)?;
        asked.sort_by_key(|one| std::cmp::Reverse(one.took));
        let missed: Vec<&Asked> = asked.iter().filter(|one| !one.is_met()).collect();
        let mark = format!(
            "{}: {}, {} of {} combinations asked, {} missed",
            site.name(),
            list.path(),
            asked.len(),
            list.len(),
            missed.len()
        );
        println!("{mark}; the slowest:");
        asked.iter().take(SLOWEST_SHOWN).for_each(Asked::print);
        if !missed.is_empty() {
            println!(" all that missed:");
            missed.iter().for_each(|one| one.print());
        }
        verdicts.judge(mark, missed.is_empty());
    }
    Ok(())
}

fn asked(person: &mut Person<'_>, list: &Addresses, settings: &Settings) -> Outcome<Vec<Asked>> {
    let begun = Instant::now();
    let within = list.far_apart().take(settings.combinations).take_while(|_| begun.elapsed() < PATIENCE);
    within.map(|address| person.ask_warm(&address)).collect()
}

/// A time as the tables show it.
pub fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
