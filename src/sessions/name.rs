//! The name that one signs in with, in its final form.

/// A name to sign in with, brought to its final form once: what is counted, found and kept is the same text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInName(String);

/// Characters of a name that count.
const LONGEST: usize = 200;

impl SignInName {
    /// The name in `text`: trimmed, in lower case, and cut.
    pub fn of(text: &str) -> Self {
        let cut: String = text.trim().to_lowercase().chars().take(LONGEST).collect();
        Self(cut.trim_end().to_owned())
    }

    /// As it is kept and compared.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_leaves_a_name_in_its_final_form() {
        let padded = format!(" Plain{}x", " ".repeat(195));
        let name = SignInName::of(&padded);
        assert_eq!(name.as_str(), "plain");
        assert_eq!(SignInName::of(name.as_str()), name);
    }
}
