//! Finds members of a JSON object by looking at each byte once.
//!
//! Takes one line after the other, and tells of the members that are wanted as they stand. Records of one producer are
//! alike, so what stood before a value in the last line, the member's name with all around it, is compared as a whole.
//! What is not plain (an escape, a space where few write one, whatever is no JSON) is left to a thorough reader: the
//! scanner says so, and never takes a line that serde_json would refuse.

use serde::de::IgnoredAny;

/// Lines with more members are left to the thorough reader.
const MOST_MEMBERS: usize = 256;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum Sort {
    Text,
    Number,
    Flag,
    Null,
    /// A list or an object.
    Nested,
}

/// A value where it stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::runtime) struct Found<'l> {
    pub(in crate::runtime) sort: Sort,
    /// The value; of a text what is within the quotes, which has no escapes.
    pub(in crate::runtime) text: &'l str,
    /// Where that stands in the line.
    pub(in crate::runtime) start: usize,
}

/// Finds the members with these names.
#[derive(Debug, Clone, Default)]
pub(in crate::runtime) struct Scanner {
    wanted: Vec<String>,
    /// What stood before each value of the last line.
    leads: Vec<Lead>,
}

#[derive(Debug, Clone, Default)]
struct Lead {
    text: Vec<u8>,
    /// The member's place among those that are wanted.
    wanted: Option<usize>,
}

impl Scanner {
    pub(in crate::runtime) fn new(wanted: Vec<String>) -> Self {
        Self { wanted, leads: Vec::new() }
    }

    /// Tells of each wanted member, by its place among the names, in the order of the line. Gives `false` where only a
    /// thorough reader knows what the line holds, or where `tell` does; what was told before means nothing then.
    pub(in crate::runtime) fn scan<'l>(
        &mut self,
        line: &'l [u8],
        mut tell: impl FnMut(usize, Found<'l>) -> bool,
    ) -> bool {
        let (mut at, mut is_ascii) = (0, true);
        for place in 0..MOST_MEMBERS {
            let Some(start) = self.lead(place, line, at) else { return false };
            let Some((sort, end)) = value(line, start, &mut is_ascii) else { return false };
            if let Some(wanted) = self.leads[place].wanted {
                let quote = usize::from(sort == Sort::Text);
                let (start, end) = (start + quote, end - quote);
                let Ok(text) = std::str::from_utf8(&line[start..end]) else { return false };
                if !tell(wanted, Found { sort, text, start }) {
                    return false;
                }
            }
            at = end;
            if line.get(at) == Some(&b'}') {
                let rest = &line[at + 1..];
                let ends = rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
                return ends && (is_ascii || std::str::from_utf8(line).is_ok());
            }
        }
        false
    }

    /// Where the value of a member begins; what is before it begins at `at`.
    fn lead(&mut self, place: usize, line: &[u8], at: usize) -> Option<usize> {
        if let Some(lead) = self.leads.get(place)
            && line[at..].starts_with(&lead.text)
        {
            return Some(skip_spaces(line, at + lead.text.len()));
        }
        let opening = if place == 0 { b'{' } else { b',' };
        let quote = (line.get(at) == Some(&opening)).then(|| skip_spaces(line, at + 1))?;
        let start = (line.get(quote) == Some(&b'"')).then_some(quote + 1)?;
        let end = text_end(line, start, &mut true)?;
        let name = std::str::from_utf8(&line[start..end]).ok()?;
        let colon = skip_spaces(line, end + 1);
        let value = (line.get(colon) == Some(&b':')).then(|| skip_spaces(line, colon + 1))?;
        if self.leads.len() == place {
            self.leads.push(Lead::default());
        }
        let lead = &mut self.leads[place];
        lead.text.clear();
        lead.text.extend_from_slice(&line[at..value]);
        lead.wanted = self.wanted.iter().position(|wanted| wanted == name);
        Some(value)
    }
}

/// A whole number of few digits as it stands.
pub(in crate::runtime) fn whole(text: &str) -> Option<i64> {
    let (digits, sign) = text.strip_prefix('-').map_or((text, 1), |digits| (digits, -1));
    // `-0` is no whole number to serde_json.
    if !(1..=18).contains(&digits.len()) || text == "-0" {
        return None;
    }
    let number = digits
        .bytes()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')));
    number.map(|number| sign * number)
}

fn skip_spaces(line: &[u8], at: usize) -> usize {
    let spaces = line[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    at + spaces.count()
}

/// What begins at `at`, and where it ends.
fn value(line: &[u8], at: usize, is_ascii: &mut bool) -> Option<(Sort, usize)> {
    let rest = line.get(at..)?;
    match rest.first()? {
        b'"' => Some((Sort::Text, text_end(line, at + 1, is_ascii)? + 1)),
        b'-' | b'0'..=b'9' => Some((Sort::Number, number_end(line, at)?)),
        b't' if rest.starts_with(b"true") => Some((Sort::Flag, at + 4)),
        b'f' if rest.starts_with(b"false") => Some((Sort::Flag, at + 5)),
        b'n' if rest.starts_with(b"null") => Some((Sort::Null, at + 4)),
        b'{' | b'[' => {
            let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
            values.next()?.ok()?;
            // What was left out has been looked at, but for whether it is UTF-8.
            *is_ascii = false;
            Some((Sort::Nested, at + values.byte_offset()))
        }
        _ => None,
    }
}

/// Where the quote stands that ends a text; nothing where an escape or a control character comes before. Eight bytes are
/// looked at together: a byte of `ONES` times a byte is zero where the word has that byte, and the lowest zero is found
/// by what borrows from above it.
fn text_end(line: &[u8], mut at: usize, is_ascii: &mut bool) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    while let Some((chunk, _)) = line.get(at..).and_then(<[u8]>::split_first_chunk) {
        let word = u64::from_le_bytes(*chunk);
        let is = |byte: u8| {
            let zero = word ^ (ONES * u64::from(byte));
            zero.wrapping_sub(ONES) & !zero
        };
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let special = (is(b'"') | is(b'\\') | control) & HIGHS;
        *is_ascii &= word & HIGHS == 0;
        if special != 0 {
            let found = at + special.trailing_zeros() as usize / 8;
            return (line[found] == b'"').then_some(found);
        }
        at += 8;
    }
    let rest = line.get(at..)?;
    let length = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
    *is_ascii &= rest[..length].is_ascii();
    (rest[length] == b'"').then_some(at + length)
}

