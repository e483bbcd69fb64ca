//! The names that a rule defines for itself with `let`, each worked out at most once for a match.

use std::cell::RefCell;

use crate::expression::{Expression, Value};
use crate::lint::surroundings::{Read, Surroundings};

/// A value, and what was read to find it.
type Found = (Value, Vec<Read>);

/// The definitions of a rule, in its order: each sees those before it.
pub(super) struct Definitions<'a> {
    written: &'a [(String, Expression)],
    worked_out: RefCell<Vec<Option<Found>>>,
}

impl<'a> Definitions<'a> {
    pub(super) fn new(written: &'a [(String, Expression)]) -> Self {
        Self { written, worked_out: RefCell::new(vec![None; written.len()]) }
    }
}

impl Surroundings<'_> {
    /// The value of a name that the rule defines, and as reads what its definition read; nothing for any other name.
    pub(super) fn defined(&self, name: &str) -> Option<Value> {
        let (definitions, visible) = self.definitions?;
        let index = definitions.written[..visible].iter().position(|(known, _)| known == name)?;
        let known = definitions.worked_out.borrow()[index].clone();
        let (value, reads) = known.unwrap_or_else(|| {
            let before =
                Surroundings { definitions: Some((definitions, index)), reads: RefCell::default(), ..*self };
            let value = definitions.written[index].1.evaluate(&before);
            (value, before.reads.take())
        });
        for read in &reads {
            self.note(|| read.clone());
        }
        definitions.worked_out.borrow_mut()[index] = Some((value.clone(), reads));
        Some(value)
    }

    /// The same surroundings with the definitions of a rule.
    pub(super) fn defining<'s>(&'s self, definitions: &'s Definitions<'s>) -> Surroundings<'s> {
        Surroundings {
            definitions: Some((definitions, definitions.written.len())),
            reads: RefCell::default(),
            ..*self
        }
    }
}
