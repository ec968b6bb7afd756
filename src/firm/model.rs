//! The row in which the firm's own settings stand.

use chrono_tz::Tz;
use diesel::prelude::*;
use serde::Serialize;

use super::queries::firm;
use crate::config::Config;
use crate::error::{Error, Result};

/// The firm's own settings; nothing where it stays as the server was started with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = firm, treat_none_as_null = true)]
pub struct Firm {
    /// Short name of the organisation.
    pub organisation: Option<String>,
    /// Time zone in which days are counted, by its IANA name.
    pub time_zone: Option<String>,
    /// More days than this since the last contact are a warning.
    pub warning_after_days: Option<i64>,
    /// More days than this since the last contact are urgent.
    pub urgent_after_days: Option<i64>,
    /// Hours without a request after which a session ends.
    pub session_hours: Option<i64>,
    /// Days after which a session ends although it is in use.
    pub session_days: Option<i64>,
    /// What the forms suggest beside the usual values of a list that may grow, one a line; also the next four.
    pub company_type: Option<String>,
    pub reactor_type: Option<String>,
    pub licensing_approach: Option<String>,
    pub design_status: Option<String>,
    pub sector: Option<String>,
    /// Whether mail may hold what is restricted, for those who may see it.
    pub mails_restricted: bool,
}

impl Firm {
    /// The values that the firm has added to its lists, under the names of their fields.
    fn suggestions(&self) -> Vec<(&'static str, String)> {
        let lists = [
            ("company_type", &self.company_type),
            ("reactor_type", &self.reactor_type),
            ("licensing_approach", &self.licensing_approach),
            ("design_status", &self.design_status),
            ("sector", &self.sector),
        ];
        let lines = |(name, list): (&'static str, &Option<String>)| {
            let lines: Vec<String> = list.iter().flat_map(|list| list.lines()).map(ToOwned::to_owned).collect();
            lines.into_iter().map(move |line| (name, line))
        };
        lists.into_iter().flat_map(lines).collect()
    }

    /// What is in force where a server was started with `given`; refused where both together cannot work.
    pub fn over(&self, given: &Config) -> Result<Config> {
        let number = |own: Option<i64>, given: u16| own.and_then(|own| u16::try_from(own).ok()).unwrap_or(given);
        let zone = self.time_zone.as_deref().map(str::parse::<Tz>).transpose();
        let config = Config {
            organisation: self.organisation.clone().unwrap_or_else(|| given.organisation.clone()),
            time_zone: zone.map_err(|cause| Error::Setup(cause.to_string()))?.unwrap_or(given.time_zone),
            warning_after_days: number(self.warning_after_days, given.warning_after_days),
            urgent_after_days: number(self.urgent_after_days, given.urgent_after_days),
            session_hours: number(self.session_hours, given.session_hours),
            session_days: number(self.session_days, given.session_days),
            suggestions: self.suggestions(),
            mails_restricted: self.mails_restricted,
            ..given.clone()
        };
        config.checked()
    }
}
