//! The scalar functions: what each takes and gives, and how it is worked out.

mod numbers;
mod text;
mod times;

use std::fmt;

use crate::runtime::sql::expression::{Evaluated, World};
use crate::runtime::sql::{DataType, Value};

/// A scalar function.
pub(super) struct Function {
    pub(super) name: &'static str,
    /// A letter for each argument (see [`takes`]); what follows `?` may be left out, `*` repeats the last one.
    pub(super) takes: &'static str,
    pub(super) gives: Gives,
    /// Whether nothing comes of nothing.
    pub(super) is_strict: bool,
    pub(super) call: fn(&[Value], &World) -> Evaluated,
}

/// The type of a function's value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gives {
    Is(DataType),
    /// That of an argument.
    Like(usize),
    /// The one that holds all arguments.
    Joined,
    /// What follows from the first argument's.
    From(fn(DataType) -> DataType),
    /// As ROUND and TRUNCATE do.
    Rounded,
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

const fn strict(
    name: &'static str,
    takes: &'static str,
    gives: Gives,
    call: fn(&[Value], &World) -> Evaluated,
) -> Function {
    Function { name, takes, gives, is_strict: true, call }
}

/// The functions that are called by their names, or by a syntax of their own that the compiler gives a name.
static ALL: [&[Function]; 3] = [&text::FUNCTIONS, &numbers::FUNCTIONS, &times::FUNCTIONS];

/// A function by its name in capitals.
pub(super) fn named(name: &str) -> Option<&'static Function> {
    ALL.iter().flat_map(|functions| functions.iter()).find(|function| function.name == name)
}

pub(super) use crate::runtime::sql::functions::times::{UNITS, is_readable};

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|functions| functions.iter()).map(|function| function.name)
}

impl Function {
    /// The types that an argument may have, and in words; nothing where there is no such argument.
    fn argument(&self, position: usize) -> Option<(char, bool)> {
        let mut letters = Vec::new();
        let mut is_optional = false;
        for letter in self.takes.chars() {
            match letter {
                '?' => is_optional = true,
                '*' => {
                    let (last, _) = *letters.last()?;
                    let more = position.saturating_sub(letters.len()) + 1;
                    letters.extend(std::iter::repeat_n((last, true), more));
                }
                letter => letters.push((letter, is_optional)),
            }
        }
        letters.get(position).copied()
    }

    /// Checks the types of arguments and gives that of the value, nothing where it is not known.
    ///
    /// # Errors
    /// A message where the arguments do not fit.
    pub(super) fn check(&self, kinds: &[Option<DataType>]) -> Result<Option<DataType>, String> {
        let needs_more = matches!(self.argument(kinds.len()), Some((_, false)));
        if needs_more || (!kinds.is_empty() && self.argument(kinds.len() - 1).is_none()) {
            return Err(format!("`{}` takes another number of arguments than {}", self.name, kinds.len()));
        }
        for (position, kind) in kinds.iter().enumerate() {
            let letter = self.argument(position).map_or('X', |(letter, _)| letter);
            if let Some(kind) = kind
                && !takes(letter, *kind)
            {
                return Err(format!("`{}` takes {}, and not {kind}", self.name, words(letter)));
            }
        }
        Ok(match self.gives {
            Gives::Is(kind) => Some(kind),
            Gives::Like(position) => kinds.get(position).copied().flatten(),
            Gives::From(rule) => kinds.first().copied().flatten().map(rule),
            Gives::Rounded => kinds.first().copied().flatten(),
            Gives::Joined => {
                let mut known = kinds.iter().flatten();
                let first = known.next().copied();
                let joined = known.try_fold(first, |joined, kind| joined.map(|joined| joined.joined(*kind)));
                joined.ok_or_else(|| format!("the arguments of `{}` have one type", self.name))?
            }
        })
    }
}

/// Whether an argument of this letter takes a type.
fn takes(letter: char, kind: DataType) -> bool {
    match letter {
        'T' => kind == DataType::Text,
        'B' => kind == DataType::Boolean,
        'I' => kind.is_whole(),
        'N' => kind.is_number(),
        'W' => kind.is_time(),
        'S' => kind == DataType::Text || matches!(kind, DataType::Timestamp | DataType::Instant),
        _ => true,
    }
}

fn words(letter: char) -> &'static str {
    match letter {
        'T' => "STRING",
        'B' => "BOOLEAN",
        'I' => "INT or BIGINT",
        'N' => "a number",
        'W' => "a DATE or TIMESTAMP",
        'S' => "a TIMESTAMP or STRING",
        _ => "any value",
    }
}