/// Where a number ends, if it is one.
fn number_end(line: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| from + line[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let some_digits = |from: usize| Some(digits(from)).filter(|end| *end > from);
    let start = at + usize::from(line[at] == b'-');
    let mut end = some_digits(start)?;
    if line[start] == b'0' && end > start + 1 {
        return None;
    }
    if line.get(end) == Some(&b'.') {
        end = some_digits(end + 1)?;
    }
    if let Some(b'e' | b'E') = line.get(end) {
        let sign = usize::from(matches!(line.get(end + 1), Some(b'+' | b'-')));
        end = some_digits(end + 1 + sign).filter(|_| end + 1 + sign < line.len())?;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::{Scanner, Sort, whole};

    /// What the scanner finds of two members, if it takes the line.
    fn found(scanner: &mut Scanner, line: &[u8]) -> Option<[Option<(Sort, String)>; 2]> {
        let mut found = [None, None];
        let taken = scanner.scan(line, |place, value| {
            assert_eq!(&line[value.start..value.start + value.text.len()], value.text.as_bytes());
            found[place] = Some((value.sort, value.text.to_owned()));
            true
        });
        taken.then_some(found)
    }

    /// What serde_json finds, where the scanner takes the line.
    fn agree(scanner: &mut Scanner, line: &[u8]) -> bool {
        let Some(found) = found(scanner, line) else { return false };
        let whole: serde_json::Map<String, Value> = serde_json::from_slice(line)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(line)));
        for (name, found) in ["a", "b"].iter().zip(found) {
            let value = whole.get(*name);
            assert_eq!(value.is_some(), found.is_some(), "{whole:?}");
            let (Some(value), Some((sort, text))) = (value, found) else { continue };
            let read =
                if sort == Sort::Text { Value::String(text) } else { serde_json::from_str(&text).unwrap() };
            assert_eq!(*value, read);
            let is_sort = match value {
                Value::Null => sort == Sort::Null,
                Value::Bool(_) => sort == Sort::Flag,
                Value::Number(_) => sort == Sort::Number,
                Value::String(_) => sort == Sort::Text,
                Value::Array(_) | Value::Object(_) => sort == Sort::Nested,
            };
            assert!(is_sort);
        }
        true
    }

    #[test]
    fn plain_lines_are_taken_and_others_are_not() {
        let mut scanner = Scanner::new(vec!["a".to_owned(), "b".to_owned()]);
        for taken in [
            r#"{"a":"x","b":-1.5e3}"#,
            r#"{"a": true, "c": [1, {"a": "}"}], "b": null} "#,
            r#"{"b":0,"b":{"x":"\n"},"long name of a member":"ü and more text after it"}"#,
            r#"{ "ü" : "" , "a":1}"#,
        ] {
            assert_eq!(agree(&mut scanner, taken.as_bytes()), !taken.contains(" ,"), "{taken}");
        }
        for left in [
            "",
            "{}",
            "[1]",
            r#"{"a":1"#,
            r#"{"a":1}}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":1e}"#,
            r#"{"a":-}"#,
            r#"{"a":+1}"#,
            r#"{"a":"\n"}"#,
            r#"{"a":tru}"#,
            r#"{"a":1,}"#,
            r#"{"a" 1}"#,
            r"{a:1}",
            "{\"a\":\"\t\"}",
            r#"{"a":[1}"#,
            r#"{"a":1 "b":2}"#,
            r#"{"a":"x"#,
            r#"{"a":.5}"#,
            r#"{"a":1.5.5}"#,
            r#"{"a":1e+"#,
        ] {
            assert!(!scanner.scan(left.as_bytes(), |_, _| true), "{left}");
        }
        assert!(!scanner.scan(b"{\"c\":\"\xff\"}", |_, _| true), "no text");
        assert!(!scanner.scan(b"{\"c\":[\"\xff\"]}", |_, _| true), "no text within a list");
        assert_eq!(["-0", "12", "-7", "", "-", "1.0", "1234567890123456789"].map(whole), {
            let mut wanted = [None; 7];
            (wanted[1], wanted[2]) = (Some(12), Some(-7));
            wanted
        });
    }

    proptest! {
        /// Lines that are nearly JSON: what is taken means what it means to serde_json, whatever came before.
        #[test]
        fn what_is_taken_is_what_serde_json_reads(
            lines in prop::collection::vec(prop::collection::vec(prop_oneof![
                8 => r#"(\{|,)"(a|b|c|ab|ü)":("[a-zü" ]{0,12}"|-?[0-9]{1,3}(\.[0-9]{1,2})?(e[0-9])?|true|null|\[1,"x"\])"#,
                1 => r#"[{}\[\]",:\\0-9a-b.e+-]"#,
            ], 0..4), 1..6),
        ) {
            let mut scanner = Scanner::new(vec!["a".to_owned(), "b".to_owned()]);
            for parts in lines {
                let mut line = parts.concat().replace('{', ",");
                line.replace_range(..line.len().min(1), "{");
                line.push('}');
                agree(&mut scanner, line.as_bytes());
            }
        }
    }
}
