//! The name that a misspelt one probably means.

/// The known name that differs least from `name`, if few letters differ: for error texts of programs that read settings.
///
/// A letter that is missing, that is too many or that is another one counts as one, and so do two letters that changed
/// places. A quarter of the letters may differ, at least one and at most three. If no name is that near, it is a known name
/// that continues `name` with `_`: `max_age_seconds` for `max_age`.
///
/// ```
/// use sender_constraint::config::nearest_name;
///
/// assert_eq!(nearest_name("lisen", ["listen", "mode"]), Some("listen"));
/// assert_eq!(nearest_name("cache", ["listen", "mode"]), None);
/// ```
#[must_use]
pub fn nearest_name<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = name.chars().take(MAX_LETTERS + 1).collect();
    if letters.len() > MAX_LETTERS {
        return None;
    }
    let allowed = (letters.len() / 4).clamp(1, 3);
    let candidates = known.into_iter().filter_map(|known| {
        let other: Vec<char> = known.chars().collect();
        let distance = distance(&letters, &other);
        let rest = known.strip_prefix(name).filter(|_| !name.is_empty());
        let is_continued = rest.is_some_and(|rest| rest.starts_with('_'));
        (distance <= allowed || is_continued).then_some((distance, known))
    });
    let nearest = candidates.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, known)| known)
}

/// How many letters differ (the optimal string alignment distance).
fn distance(one: &[char], other: &[char]) -> usize {
    // The rows for the letters before the previous one, and for those up to the previous one.
    let mut earlier: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut before: Option<char> = None;
    for (number, letter) in one.iter().enumerate() {
        let mut next = vec![number + 1];
        let mut last = number + 1;
        let mut previous: Option<char> = None;
        let pairs = row.iter().zip(row.iter().skip(1)).zip(other).enumerate();
        for (at, ((diagonal, above), found)) in pairs {
            let changed = diagonal + usize::from(letter != found);
            last = changed.min(above + 1).min(last + 1);
            let is_swapped = before == Some(*found) && previous == Some(*letter);
            if let Some(swapped) = at.checked_sub(1).and_then(|at| earlier.get(at))
                && is_swapped
            {
                last = last.min(swapped + 1);
            }
            next.push(last);
            previous = Some(*found);
        }
        before = Some(*letter);
        earlier = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

/// Of a name from outside; no setting has a name of this length.
const MAX_LETTERS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        let distance = |one: &str, other: &str| {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            distance(&letters(one), &letters(other))
        };
        for (one, other, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("origin", "origin", 0),
            ("orign", "origin", 1),
            ("origiin", "origin", 1),
            ("oriain", "origin", 1),
            ("oirgin", "origin", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_name_is_near_up_to_a_quarter_of_its_letters() {
        let known = ["issuer", "origin", "policy.deny_file"];
        assert_eq!(nearest_name("isuer", known), Some("issuer"));
        assert_eq!(nearest_name("orxyin", known), None);
        assert_eq!(
            nearest_name("policy.dena_fila", known),
            Some("policy.deny_file")
        );
        assert_eq!(nearest_name("client_id", ["client_key"]), None);
        assert_eq!(
            nearest_name("max_age", ["max_age_seconds"]),
            Some("max_age_seconds")
        );
        assert_eq!(nearest_name("", ["_ab"]), None);
        assert_eq!(nearest_name("", ["ab"]), None);
        assert_eq!(nearest_name("ab", ["ac", "cd"]), Some("ac"));
        let longest = "a".repeat(MAX_LETTERS);
        assert_eq!(
            nearest_name(&longest, [longest.as_str()]),
            Some(longest.as_str())
        );
        let longer = "a".repeat(MAX_LETTERS + 1);
        assert_eq!(nearest_name(&longer, [longer.as_str()]), None);
    }
}
