//! Time limits towards PostgreSQL, so that a server that falls silent holds nobody for ever. What the address says
//! itself is left as it is.

use std::time::Duration;

use diesel::connection::SimpleConnection;

use super::Db;
use crate::config::Address;
use crate::error::Result;

/// For opening a connection (seconds), for a peer that is silent (seconds) and for what it never acknowledged
/// (milliseconds).
const PARAMETERS: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
];

/// How long a statement waits for rows that another transaction holds.
const LOCKS: Duration = Duration::from_secs(5);

/// The address with a limit for each thing that it gives none for.
pub(super) fn with_parameters(url: &str) -> String {
    let query = query_of(url);
    let given: Vec<&str> = query.unwrap_or_default().split('&').filter_map(|pair| pair.split('=').next()).collect();
    let mut limited = url.to_owned();
    for (number, (name, value)) in PARAMETERS.iter().filter(|(name, _)| !given.contains(name)).enumerate() {
        limited.push(if number == 0 && query.is_none() { '?' } else { '&' });
        limited.push_str(&format!("{name}={value}"));
    }
    limited
}

/// What stands behind the question mark; one before the host belongs to the password (libpq reads it so).
fn query_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.find(['@', '/']).filter(|at| rest.as_bytes()[*at] == b'@').map_or(rest, |at| &rest[at + 1..]);
    host.split_once('?').map(|(_, query)| query)
}

/// Limits how long statements wait for locked rows, unless the address does.
pub(super) fn limit_locks(db: &mut Db, url: &str) -> Result<()> {
    limit(db, url, "lock_timeout", LOCKS)
}

/// Has the server give up a statement that nobody waits for any more, unless the address says when.
pub(super) fn limit_statements(db: &mut Db, address: &Address, time: Duration) -> Result<()> {
    match address {
        Address::Postgres(url) => limit(db, url, "statement_timeout", time),
        Address::Sqlite(_) => Ok(()),
    }
}

fn limit(db: &mut Db, url: &str, name: &str, time: Duration) -> Result<()> {
    if !query_of(url).is_some_and(|query| query.contains(name)) {
        db.batch_execute(&format!("SET {name} = {}", time.as_millis()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gets_the_limits_that_it_does_not_give() {
        let plain = with_parameters("postgres://u:p@h:5432/name");
        assert!(plain.starts_with("postgres://u:p@h:5432/name?connect_timeout=5&keepalives_idle=10&"), "{plain}");
        let given = with_parameters("postgres://h/name?connect_timeout=60&sslmode=require");
        assert!(
            given.starts_with("postgres://h/name?connect_timeout=60&sslmode=require&keepalives_idle=10&"),
            "{given}"
        );
        assert_eq!(given.matches("connect_timeout").count(), 1);
        assert!(with_parameters("postgres://u:p?x@h/name").contains("/name?connect_timeout=5"));
    }
}
