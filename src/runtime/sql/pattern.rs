//! Patterns of LIKE.

/// A pattern of `%` for any characters and `_` for one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Any,
    One,
    This(char),
}

impl Pattern {
    /// Reads a pattern; what follows the escape stands for itself.
    ///
    /// # Errors
    /// If the escape is followed by anything but `%`, `_` or itself.
    pub(super) fn new(text: &str, escape: Option<char>) -> Result<Self, &'static str> {
        let mut parts = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            parts.push(if Some(character) == escape {
                match characters.next() {
                    Some(next) if matches!(next, '%' | '_') || Some(next) == escape => Part::This(next),
                    _ => return Err("the escape stands before `%`, `_` or itself"),
                }
            } else {
                match character {
                    '%' => Part::Any,
                    '_' => Part::One,
                    character => Part::This(character),
                }
            });
        }
        Ok(Self(parts))
    }

    /// Whether a text matches as a whole. Time: the product of both lengths at the most.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        // For every end of the text: whether the pattern so far matches up to there.
        let mut ends = vec![false; text.len() + 1];
        ends[0] = true;
        for part in &self.0 {
            if *part == Part::Any {
                for end in 1..ends.len() {
                    ends[end] |= ends[end - 1];
                }
            } else {
                for end in (1..ends.len()).rev() {
                    let fits = *part == Part::One || *part == Part::This(text[end - 1]);
                    ends[end] = ends[end - 1] && fits;
                }
                ends[0] = false;
            }
        }
        ends[text.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_pattern_matches_whole_texts() {
        for (text, pattern, wanted) in [
            ("größe", "gr__e", true),
            ("größe", "gr%", true),
            ("größe", "%r", false),
            ("", "%", true),
            ("a%c", "a!%c", true),
            ("abc", "a!%c", false),
        ] {
            assert_eq!(Pattern::new(pattern, Some('!')).unwrap().matches(text), wanted, "{text} {pattern}");
        }
        assert!(Pattern::new("a!b", Some('!')).is_err());
    }
}
