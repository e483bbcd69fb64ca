//! Types of columns and expressions: gathered from records, and checked when a query is compiled.
//!
//! A whole number is a BIGINT and any other a DOUBLE, as if the table had been declared so in Flink. A column whose
//! records are not known beforehand takes the type of its first value.

use std::collections::BTreeMap;

use crate::runtime::sql::Value;
use crate::runtime::sql::plan::{Aggregate, Expression, Function, Operation, Scalar};

/// The type of a column or of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// BOOLEAN.
    Boolean,
    /// BIGINT.
    Integer,
    /// DOUBLE.
    Double,
    /// STRING.
    Text,
    /// TIMESTAMP(3).
    Timestamp,
}

/// The columns of records, by name; a type that no record has shown is nothing.
pub type Schema = BTreeMap<String, Option<DataType>>;

/// Adds what one value tells of its column. Numbers of both kinds make a DOUBLE; where types differ otherwise, the
/// first one stays, and records of another are faults.
pub fn gather(schema: &mut Schema, column: &str, value: &serde_json::Value) {
    use serde_json::Value as Json;
    let found = match value {
        Json::Bool(_) => Some(DataType::Boolean),
        Json::Number(number) if number.is_i64() || number.is_u64() => Some(DataType::Integer),
        Json::Number(_) => Some(DataType::Double),
        Json::String(_) => Some(DataType::Text),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    };
    match schema.get_mut(column) {
        None => {
            schema.insert(column.to_owned(), found);
        }
        Some(known) => {
            *known = match (*known, found) {
                (Some(known), Some(found)) => Some(known.widened(found).unwrap_or(known)),
                (known, found) => known.or(found),
            };
        }
    }
}

impl DataType {
    /// The type of a value; nothing where it has none.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => None,
            Value::Boolean(_) => Some(Self::Boolean),
            Value::Integer(_) => Some(Self::Integer),
            Value::Double(_) => Some(Self::Double),
            Value::Text(_) => Some(Self::Text),
            Value::Timestamp(_) => Some(Self::Timestamp),
        }
    }

    /// The type that holds values of both types; different ones are held by none, but for numbers.
    #[must_use]
    pub fn widened(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Integer, Self::Double) | (Self::Double, Self::Integer) => Some(Self::Double),
            _ => (self == other).then_some(self),
        }
    }

    /// The type's name in SQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::Integer => "BIGINT",
            Self::Double => "DOUBLE",
            Self::Text => "STRING",
            Self::Timestamp => "TIMESTAMP(3)",
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Double)
    }
}

/// What the slots of expressions hold.
pub(super) struct Kinds<'a> {
    pub(super) columns: &'a [Option<DataType>],
    pub(super) keys: &'a [Option<DataType>],
    pub(super) aggregates: &'a [Aggregate],
}

type Kind = Result<Option<DataType>, String>;

