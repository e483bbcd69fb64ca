//! Reading JSON without copies.

mod scan;

use std::borrow::Cow;
use std::fmt;

use serde::de::Visitor;

pub(super) use crate::runtime::json::scan::{Found, Scanner, Sort, whole};

/// The name of a member, borrowed where it stands without escapes.
pub(super) struct FieldName<'de>(pub(super) Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for FieldName<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = FieldName<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<FieldName<'de>, E> {
        Ok(FieldName(name.into()))
    }

    fn visit_str<E>(self, name: &str) -> Result<FieldName<'de>, E> {
        Ok(FieldName(name.to_owned().into()))
    }
}
