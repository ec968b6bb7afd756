//! Which digests are due: each morning of a working day, or of a Monday, one for each person who wants it, whichever
//! process comes first.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Weekday};
use serde_json::json;

use super::composing::{ASKED, DigestPayload, payload};
use super::model::Rate;
use super::wish_queries;
use crate::config::Config;
use crate::db::{Db, write_transaction};
use crate::error::Result;
use crate::ids::UserId;
use crate::jobs::{JobKind, queries as jobs};

/// The hour of the firm's day from which on digests are sent.
const MORNING: u32 = 7;

/// The day whose digests are due now, if any are.
pub fn day_due(config: &Config, now: NaiveDateTime) -> Option<NaiveDate> {
    let here = now.and_utc().with_timezone(&config.time_zone);
    let is_working_day = !matches!(here.weekday(), Weekday::Sat | Weekday::Sun);
    (is_working_day && here.hour() >= MORNING).then(|| here.date_naive())
}

/// Over how many days a digest of that day tells; nothing when none comes on it.
fn days(rate: Rate, day: NaiveDate) -> Option<u32> {
    let is_monday = day.weekday() == Weekday::Mon;
    match rate {
        Rate::Off => None,
        // Friday, Saturday and Sunday.
        Rate::Daily if is_monday => Some(3),
        Rate::Daily => Some(1),
        Rate::Weekly => is_monday.then_some(7),
    }
}

/// Adds the digests of a day, each in the place of earlier ones that wait still.
pub fn add_digests(db: &mut Db, day: NaiveDate, now: NaiveDateTime) -> Result<()> {
    write_transaction(db, |db| {
        for (user, rate) in wish_queries::rates(db)? {
            if let Some(days) = days(rate, day) {
                let key = format!("digest-{day}-{user}");
                // Only what takes their place lets earlier ones go.
                if jobs::add(db, (JobKind::Digest, &key), user, &json!({ "days": days }), now)? {
                    let days = days.max(supersede(db, user, &key, now)?);
                    jobs::tell_otherwise(db, &key, &json!({ "days": days }))?;
                }
            }
        }
        Ok(())
    })
}

/// Has the digest of that key tell what those before it would have, which could not be sent; over how many days they
/// would have told by now.
fn supersede(db: &mut Db, user: UserId, key: &str, now: NaiveDateTime) -> Result<u32> {
    let mut most = 0;
    for (words, made) in jobs::take_over(db, user, (JobKind::Digest, key, ASKED), now)? {
        // Begun days count: a morning comes some seconds earlier or later than the one before.
        let passed = u32::try_from((now - made - TimeDelta::seconds(1)).num_days() + 1).unwrap_or_default();
        most = most.max(payload::<DigestPayload>(&words)?.days + passed);
    }
    Ok(most)
}