impl Kinds<'_> {
    /// The type of an expression, nothing where it is not known; a message where the parts do not fit.
    pub(super) fn of(&self, expression: &Expression) -> Kind {
        match expression {
            Expression::Literal(value) => Ok(DataType::of(value)),
            Expression::Column(index) => Ok(self.columns[*index]),
            Expression::Key(index) => Ok(self.keys[*index]),
            Expression::Aggregate(index) => self.aggregate(&self.aggregates[*index]),
            Expression::WindowStart | Expression::WindowEnd | Expression::WindowTime => {
                Ok(Some(DataType::Timestamp))
            }
            Expression::Not(operand) => self.wanted(operand, "`NOT`", &[DataType::Boolean]),
            Expression::Negate(operand) => {
                self.wanted(operand, "`-`", &[DataType::Integer, DataType::Double])
            }
            Expression::IsNull(operand, _) => self.of(operand).map(|_| Some(DataType::Boolean)),
            Expression::Binary(operation, left, right) => self.binary(*operation, left, right),
            Expression::Case(branches, otherwise) => {
                for (condition, _) in branches {
                    self.wanted(condition, "`WHEN`", &[DataType::Boolean])?;
                }
                self.one(branches.iter().map(|(_, result)| result).chain([otherwise.as_ref()]), "`CASE`")
            }
            Expression::Coalesce(operands) => self.one(operands.iter(), "`COALESCE`"),
            Expression::Scalar(scalar, operands) => self.scalar(*scalar, operands),
            Expression::Cast(target, operand) => match self.of(operand)? {
                Some(found) if !castable(found, *target) => {
                    Err(format!("the cast of {} to {} does not run here", found.name(), target.name()))
                }
                _ => Ok(Some(*target)),
            },
        }
    }

    /// A condition.
    pub(super) fn condition(&self, expression: &Expression, what: &str) -> Result<(), String> {
        self.wanted(expression, what, &[DataType::Boolean]).map(|_| ())
    }

    fn wanted(&self, operand: &Expression, what: &str, wanted: &[DataType]) -> Kind {
        match self.of(operand)? {
            Some(found) if !wanted.contains(&found) => {
                let names: Vec<&str> = wanted.iter().map(|kind| kind.name()).collect();
                Err(format!("{what} takes {}, and not {}", names.join(" or "), found.name()))
            }
            found => Ok(found.or_else(|| (wanted.len() == 1).then(|| wanted[0]))),
        }
    }

    fn one<'e>(&self, operands: impl Iterator<Item = &'e Expression>, what: &str) -> Kind {
        let mut kind: Option<DataType> = None;
        for operand in operands {
            match (kind, self.of(operand)?) {
                (Some(known), Some(found)) if known != found => {
                    return Err(format!(
                        "the results of {what} have one type, and not {} and {}",
                        known.name(),
                        found.name()
                    ));
                }
                (known, found) => kind = known.or(found),
            }
        }
        Ok(kind)
    }

    fn binary(&self, operation: Operation, left: &Expression, right: &Expression) -> Kind {
        let name = operation.name();
        match operation {
            Operation::And | Operation::Or => {
                self.condition(left, name)?;
                self.condition(right, name)?;
                Ok(Some(DataType::Boolean))
            }
            Operation::Concatenate => {
                self.wanted(left, name, &[DataType::Text])?;
                self.wanted(right, name, &[DataType::Text])
            }
            Operation::Like => {
                self.wanted(left, name, &[DataType::Text])?;
                Ok(Some(DataType::Boolean))
            }
            _ if operation.is_comparison() => {
                if let (Some(left), Some(right)) = (self.of(left)?, self.of(right)?)
                    && !comparable(left, right)
                {
                    return Err(format!("{} and {} cannot be compared", left.name(), right.name()));
                }
                Ok(Some(DataType::Boolean))
            }
            _ => {
                let numbers = [DataType::Integer, DataType::Double];
                let (left, right) = (self.wanted(left, name, &numbers)?, self.wanted(right, name, &numbers)?);
                Ok(left.zip(right).and_then(|(left, right)| left.widened(right)))
            }
        }
    }

    fn scalar(&self, scalar: Scalar, operands: &[Expression]) -> Kind {
        let numbers = [DataType::Integer, DataType::Double];
        let name = scalar.name();
        match scalar {
            Scalar::Upper | Scalar::Lower => self.wanted(&operands[0], name, &[DataType::Text]),
            Scalar::Length => {
                self.wanted(&operands[0], name, &[DataType::Text])?;
                Ok(Some(DataType::Integer))
            }
            Scalar::Absolute | Scalar::Floor | Scalar::Ceiling => self.wanted(&operands[0], name, &numbers),
            Scalar::Substring => {
                for position in &operands[1..] {
                    self.wanted(position, name, &[DataType::Integer])?;
                }
                self.wanted(&operands[0], name, &[DataType::Text])
            }
        }
    }

    fn aggregate(&self, aggregate: &Aggregate) -> Kind {
        let argument = aggregate.argument.as_ref().map_or(Ok(None), |argument| self.of(argument))?;
        match (aggregate.function, argument) {
            (Function::Count, _) => Ok(Some(DataType::Integer)),
            (Function::Sum | Function::Avg, Some(kind)) if !kind.is_number() => {
                Err(format!("sums and averages are of numbers, and not of {}", kind.name()))
            }
            (Function::Min | Function::Max, Some(DataType::Boolean)) => {
                Err("`MIN` and `MAX` of BOOLEAN do not run here".to_owned())
            }
            (_, kind) => Ok(kind),
        }
    }
}

fn comparable(left: DataType, right: DataType) -> bool {
    let instants = [DataType::Timestamp, DataType::Text];
    left.widened(right).is_some() || (left != right && instants.contains(&left) && instants.contains(&right))
}

/// The casts whose outcome is Flink's in every case that is not a fault.
fn castable(from: DataType, to: DataType) -> bool {
    use DataType::{Double, Integer, Text};
    from == to || matches!((from, to), (Integer | Text, Double) | (Double | Text, Integer) | (Integer, Text))
}
