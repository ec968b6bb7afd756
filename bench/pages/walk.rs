//! Someone who goes from page to page by the links that stand there: two addresses of each kind are asked for, as a
//! member of the team and as a colleague outside it.

use std::collections::{BTreeSet, HashMap, VecDeque};

use regex::Regex;

use super::alone::{Asked, Person, milliseconds};
use super::marks::{Verdicts, WALKED_WITHIN};
use super::site::Site;
use crate::Outcome;

/// Pages that one person asks for at most, and those that are printed.
const PAGES: usize = 800;
/// With fewer, nobody went far.
const LEAST: usize = 100;
const SLOWEST_SHOWN: usize = 25;

/// Where it begins: what the menu offers, and a record of each kind.
const BEGIN: [&str; 12] = [
    "/",
    "/clients/1",
    "/clients/77",
    "/owners/1",
    "/vendors/1",
    "/technologies/1",
    "/projects/1",
    "/people/3",
    "/people/40",
    "/search?q=cedar",
    "/paths?from=clients/77&to=technologies/1",
    "/crm/dashboard",
];

/// Walks as both, and prints the slowest pages of each.
pub fn measure(site: &Site, verdicts: &mut Verdicts) -> Outcome<()> {
    for (who, session) in [("the team", site.session()), ("everyone", &site.outsider)] {
        let mut asked = walk(&mut Person::new(session)?)?;
        asked.sort_by_key(|one| std::cmp::Reverse(one.took));
        let slow = asked.iter().filter(|one| one.took > WALKED_WITHIN).count();
        let mark = format!("{}: {} pages by their links as {who}, {slow} missed", site.name(), asked.len());
        println!("\n{mark} ({} ms); the slowest:\n         ms    bytes address", milliseconds(WALKED_WITHIN));
        asked.iter().take(SLOWEST_SHOWN).for_each(|one| one.print());
        verdicts.judge(mark, slow == 0 && asked.len() >= LEAST);
    }
    Ok(())
}

fn walk(person: &mut Person<'_>) -> Outcome<Vec<Asked>> {
    let link = Regex::new(r#"href="(/[^"]*)"#)?;
    let left_out = Regex::new(r"^/(assets|help|crm/events|admin/archive)|\.(csv|xlsx|pdf|md|zip|ics|json)\b|/files/")?;
    let (number, day) = (Regex::new(r"(/|=)\d+")?, Regex::new(r"\d{4}-\d\d(-\d\d)?")?);
    let mut waiting: VecDeque<String> = BEGIN.into_iter().map(str::to_owned).collect();
    let (mut seen, mut kinds) = (BTreeSet::new(), HashMap::<String, usize>::new());
    let mut walked = Vec::new();
    while let Some(address) = waiting.pop_front().filter(|_| walked.len() < PAGES) {
        let kind = number.replace_all(&day.replace_all(&address, "DAY"), "${1}N").into_owned();
        let known = kinds.entry(kind).or_default();
        if *known == 2 || left_out.is_match(&address) || !seen.insert(address.clone()) {
            continue;
        }
        let Some((asked, page)) = person.visit(&address)? else { continue };
        *known += 1;
        let links = link.captures_iter(&page).map(|found| found[1].replace("&#38;", "&"));
        waiting.extend(links.filter_map(|link| Some(link.split('#').next()?.to_owned())));
        walked.push(asked);
    }
    Ok(walked)
}
