//! The confidential figures of projects: every function takes the pass (product.md §1, §2).

use std::collections::HashMap;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::access::{ConfidentialPass, Visit};
use crate::audit;
use crate::db::Db;
use crate::db::expressions::among;
use crate::error::Result;
use crate::records::label_and_unit;
use crate::web::{Checked, Field, FormData, Input, Invalid, Range};

diesel::table! {
    #[sql_name = "projects"]
    project_figures (project_id) {
        project_id -> BigInt,
        capex -> Nullable<Double>,
        opex -> Nullable<Double>,
        fuel_cost -> Nullable<Double>,
        lcoe -> Nullable<Double>,
        figures_version -> BigInt,
    }
}

/// What a project costs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = project_figures, treat_none_as_null = true)]
pub struct Figures {
    /// Capital cost, million USD.
    pub capex: Option<f64>,
    /// Operating cost, million USD a year.
    pub opex: Option<f64>,
    /// Fuel cost, USD/MWh.
    pub fuel_cost: Option<f64>,
    /// Levelised cost of electricity, USD/MWh.
    pub lcoe: Option<f64>,
}

/// Column and label of each figure.
pub const LABELS: [(&str, &str); 4] = [
    ("capex", "Capital cost (million USD)"),
    ("opex", "Operating cost (million USD a year)"),
    ("fuel_cost", "Fuel cost (USD/MWh)"),
    ("lcoe", "Levelised cost (USD/MWh)"),
];

impl Figures {
    /// Reads the figures that a form holds; those that it does not stay as they were.
    pub fn parse(_pass: ConfidentialPass, form: &FormData, before: &Self) -> Result<Self, Invalid> {
        let mut checked = Checked::new(form);
        let mut figure = |name, held| match form.has(name) {
            true => checked.number(name, Range::FromZero),
            false => held,
        };
        let figures = Self {
            capex: figure("capex", before.capex),
            opex: figure("opex", before.opex),
            fuel_cost: figure("fuel_cost", before.fuel_cost),
            lcoe: figure("lcoe", before.lcoe),
        };
        checked.finish(figures)
    }

    /// These, with those that are missing taken from elsewhere by their column.
    pub fn filled(&self, _pass: ConfidentialPass, mut find: impl FnMut(&'static str) -> Option<f64>) -> Self {
        let mut figure = |held: Option<f64>, name| held.or(find(name));
        Self {
            capex: figure(self.capex, "capex"),
            opex: figure(self.opex, "opex"),
            fuel_cost: figure(self.fuel_cost, "fuel_cost"),
            lcoe: figure(self.lcoe, "lcoe"),
        }
    }

    /// The figures with their labels and units.
    pub fn labelled(&self) -> [(&'static str, &'static str, Option<f64>); 4] {
        let values = [self.capex, self.opex, self.fuel_cost, self.lcoe];
        std::array::from_fn(|index| {
            let (label, unit) = label_and_unit(LABELS[index].1);
            (label, unit.unwrap_or_default(), values[index])
        })
    }
}

/// The fields of the figures in a project's form.
pub fn fields(_pass: ConfidentialPass) -> Vec<Field> {
    LABELS
        .map(|(name, label)| Field::new(name, label, Input::Number).within(Range::FromZero).hint("Confidential"))
        .into()
}

/// The figures of a project.
pub fn find(db: &mut Db, _pass: ConfidentialPass, project_id: i64) -> Result<Figures> {
    Ok(project_figures::table.find(project_id).select(Figures::as_select()).first(db)?)
}

/// The figures of several projects.
pub fn find_each(db: &mut Db, _pass: ConfidentialPass, ids: &[i64]) -> Result<HashMap<i64, Figures>> {
    let query = project_figures::table.filter(among(project_figures::project_id, ids.iter().copied()));
    let rows: Vec<(i64, Figures)> = query.select((project_figures::project_id, Figures::as_select())).load(db)?;
    Ok(rows.into_iter().collect())
}

/// The version a form of the figures is begun on: its own, so that the open one tells nothing.
pub fn version(db: &mut Db, _pass: ConfidentialPass, project_id: i64) -> Result<i64> {
    Ok(project_figures::table.find(project_id).select(project_figures::figures_version).first(db)?)
}

/// Changes the figures of a project that is held.
pub fn update(db: &mut Db, visit: &Visit, pass: ConfidentialPass, project_id: i64, figures: &Figures) -> Result<()> {
    let before = find(db, pass, project_id)?;
    if before == *figures {
        return Ok(());
    }
    let next = project_figures::figures_version.eq(project_figures::figures_version + 1);
    diesel::update(project_figures::table.find(project_id)).set((figures, next)).execute(db)?;
    audit::updated(db, visit, "projects", project_id, &before, figures)
}
