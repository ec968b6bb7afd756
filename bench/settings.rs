//! What the environment says of a bench: `ROUNDTABLE_BENCH_SIZES=1000,10000`, `_CONNECTIONS`, `_SECONDS` for each
//! measuring, `_COMBINATIONS` of filters at most for each list (all of them otherwise), and
//! `_PARTS=load,rows,addresses,filters,walk`.

use std::str::FromStr;
use std::time::Duration;

use crate::Outcome;

/// How much is measured.
pub struct Settings {
    /// Numbers of clients, the smallest first; at least one.
    pub sizes: Vec<usize>,
    /// Connections that ask for pages at the same time: as many as the earlier figures were measured with.
    pub connections: usize,
    /// How long one page is asked for.
    pub measured: Duration,
    /// Combinations of filters and sorts that are asked of one list.
    pub combinations: usize,
    parts: String,
}

impl Settings {
    /// Reads the environment; without sizes in it, these.
    pub fn read(sizes: &str) -> Outcome<Self> {
        let list: String = setting("SIZES", sizes.to_owned())?;
        let mut sizes = list.split(',').map(|size| size.trim().parse()).collect::<Result<Vec<usize>, _>>()?;
        sizes.sort_unstable();
        sizes.dedup();
        if sizes.first().is_none_or(|least| *least == 0) {
            return Err("ROUNDTABLE_BENCH_SIZES lists numbers of clients, e.g. 1000,10000".into());
        }
        Ok(Self {
            sizes,
            connections: setting("CONNECTIONS", 16)?,
            measured: Duration::try_from_secs_f64(setting("SECONDS", 4.0)?)?,
            combinations: setting("COMBINATIONS", usize::MAX)?,
            parts: setting("PARTS", "load,rows,addresses,filters,walk".to_owned())?,
        })
    }

    /// Whether that part is wanted.
    pub fn has_part(&self, part: &str) -> bool {
        self.parts.split(',').any(|one| one.trim() == part)
    }
}

/// One setting, or what it is without one.
pub fn setting<T: FromStr>(name: &str, usual: T) -> Outcome<T> {
    let name = format!("ROUNDTABLE_BENCH_{name}");
    match std::env::var(&name) {
        Ok(text) => text.trim().parse().map_err(|_| format!("{name} cannot be {text:?}").into()),
        Err(_) => Ok(usual),
    }
}
