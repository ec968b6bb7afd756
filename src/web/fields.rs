//! A form as it is shown: fields, values, messages, and what someone else saved meanwhile.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use serde::Serialize;
use serde_json::Value;

use super::{FieldError, Invalid, Range, three_way};
use crate::closed_list::ClosedList;

/// Field values by name, as a form sends and shows them.
pub type Values = BTreeMap<String, String>;

/// The values of a record as a form shows them: nothing as an empty text, a tick as `on`.
pub fn values_of(record: &impl Serialize) -> Values {
    let Ok(Value::Object(map)) = serde_json::to_value(record) else { return Values::new() };
    let text = |value: Value| match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "on".into(),
        other => plain(&other),
    };
    map.into_iter().map(|(name, value)| (name, text(value))).collect()
}

/// A JSON value as people write it: a whole number without a fraction.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()),
        other => other.to_string(),
    }
}

/// The value in which a picker keeps the records that a name may mean, one a line with its id.
pub fn offered_in(field: &str) -> String {
    format!("{field}_offered")
}

/// The field by which one of them is taken.
pub fn taken_from_offer(field: &str) -> String {
    format!("{field}_taken")
}

/// One entry of a select or a suggestion.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// An entry.
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into() }
    }

    /// The entries of a closed list, in its order.
    pub fn all<T: ClosedList>() -> Vec<Self> {
        T::ALL.iter().map(|value| Self::new(value.as_str(), value.as_str())).collect()
    }
}

/// How a field is entered.
#[derive(Clone, Debug)]
pub enum Input {
    /// One line.
    Line,
    /// Several lines; how many are seen at first.
    Area(u8),
    /// A date.
    Date,
    /// A number.
    Number,
    /// A tick box.
    Tick,
    /// A password, never shown again.
    Password,
    /// One of a list.
    Select(Vec<Choice>),
    /// One of a few, all in sight.
    Buttons(Vec<Choice>),
    /// Several of a list; the value holds them with commas between.
    Several(Vec<Choice>),
    /// One line, with values that are in use.
    Suggest(Vec<String>),
    /// A record, chosen by typing its name.
    Picker {
        /// Where names are looked up.
        search: String,
        /// Where a missing record is made.
        create: Option<String>,
    },
}

/// One field with its label, value and message.
#[derive(Template, Clone, Debug)]
#[template(path = "web/_field.html")]
pub struct Field {
    /// The column it stands for.
    pub name: &'static str,
    /// The label above it.
    pub label: &'static str,
    /// The hint under the label.
    pub hint: String,
    /// How it is entered.
    pub input: Input,
    /// Whether it must be filled.
    pub required: bool,
    /// Which numbers it takes, if it takes numbers.
    pub range: Option<Range>,
    /// The value.
    pub value: String,
    /// The name shown for the value of a picker.
    pub shown: String,
    /// The records that the name in a picker may mean.
    pub offered: Vec<Choice>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// What someone else saved meanwhile.
    pub saved_meanwhile: Option<String>,
    /// What is often meant, to be taken with a click.
    pub offers: &'static [&'static str],
    /// Whether it is among those that are folded away until they are wanted.
    pub is_folded: bool,
    /// Whether it has the focus when the page is opened.
    pub has_focus: bool,
    /// Before the name in the id, where two forms on a page have fields of one name.
    pub prefix: &'static str,
}

impl HtmlSafe for Field {}

impl Field {
    /// A field that may be left empty.
    pub fn new(name: &'static str, label: &'static str, input: Input) -> Self {
        Self {
            name,
            label,
            input,
            hint: String::new(),
            required: false,
            range: None,
            value: String::new(),
            shown: String::new(),
            offered: Vec::new(),
            error: None,
            saved_meanwhile: None,
            offers: &[],
            is_folded: false,
            has_focus: false,
            prefix: "",
        }
    }

    /// The same, to be filled.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same, for these numbers.
    pub fn within(mut self, range: Range) -> Self {
        self.range = Some(range);
        self
    }

