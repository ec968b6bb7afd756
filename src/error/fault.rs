//! What is wrong with a database that cannot be used: a word for programs, sentences for people.

/// Why the database cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No room is left on its disk.
    Full,
    /// Its disk cannot be read or written.
    Failing,
    /// It may be read only.
    ReadOnly,
    /// Its file is not the one that was opened, or cannot be opened.
    Missing,
    /// What its file holds is no sound database.
    Damaged,
    /// The connection to its server is lost, and a new one cannot be had.
    Unreachable,
    /// Its server does not answer.
    Silent,
}

impl Fault {
    /// The word that `/health` answers with.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Failing => "failing",
            Self::ReadOnly => "read-only",
            Self::Missing => "missing",
            Self::Damaged => "damaged",
            Self::Unreachable => "unreachable",
            Self::Silent => "silent",
        }
    }

    /// What is wrong, what stays safe and what to do, for people.
    pub fn sentences(self) -> &'static str {
        match self {
            Self::Full => {
                "The disk on which the records are kept is full. This was not saved; everything saved before is safe. \
                 An administrator has to make room, then it can be saved again."
            }
            Self::Failing => {
                "The disk on which the records are kept cannot be read or written: it may be full or failing. This was \
                 not saved; what was saved before stays as it is. Tell an administrator."
            }
            Self::ReadOnly => {
                "The records can only be read at the moment. This was not saved; everything saved before is safe. Tell \
                 an administrator."
            }
            Self::Missing => {
                "The file in which the records are kept is not where it was: it was removed or replaced, or cannot be \
                 opened. Nothing is saved until an administrator has put it back and started the server again; what \
                 was saved before is in that file and in the backups."
            }
            Self::Damaged => {
                "The file in which the records are kept is damaged. This was not saved; what was saved before is in \
                 the backups. Tell an administrator."
            }
            Self::Unreachable => {
                "The database server cannot be reached. Everything saved before is safe there; whether a save that was \
                 under way still got there is not known, so look before you save it again."
            }
            Self::Silent => {
                "The database server does not answer in time. Everything saved before is safe there; whether a save \
                 that was under way still got there is not known, so look before you save it again."
            }
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.word())
    }
}
