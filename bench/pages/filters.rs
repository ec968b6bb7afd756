//! What the lists offer to narrow and order them, read from their own filter forms and table heads.

use std::collections::HashSet;

use regex::Regex;

use crate::Outcome;

/// A word to search for, which many names hold.
const WORD: &str = "cedar";
/// Of a longer choice (of colleagues, of vendors) the first, the middle and the last stand for all.
const LONGEST_CHOICE: usize = 16;
/// Where one begins to look for lists; the main navigation leads to the others.
const BEGIN: [&str; 2] = ["/clients", "/clients/1/contacts"];

/// All addresses of one list: each parameter with the values that it may have.
pub struct Addresses {
    path: String,
    parameters: Vec<(String, Vec<String>)>,
}

impl Addresses {
    /// The list, without anything that narrows it but what its form keeps.
    pub fn path(&self) -> String {
        let kept = self.parameters.iter().filter_map(|(name, values)| match &values[..] {
            [value] => Some((name, value)),
            _ => None,
        });
        address(&self.path, kept)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parameters.iter().map(|(_, values)| values.len()).product()
    }

    /// All of them in an order in which neighbours differ in much, so that the first few stand for the rest.
    pub fn far_apart(&self) -> impl Iterator<Item = String> {
        let all = self.len();
        // A prime that does not divide the number visits each once.
        let step = [1_000_003, 999_983].into_iter().find(|step| !all.is_multiple_of(*step)).unwrap_or(1);
        (0..all).map(move |number| self.combination(number * step % all))
    }

    /// The one of that number: each parameter takes its digit.
    fn combination(&self, mut number: usize) -> String {
        let chosen = self.parameters.iter().map(|(name, values)| {
            let value = &values[number % values.len()];
            number /= values.len();
            (name, value)
        });
        address(&self.path, chosen)
    }

    /// Reads a page; `None` when it has no filter.
    fn read(page: &str) -> Outcome<Option<Self>> {
        let Some(form) = Regex::new(r"(?s)<form[^>]*\bdata-filters.*?</form>")?.find(page) else { return Ok(None) };
        let form = form.as_str();
        let path = attribute(form, "action")?.ok_or("a filter form without an address")?;
        let mut parameters = Vec::new();
        for input in Regex::new("(?s)<input[^>]*>")?.find_iter(form) {
            let kind = attribute(input.as_str(), "type")?;
            match (attribute(input.as_str(), "name")?, kind.as_deref()) {
                (Some(name), Some("search")) => parameters.push((name, vec![String::new(), WORD.to_owned()])),
                (Some(name), Some("hidden")) if name != "sort" => {
                    parameters.push((name, vec![attribute(input.as_str(), "value")?.unwrap_or_default()]));
                }
                _ => {}
            }
        }
        let options = Regex::new("(?s)<option[^>]*>")?;
        for select in Regex::new("(?s)<select.*?</select>")?.find_iter(form) {
            let name = attribute(select.as_str(), "name")?.ok_or("a select without a name")?;
            let values = options.find_iter(select.as_str()).map(|option| attribute(option.as_str(), "value"));
            let values = values.map(|value| Ok(value?.unwrap_or_default())).collect::<Outcome<Vec<_>>>()?;
            parameters.push((name, standing_for(values)));
        }
        let sorts = sorts(page)?;
        if sorts.len() > 1 {
            parameters.push(("sort".to_owned(), sorts));
        }
        Ok(Some(Self { path, parameters }))
    }
}

/// The path with those parameters that have a value.
fn address<'a>(path: &str, parameters: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    let filled = parameters.filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The value of an attribute, where the text first has it.
fn attribute(text: &str, name: &str) -> Outcome<Option<String>> {
    let found = Regex::new(&format!(r#"\b{name}="([^"]*)""#))?.captures(text).map(|found| unescaped(&found[1]));
    Ok(found)
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&#39;", "'").replace("&#34;", "\"")
}

fn standing_for(values: Vec<String>) -> Vec<String> {
    let (none, some): (Vec<_>, Vec<_>) = values.into_iter().partition(String::is_empty);
    if some.len() <= LONGEST_CHOICE {
        return [none, some].concat();
    }
    let three = [0, some.len() / 2, some.len() - 1].map(|place| some[place].clone());
    [&none[..], &three].concat()
}

/// Every order that the heads of the table offer, both ways round, and the usual one.
fn sorts(page: &str) -> Outcome<Vec<String>> {
    let mut sorts = vec![String::new()];
    let Some(head) = Regex::new("(?s)<thead.*?</thead>")?.find(page) else { return Ok(sorts) };
    for found in Regex::new(r#"\bsort=-?(\w+)"#)?.captures_iter(head.as_str()) {
        sorts.extend([found[1].to_owned(), format!("-{}", &found[1])]);
    }
    Ok(sorts)
}

/// The lists to which the main navigation leads, and those beside them: archived records, the map.
pub fn lists(mut ask: impl FnMut(&str) -> Outcome<String>) -> Outcome<Vec<Addresses>> {
    let parts = Regex::new(r#"(?s)<nav class="rt-nav".*?</nav>|<div class="rt-actions">.*?</div>"#)?;
    let link = Regex::new(r#"<a [^>]*href="(/[^"]*)""#)?;
    let mut waiting: Vec<String> = BEGIN.iter().rev().map(|address| (*address).to_owned()).collect();
    let (mut seen, mut found) = (HashSet::new(), Vec::new());
    while let Some(address) = waiting.pop() {
        // The start only leads on, and forms for new records stand beside the lists.
        if !seen.insert(address.clone()) || address == "/" || address.ends_with("/new") {
            continue;
        }
        let page = ask(&address)?;
        let Some(list) = Addresses::read(&page)? else { continue };
        found.push(list);
        for part in parts.find_iter(&page) {
            waiting.extend(link.captures_iter(part.as_str()).map(|found| unescaped(&found[1])));
        }
    }
    Ok(found)
}