    /// The same with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same with words that are often meant.
    pub fn offering(mut self, offers: &'static [&'static str]) -> Self {
        self.offers = offers;
        self
    }

    /// The same, folded away.
    pub fn folded(mut self) -> Self {
        self.is_folded = true;
        self
    }

    /// The id of its input.
    pub fn id(&self) -> String {
        format!("{}{}", self.prefix, self.name)
    }

    /// The ids that describe the input to a screen reader.
    pub fn described_by(&self) -> String {
        let id = self.id();
        let parts = [
            (!self.hint.is_empty()).then(|| format!("{id}-hint")),
            self.error.as_ref().map(|_| format!("{id}-error")),
            self.saved_meanwhile.as_ref().map(|_| format!("{id}-saved")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The name by which one of the records that a picker offers is taken.
    pub fn taken_from_offer(&self) -> String {
        taken_from_offer(self.name)
    }

    /// The name by which a person says whose value is to stay.
    pub fn taken(&self) -> String {
        three_way::taken(self.name)
    }

    /// Whether a choice is among several that are chosen.
    pub fn holds(&self, choice: &Choice) -> bool {
        self.value.split(',').any(|value| value == choice.value)
    }

    /// Whether a select has to show a value that is not among its entries.
    pub fn is_foreign(&self, choices: &[Choice]) -> bool {
        !self.value.is_empty() && !choices.iter().any(|choice| choice.value == self.value)
    }
}

/// A whole form.
#[derive(Template, Clone, Debug)]
#[template(path = "web/_form.html")]
pub struct FormView {
    /// Where it is sent.
    pub action: String,
    /// The words on its button.
    pub save: String,
    /// Where one goes back to.
    pub cancel: String,
    /// What it carries unseen: the version it was begun on, where it leads.
    pub hidden: Vec<(&'static str, String)>,
    /// The fields in order.
    pub fields: Vec<Field>,
    /// What is wrong, for the summary on top.
    pub errors: Vec<FieldError>,
    /// Who saved meanwhile, as a sentence.
    pub conflict: Option<String>,
    /// Records whose name may mean the same, to be looked at or confirmed away.
    pub near: Near,
    /// Whether what was typed is kept as a draft until it is saved.
    pub is_kept: bool,
    /// Where that draft is kept.
    pub draft_address: String,
    /// What is said of the draft that is in it.
    pub draft_words: String,
}

/// Records whose name may mean the same: address and name.
pub type Near = Vec<(String, String)>;

impl HtmlSafe for FormView {}

impl FormView {
    /// An empty form.
    pub fn new(action: impl Into<String>, save: &str, cancel: impl Into<String>, fields: Vec<Field>) -> Self {
        Self {
            action: action.into(),
            save: save.into(),
            cancel: cancel.into(),
            hidden: Vec::new(),
            fields,
            errors: Vec::new(),
            conflict: None,
            near: Near::new(),
            is_kept: true,
            draft_address: String::new(),
            draft_words: String::new(),
        }
    }

    /// The same for a few words that are typed again sooner than they are found again.
    pub fn unkept(self) -> Self {
        Self { is_kept: false, ..self }
    }

    /// The same with values; the name shown for a picker's is the value of `{field}_name`.
    pub fn filled(mut self, values: &Values) -> Self {
        for field in &mut self.fields {
            if let Some(value) = values.get(field.name) {
                field.value.clone_from(value);
            }
            if let (Input::Picker { .. }, Some(name)) = (&field.input, values.get(&format!("{}_name", field.name))) {
                field.shown.clone_from(name);
                let offered = values.get(&offered_in(field.name)).map(String::as_str).unwrap_or_default();
                field.offered = offered
                    .lines()
                    .filter_map(|line| line.split_once('\t'))
                    .map(|(id, name)| Choice::new(id, name))
                    .collect();
            }
        }
        self
    }

    /// The same, carrying what it was begun on: a save begun on an older version shows by it. A form sent without is
    /// taken as begun on the newest.
    pub fn begun_on(self, carried: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        carried.into_iter().fold(self, |form, (name, value)| form.carrying(name, value))
    }

    /// The same with the question whether it is one of these.
    pub fn near(self, near: Near) -> Self {
        Self { near, ..self }
    }

    /// The same with a hidden field.
    pub fn carrying(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.retain(|(other, _)| *other != name);
        self.hidden.push((name, value.into()));
        self
    }

    /// The same with a hidden field, if there is anything for it to carry.
    pub fn carrying_any(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.carrying(name, value),
            None => self,
        }
    }

    /// The same with messages; one about no field of the form stands in the summary alone.
    pub fn refused(mut self, invalid: Invalid) -> Self {
        for field in &mut self.fields {
            field.error = invalid.0.iter().find(|error| error.field == field.name).map(|error| error.message.clone());
        }
        self.errors = invalid.0;
        self
    }

    /// The same, saying what it began with, so that a save begun on an older version can be told field by field.
    pub fn beginning_with<'a>(self, value_of: impl Fn(&'static str) -> Option<&'a str>) -> Self {
        let marks = three_way::marks(&self, value_of);
        self.carrying(three_way::BEGUN, marks)
    }

    /// The same with the fields to be decided that someone else changed too, beside what they saved.
    pub fn in_conflict(mut self, collisions: &[&'static str], saved: &Values, by: String) -> Self {
        for field in self.fields.iter_mut().filter(|field| collisions.contains(&field.name)) {
            let value = saved.get(field.name).cloned().unwrap_or_default();
            let name = saved.get(&format!("{}_name", field.name));
            field.saved_meanwhile = Some(name.cloned().unwrap_or_else(|| field.in_words(&value)));
        }
        self.conflict = Some(by);
        self
    }

    /// The same with every id prefixed.
    pub fn prefixed(mut self, prefix: &'static str) -> Self {
        for field in &mut self.fields {
            field.prefix = prefix;
        }
        self
    }

    /// The same on a page that is there for it: the first empty field has the focus, else the first one; what is to be
    /// read before comes first.
    pub fn focused(&self) -> Self {
        let mut form = self.clone();
        let is_asked = !form.errors.is_empty() || !form.near.is_empty() || form.conflict.is_some();
        let is_typed = |field: &Field| !field.is_folded && !matches!(field.input, Input::Tick);
        let empty = form.fields.iter().position(|field| is_typed(field) && field.value.is_empty());
        let place = empty.or_else(|| form.fields.iter().position(is_typed));
        if let Some(place) = place.filter(|_| !is_asked) {
            form.fields[place].has_focus = true;
        }
        form
    }

    /// Whether there is something to unfold.
    pub fn has_folded(&self) -> bool {
        self.fields.iter().any(|field| field.is_folded)
    }

    /// Whether what is folded away has to be seen: something is said about it.
    pub fn is_unfolded(&self) -> bool {
        let is_told = |field: &Field| field.error.is_some() || field.saved_meanwhile.is_some();
        self.fields.iter().any(|field| field.is_folded && is_told(field))
    }

    /// The id of the input that a message is about.
    pub fn input_id(&self, error: &FieldError) -> String {
        self.fields.iter().find(|field| field.name == error.field).map_or_else(String::new, Field::id)
    }
}

impl Field {
    fn in_words(&self, value: &str) -> String {
        match &self.input {
            Input::Select(choices) | Input::Buttons(choices) => {
                choices.iter().find(|choice| choice.value == value).map_or_else(|| value.into(), |c| c.label.clone())
            }
            Input::Several(choices) => {
                let chosen = choices.iter().filter(|choice| value.split(',').any(|one| one == choice.value));
                chosen.map(|choice| choice.label.as_str()).collect::<Vec<_>>().join(", ")
            }
            Input::Tick => if value.is_empty() { "no" } else { "yes" }.into(),
            _ => value.into(),
        }
    }
}
