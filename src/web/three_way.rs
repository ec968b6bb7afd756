//! A form that was begun on an older version: what one person changed, what another changed meanwhile, and the fields
//! that both did, which alone have to be decided (product.md §5).

use sha2::{Digest, Sha256};

use super::typed_text::number_of;
use super::{Field, FormData, FormView, Input, Values, sentences};

/// The hidden field by which a form says what it began with: a mark of each value.
pub(super) const BEGUN: &str = "begun_values";

/// A form as it is to be saved, and the fields that two people changed in two ways.
pub(super) struct Merged {
    pub form: FormData,
    pub collisions: Vec<&'static str>,
    /// Whether anything of the other person's was taken over.
    pub took: bool,
}

/// Puts together what was sent, in `form` with its values, and what is `saved` now. A form that does not say what it
/// began with has changed every field that differs. Texts that both changed are put together by sentence where it is
/// known what they were `made_from`.
pub(super) fn merge(form: &FormView, sent: FormData, saved: &Values, made_from: &Values) -> Merged {
    let begun = sent.get(BEGUN).unwrap_or_default();
    let began_with = |field: &Field, value: &str| begun.split(' ').any(|known| known == mark(field, value));
    let mut merged = Merged { form: sent, collisions: Vec::new(), took: false };
    for field in &form.fields {
        let (name, mine) = (field.name, &field.value);
        let differs = |theirs: &&String| comparable(field, theirs) != comparable(field, mine);
        let Some(theirs) = saved.get(name).filter(differs) else { continue };
        let is_given_up = merged.form.get(&taken(name)).is_some_and(|whose| whose == "theirs");
        if is_given_up || began_with(field, mine) {
            merged.form = merged.form.replaced(name, theirs);
            if let Input::Picker { .. } = field.input {
                let shown = format!("{name}_name");
                merged.form = merged.form.replaced(&shown, saved.get(&shown).map_or("", String::as_str));
            }
            merged.took = true;
        } else if let Some(both) = made_from.get(name).and_then(|begun| together(field, begun, mine, theirs)) {
            merged.form = merged.form.replaced(name, &both);
            merged.took = true;
        } else if !began_with(field, theirs) {
            merged.collisions.push(name);
        }
    }
    merged
}

/// A text of several lines with what each changed of it, where that does not collide.
fn together(field: &Field, begun: &str, mine: &str, theirs: &str) -> Option<String> {
    let as_lines = |text: &str| text.replace("\r\n", "\n").trim().to_owned();
    let is_text = matches!(field.input, Input::Area(_));
    is_text.then(|| sentences::merge(&as_lines(begun), &as_lines(mine), &as_lines(theirs))).flatten()
}

/// What the field begins with, for [`BEGUN`]; a password never tells of itself.
pub(super) fn marks<'a>(form: &FormView, value_of: impl Fn(&'static str) -> Option<&'a str>) -> String {
    let fields = form.fields.iter().filter(|field| !matches!(field.input, Input::Password));
    let marks = fields.filter_map(|field| Some(mark(field, value_of(field.name)?)));
    marks.collect::<Vec<_>>().join(" ")
}

/// The field by which a person says whose value is to stay.
pub(super) fn taken(name: &str) -> String {
    format!("take_{name}")
}

/// Tells one value from another without repeating it: a long text would double the page.
fn mark(field: &Field, value: &str) -> String {
    let digest = Sha256::digest(comparable(field, value));
    format!("{}:{}", field.name, hex::encode(&digest[..8]))
}

/// A value without what reading it leaves out: kinds of line ends, white space around, the way a number is written.
fn comparable(field: &Field, value: &str) -> String {
    let text = value.replace("\r\n", "\n");
    let text = text.trim();
    let number = if matches!(field.input, Input::Number) { number_of(text) } else { None };
    number.map_or_else(|| text.to_owned(), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn only_what_both_changed_has_to_be_decided() {
        let names = ["mine", "theirs", "both", "alike", "given_up"];
        let fields = names.map(|name| Field::new(name, name, Input::Line)).to_vec();
        let values = |pairs: [&str; 5]| -> Values {
            names.iter().zip(pairs).map(|(name, value)| ((*name).to_owned(), value.to_owned())).collect()
        };
        let form = FormView::new("/", "Save", "", fields);
        let begun = values(["a", "b", "c", "d", "e"]);
        let marks = marks(&form, |name| begun.get(name).map(String::as_str));
        let (sent, saved) = (values(["A", "b", "C", "D", "E"]), values(["a", "B", "see", "D", "ee"]));
        let extra = [(BEGUN.to_owned(), marks), ("take_given_up".to_owned(), "theirs".to_owned())];
        let data = FormData::of_pairs(sent.clone().into_iter().chain(extra), NaiveDate::MIN);
        let merged = merge(&form.filled(&sent), data, &saved, &Values::new());
        assert_eq!(merged.collisions, ["both"]);
        let [phone, number] = [Input::Line, Input::Number].map(|input| Field::new("x", "X", input));
        assert_ne!(comparable(&phone, "+1555"), comparable(&phone, "1555"), "a text is no number");
        assert_eq!(comparable(&number, "10.50"), comparable(&number, "10.5"));
        let kept = names.map(|name| merged.form.get(name).unwrap_or_default());
        assert_eq!(kept, ["A", "B", "C", "D", "ee"]);
    }

    #[test]
    fn texts_of_several_lines_are_put_together_by_sentence() {
        let form = FormView::new("/", "Save", "", vec![Field::new("notes", "Notes", Input::Area(3))]);
        let values = |text: &str| Values::from([("notes".to_owned(), text.to_owned())]);
        let sent = |text: &str| FormData::of_pairs(values(text), NaiveDate::MIN);
        let (begun, theirs) = (values("One.\nTwo."), values("One.\nTwo.\nThree."));
        let apart = merge(&form.clone().filled(&values("None.\r\nTwo.")), sent("None.\r\nTwo."), &theirs, &begun);
        assert_eq!(apart.form.get("notes").as_deref(), Some("None.\nTwo.\nThree."));
        let mine = "One.\nTwo.\nTen.";
        assert_eq!(merge(&form.filled(&values(mine)), sent(mine), &theirs, &begun).collisions, ["notes"]);
    }
}
