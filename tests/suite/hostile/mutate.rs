//! Ways to break a text, from single bytes to whole lines, values and keys.

use proptest::arbitrary::Arbitrary;
use proptest::prelude::*;

/// One change of a text. Places and choices are numbers that wrap around what there is.
#[derive(Debug, Clone)]
pub(super) struct Mutation {
    what: What,
    at: usize,
    to: usize,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// A character gives way to a strange one.
    Character,
    /// A strange text comes in between.
    Insert,
    /// What follows is cut off.
    Truncate,
    DropLine,
    DoubleLine,
    SwapLines,
    /// A line moves to another depth.
    Indent,
    /// A line comes from another file.
    ForeignLine,
    /// What stands behind a colon gives way to a strange value.
    Value,
    /// What stands behind a colon comes from elsewhere in the same file.
    OtherValue,
    /// A word gives way to another one of the same file.
    Word,
    /// A word gives way to one of another file.
    ForeignWord,
    /// A number gives way to an extreme one, its unit stays.
    Number,
    /// A line comes many times, each with another name.
    Many,
    /// All ends of lines change.
    LineEnds,
    /// An anchor and many aliases of it.
    Aliases,
}

impl Arbitrary for Mutation {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use What::{
            Aliases, Character, DoubleLine, DropLine, ForeignLine, ForeignWord, Indent, Insert, LineEnds,
            Many, Number, OtherValue, SwapLines, Truncate, Value, Word,
        };
        let all = vec![
            Character,
            Insert,
            Truncate,
            DropLine,
            DoubleLine,
            SwapLines,
            Indent,
            ForeignLine,
            Value,
            Value,
            Value,
            OtherValue,
            Word,
            Word,
            Word,
            ForeignWord,
            Number,
            Number,
            Number,
            Many,
            LineEnds,
            Aliases,
        ];
        (prop::sample::select(all), any::<usize>(), any::<usize>())
            .prop_map(|(what, at, to)| Self { what, at, to })
            .boxed()
    }
}

const NUMBERS: [&str; 20] = [
    "0",
    "-1",
    "-0",
    "1e400",
    "-1e400",
    "1e308",
    "1e-320",
    "NaN",
    ".nan",
    ".inf",
    "-.inf",
    "0.5",
    "1e15",
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551616",
    "99999999999999999999999999999999",
    "0x7f",
    "1_000",
    "٣",
];

const VALUES: [&str; 34] = [
    "''",
    "~",
    "true",
    "[]",
    "{}",
    "[[[[]]]]",
    "{a: {b: [c]}}",
    "1e400",
    "-1",
    "NaN",
    "0",
    "7d",
    "0s",
    "1e30d",
    "584942417355y",
    "5000/s",
    "0/s",
    "1e300/s",
    "2 KiB",
    "1e30 GiB",
    "-3 MiB",
    "2500 USD",
    "1e400 USD",
    "2026-02-30",
    "9999-12-31",
    "-9999-01-01",
    "'🚰é\u{301}'",
    "\"\\u0000\\u202e\"",
    "*nowhere",
    "&a [*a]",
    "!!binary x",
    "|\n",
    "{from: in, to: in}",
    "[a -> a, a -> b -> a]",
];

