//! Names that differ by a slip of the keyboard: how an index finds them, and how they are told from names that are just
//! similar.

use super::name_forms::core_words;

/// Slips between two names at most: a letter too few, too many, wrong, or two that changed places.
const SLIPS: usize = 2;

/// No shorter name is a slip of another, nor a shorter word unless it is one without its vowels: `EDF` and `EDP` are
/// two companies.
const SHORTEST: usize = 4;

/// The keys of the names that a few slips lead to, for each of the three parts into which the indexes cut a core
/// (`…_by_first_part` and so on). Two slips leave one part of three whole, and move it by two letters at most.
pub fn part_keys(core: &str) -> [Vec<String>; 3] {
    let letters: Vec<char> = core.chars().collect();
    let mut keys: [Vec<String>; 3] = Default::default();
    if letters.len() < SHORTEST {
        return keys;
    }
    for length in letters.len() - SLIPS..=letters.len() + SLIPS {
        let third = length / 3;
        let parts = [(0, third), (third, third), (2 * third, length - 2 * third)];
        for (keys, (start, size)) in keys.iter_mut().zip(parts) {
            let moved = (start.saturating_sub(SLIPS)..=start + SLIPS).filter_map(|from| letters.get(from..from + size));
            keys.extend(moved.map(|part| format!("{length}.{}", part.iter().collect::<String>())));
        }
    }
    keys
}

/// The keys under which the indexes keep a core.
pub fn own_parts(core: &str) -> [String; 3] {
    let letters: Vec<char> = core.chars().collect();
    let third = letters.len() / 3;
    let parts = [&letters[..third], &letters[third..2 * third], &letters[2 * third..]];
    parts.map(|part| format!("{}.{}", letters.len(), part.iter().collect::<String>()))
}

/// The words of a name with a number in them, which no slip changes.
pub fn number_words(name: &str) -> String {
    let has_number = |word: &String| word.chars().any(char::is_numeric);
    core_words(name).into_iter().filter(has_number).collect::<Vec<_>>().join(" ")
}

/// How many slips lie between two names that may mean the same, none if they do not.
pub fn slips_between(one: &str, other: &str) -> Option<usize> {
    let (ones, others) = (core_words(one), core_words(other));
    let slips = if ones.len() == others.len() {
        ones.iter().zip(&others).map(|(one, other)| slips_in_word(one, other)).sum::<Option<usize>>()
    } else {
        // A space that is missing is a slip already.
        slips_in_word(&ones.concat(), &others.concat()).map(|slips| slips + 1)
    };
    slips.filter(|slips| *slips <= SLIPS)
}

/// Slips between two words: one up to seven letters, two from eight; a word without its vowels is a slip of it, as
/// “Pwr” is of “Power”. Numbers tell names apart.
fn slips_in_word(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return Some(0);
    }
    let (ones, others): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if ones.iter().chain(&others).any(|letter| letter.is_numeric()) {
        return None;
    }
    if is_shortened(&ones, &others) || is_shortened(&others, &ones) {
        return Some(SLIPS);
    }
    if ones.len().min(others.len()) < SHORTEST {
        return None;
    }
    let allowed = if ones.len().max(others.len()) < 8 { 1 } else { SLIPS };
    Some(distance(&ones, &others)).filter(|slips| *slips <= allowed)
}

/// Whether a word is another without its vowels, which ends as it does.
fn is_shortened(short: &[char], long: &[char]) -> bool {
    let is_near = short.len() + 1 >= SHORTEST && (1..=SLIPS).contains(&long.len().saturating_sub(short.len()));
    is_near && short.last() == long.last() && long.iter().filter(|letter| !"aeiou".contains(**letter)).eq(short)
}

/// The distance of Damerau and Levenshtein in which no letter is touched twice: how many were added, left out, changed
/// or swapped.
pub fn distance(ones: &[char], others: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=others.len()).collect();
    for (row, one) in ones.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in others.iter().enumerate() {
            let mut least =
                (last[column] + usize::from(one != other)).min(last[column + 1] + 1).min(current[column] + 1);
            let is_swapped = row > 0 && column > 0 && *one == others[column - 1] && ones[row - 1] == *other;
            if is_swapped {
                least = least.min(before_last[column - 1] + 1);
            }
            current.push(least);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[others.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        for (one, other, slips) in [
            ("Tidewatr Public Power", "Tidewater Public Power", Some(1)),
            ("Tidewatr Public Power", "Tidewater Public Powr, Inc.", Some(2)),
            ("Tiedwater Pulbic Power", "Tidewater Public Power", Some(2)),
            ("TidewaterPublic Powr", "Tidewater Public Power", Some(2)),
            ("Tidewater Public Pwr", "Tidewater Public Power", Some(2)),
            ("SNC Power", "SNCO Power", None),
            ("EDF", "EDFA", None),
            ("Tidewater Public Power", "Tidewater Rural Power", None),
            ("Granite Power", "Marble Power", None),
            ("Client 12", "Client 13", None),
            ("EDF", "EDP", None),
            ("North", "South", None),
        ] {
            assert_eq!(slips_between(one, other), slips, "{one}, {other}");
            assert_eq!(slips_between(other, one), slips, "{other}, {one}");
        }
    }

    #[test]
    fn two_slips_leave_a_key_in_common() {
        let kept = "tidewaterpublicpower";
        let parts = own_parts(kept);
        assert_eq!(parts, ["20.tidewa", "20.terpub", "20.licpower"]);
        for typed in ["tidewatrpublicpowr", "idewaterpublicpowerx", "ttidewaterrpublicpower", "tidewaterpubpower"] {
            let is_found = part_keys(typed).iter().zip(&parts).any(|(keys, part)| keys.contains(part));
            assert_eq!(is_found, typed != "tidewaterpubpower", "{typed}");
        }
    }
}