const STRANGE: [&str; 24] = [
    "\0",
    "\t",
    "\r",
    "\r\n",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{1b}[31m",
    "🚰",
    "e\u{301}",
    "ﷺ",
    "'",
    "\"",
    ": ",
    " #",
    "# thalweg: allow(",
    "[",
    "}",
    "- ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "<<: ",
];

/// The text after one change; `other` is a text to take from.
pub(super) fn mutated(text: &str, other: &str, mutation: &Mutation) -> String {
    let Mutation { what, at, to } = *mutation;
    let place = boundary(text, at);
    match what {
        What::Character => {
            let next = text[place..].chars().next().map_or(0, char::len_utf8);
            format!("{}{}{}", &text[..place], pick(&STRANGE, to), &text[place + next..])
        }
        What::Insert => {
            let times = if to.is_multiple_of(97) { 5_000 } else { 1 + to % 3 };
            format!("{}{}{}", &text[..place], pick(&STRANGE, to).repeat(times), &text[place..])
        }
        What::Truncate => text[..place].to_owned(),
        What::Value if to.is_multiple_of(53) => replaced(text, &values(text), at, &"x".repeat(70_000)),
        What::Value => replaced(text, &values(text), at, pick(&VALUES, to)),
        What::OtherValue => replaced(text, &values(text), at, nth(text, &values(text), to)),
        What::Word => replaced(text, &words(text), at, nth(text, &words(text), to)),
        What::ForeignWord => replaced(text, &words(text), at, nth(other, &words(other), to)),
        What::Number => replaced(text, &numbers(text), at, pick(&NUMBERS, to)),
        What::LineEnds => text.replace('\n', if to.is_multiple_of(2) { "\r\n" } else { "\r" }),
        What::Aliases => {
            let aliases = "*a, ".repeat(1 + to % 3_000);
            let with = replaced(text, &values(text), at, "&a [x, {y: z}]");
            replaced(&with, &values(&with), to, &format!("[{aliases}]"))
        }
        _ => with_other_lines(text, other, mutation),
    }
}

/// The text with lines of it changed.
fn with_other_lines(text: &str, other: &str, mutation: &Mutation) -> String {
    let Mutation { what, at, to } = *mutation;
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return pick(&STRANGE, to).to_owned();
    }
    let (here, there) = (at % lines.len(), to % lines.len());
    let new = match what {
        What::Indent => format!("{}{}", " ".repeat(to % 7), lines[here].trim_start_matches(' ')),
        What::Many => (0..300).map(|number| named(lines[here], number)).collect(),
        What::ForeignLine => {
            let foreign: Vec<&str> = other.split_inclusive('\n').collect();
            format!("{}{}", foreign.get(to % foreign.len().max(1)).unwrap_or(&"\n"), lines[here])
        }
        What::DoubleLine => format!("{}{}", lines[there], lines[here]),
        What::SwapLines => {
            lines.swap(here, there);
            lines[here].to_owned()
        }
        _ => String::new(),
    };
    lines[here] = &new;
    lines.concat()
}

fn nth<'a>(text: &'a str, ranges: &[std::ops::Range<usize>], number: usize) -> &'a str {
    ranges.get(number % ranges.len().max(1)).map_or("", |range| &text[range.clone()])
}

fn pick<'a>(from: &[&'a str], number: usize) -> &'a str {
    from[number % from.len()]
}

fn boundary(text: &str, number: usize) -> usize {
    let mut place = number % (text.len() + 1);
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

fn replaced(text: &str, ranges: &[std::ops::Range<usize>], number: usize, new: &str) -> String {
    let Some(range) = ranges.get(number % ranges.len().max(1)) else { return text.to_owned() };
    format!("{}{new}{}", &text[..range.start], &text[range.end..])
}

/// A line under another name: its first word is numbered.
fn named(line: &str, number: usize) -> String {
    match words(line).first() {
        Some(first) => format!("{}{number}{}", &line[..first.end], &line[first.end..]),
        None => line.to_owned(),
    }
}

/// What stands behind colons, and in lists of brackets.
fn values(text: &str) -> Vec<std::ops::Range<usize>> {
    let starts = text.match_indices(": ").map(|(place, _)| place + 2);
    let lists = text.match_indices(['[', ',']).map(|(place, _)| place + 1);
    starts
        .chain(lists)
        .map(|start| start..start + text[start..].find([',', '}', ']', '\n']).unwrap_or(text.len() - start))
        .collect()
}

fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    runs(text, |character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.'))
}

fn numbers(text: &str) -> Vec<std::ops::Range<usize>> {
    runs(text, |character| character.is_ascii_digit())
}

/// The longest runs of characters that belong together.
fn runs(text: &str, belongs: impl Fn(char) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut found: Vec<std::ops::Range<usize>> = Vec::new();
    for (place, character) in text.char_indices().filter(|(_, character)| belongs(*character)) {
        match found.last_mut().filter(|last| last.end == place) {
            Some(last) => last.end += character.len_utf8(),
            None => found.push(place..place + character.len_utf8()),
        }
    }
    found
}
