//! Joins: which rows go with each other, and how near they have to be.

use sqlparser::ast::{Expr, Join as SqlJoin, JoinConstraint, JoinOperator, TableFactor};

use crate::runtime::sql::compile::relation::{Column, Relation, Role, Typed};
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::expression::{Comparison, Expression};
use crate::runtime::sql::plan::{Join, Nearness, Operation};
use crate::runtime::sql::{DataType, Value};

/// What a join's condition comes to.
#[derive(Default)]
struct Conditions {
    /// What has to be equal: of the left and of the right.
    keys: Vec<(Expression, Expression)>,
    /// The least and the greatest distance of the left's time from the right's.
    low: Option<i64>,
    high: Option<i64>,
    /// The conditions that say so.
    times: Vec<Expression>,
    rest: Vec<Expression>,
}

impl<'a> Compiler<'a> {
    pub(super) fn join(&mut self, left: Relation, join: &'a SqlJoin) -> Compiled<Relation> {
        let (keeps, constraint) = match &join.join_operator {
            JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => ([false, false], constraint),
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                ([true, false], constraint)
            }
            JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                ([false, true], constraint)
            }
            JoinOperator::FullOuter(constraint) => ([true, true], constraint),
            _ => return Err(self.refuse("this kind of join", join)),
        };
        let JoinConstraint::On(condition) = constraint else {
            let help = Some("write `ON a.key = b.key`".to_owned());
            return Err(self.wrong("a join says what goes together by `ON`", join, help));
        };
        self.joined(left, &join.relation, (keeps, condition))
    }

    /// Two tables and the rows of both that go together.
    pub(super) fn joined(
        &mut self,
        left: Relation,
        factor: &'a TableFactor,
        (keeps, condition): ([bool; 2], &Expr),
    ) -> Compiled<Relation> {
        let left = self.settled(left)?;
        let right = self.factor(factor)?;
        let right = self.settled(right)?;
        if left.open_source.is_some() || right.open_source.is_some() {
            return Err(self.wrong(
                "nothing says which columns a joined table has",
                factor,
                Some("declare them by `CREATE TABLE`".to_owned()),
            ));
        }
        let widths = [left.columns.len(), right.columns.len()];
        let mut both = Relation::of(left.stage);
        both.columns = left.columns.iter().chain(&right.columns).cloned().enumerate().map(moved).collect();
        let compiled = self.condition(condition, &mut both, "`ON`")?;
        let mut conditions = Conditions::default();
        sort(compiled, &both.columns, widths[0], &mut conditions);
        let nearness = self.nearness(&left, &right, &mut conditions, condition)?;
        if conditions.keys.is_empty() && nearness == Nearness::Any {
            let help = Some("add `a.key = b.key` to the condition".to_owned());
            return Err(self.wrong("a join without an equal key takes every pair of rows", condition, help));
        }
        let is_updating = match nearness {
            Nearness::Any => left.is_updating || right.is_updating || keeps != [false, false],
            _ => false,
        };
        let keys = conditions.keys.len();
        let rest =
            conditions.rest.into_iter().reduce(|all, one| Expression::And(Box::new(all), Box::new(one)));
        let stage = self.stage(Operation::Join(Join { keys, widths, keeps, condition: rest, nearness }));
        let (left_keys, right_keys): (Vec<_>, Vec<_>) = conditions.keys.into_iter().unzip();
        for (port, (relation, keys)) in [(left, left_keys), (right, right_keys)].into_iter().enumerate() {
            let offset = if port == 0 { 0 } else { widths[0] };
            let own = |column: usize| relation.columns[column - offset].value.expression.clone();
            let mut output: Vec<Expression> = keys.iter().map(|key| key.over(&own)).collect();
            output.extend(relation.columns.iter().map(|column| column.value.expression.clone()));
            self.connect(&relation, stage, port, output);
        }
        for (place, column) in both.columns.iter_mut().enumerate() {
            let stays = match nearness {
                Nearness::Any => false,
                Nearness::Between { .. } => column.role == Role::Time,
                Nearness::Window { .. } => place < widths[0],
            };
            if !stays {
                column.role = Role::None;
            }
        }
        Ok(Relation { columns: both.columns, is_updating, ..Relation::of(stage) })
    }

    /// How near rows have to be to go together.
    fn nearness(
        &self,
        left: &Relation,
        right: &Relation,
        conditions: &mut Conditions,
        node: &Expr,
    ) -> Compiled<Nearness> {
        let place = |relation: &Relation, column: &Column| {
            relation.columns.iter().position(|known| known.name == column.name && known.role == column.role)
        };
        let width = left.columns.len();
        let nearness = if let (Some((left_start, left_end)), Some((right_start, right_end))) =
            (left.window(), right.window())
            && let (Some(start), Some(end)) = (place(left, left_start), place(left, left_end))
            && let (Some(other_start), Some(other_end)) = (place(right, right_start), place(right, right_end))
            && [(start, other_start), (end, other_end)].iter().all(|(one, other)| {
                conditions.keys.contains(&(Expression::Column(*one), Expression::Column(width + other)))
            }) {
            let Role::WindowEnd(time) = left_end.role else { return Ok(Nearness::Any) };
            Nearness::Window { ends: [end, other_end], is_instant: time == Some(DataType::Instant) }
        } else if let (Some(low), Some(high)) = (conditions.low, conditions.high)
            && let (Some(left_time), Some(right_time)) = (left.time(), right.time())
            && let (Some(one), Some(other)) = (place(left, left_time), place(right, right_time))
        {
            Nearness::Between { times: [one, other], low, high }
        } else {
            Nearness::Any
        };
        if nearness == Nearness::Any {
            conditions.rest.append(&mut conditions.times);
        } else if left.is_updating || right.is_updating {
            return Err(self.refuse("a join by time of rows that change", node));
        }
        Ok(nearness)
    }
}

/// A column of one side as one of both.
fn moved((place, column): (usize, Column)) -> Column {
    Column { value: Typed { expression: Expression::Column(place), kind: column.value.kind }, ..column }
}

/// Sorts the conditions that `AND` joins: equal keys, distances of times, and the rest.
fn sort(condition: Expression, columns: &[Column], width: usize, into: &mut Conditions) {
    match condition {
        Expression::And(left, right) => {
            sort(*left, columns, width, into);
            sort(*right, columns, width, into);
        }
        Expression::Compare(comparison, left, right) => {
            let sides = (side(&left, width), side(&right, width));
            let alike =
                kind_of(&left, columns) == kind_of(&right, columns) && kind_of(&left, columns).is_some();
            match (comparison, sides) {
                (Comparison::Equal, (Some(0), Some(1))) if alike => into.keys.push((*left, *right)),
                (Comparison::Equal, (Some(1), Some(0))) if alike => into.keys.push((*right, *left)),
                _ => {
                    let is_distance = distance(comparison, (&left, &right), columns, width, into);
                    let whole = Expression::Compare(comparison, left, right);
                    if is_distance { into.times.push(whole) } else { into.rest.push(whole) }
                }
            }
        }
        other => into.rest.push(other),
    }
}

/// The side that all columns of an expression are of.
fn side(expression: &Expression, width: usize) -> Option<usize> {
    let mut sides = [false; 2];
    expression.each_column(&mut |column| sides[usize::from(column >= width)] = true);
    match sides {
        [true, false] => Some(0),
        [false, true] => Some(1),
        _ => None,
    }
}

/// The type of a column; whole numbers of both sizes are alike.
fn kind_of(expression: &Expression, columns: &[Column]) -> Option<DataType> {
    match expression {
        Expression::Column(place) => match columns[*place].value.kind? {
            DataType::Int => Some(DataType::BigInt),
            kind => Some(kind),
        },
        _ => None,
    }
}

/// Notes what a comparison of event times says of their distance, if it is one.
fn distance(
    comparison: Comparison,
    (left, right): (&Expression, &Expression),
    columns: &[Column],
    width: usize,
    into: &mut Conditions,
) -> bool {
    let (Some((one, plus)), Some((other, other_plus))) = (shifted(left, columns), shifted(right, columns))
    else {
        return false;
    };
    if (one < width) == (other < width) {
        return false;
    }
    // left + plus ⋛ right + other_plus, told as the distance of the left table's time from the right one's.
    let bound = other_plus - plus;
    let (comparison, bound) = if one < width {
        (comparison, bound)
    } else {
        let turned = match comparison {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            same => same,
        };
        (turned, -bound)
    };
    let mut at_least = |low: i64| into.low = Some(into.low.map_or(low, |known| known.max(low)));
    let mut at_most = |high: i64| into.high = Some(into.high.map_or(high, |known| known.min(high)));
    match comparison {
        Comparison::GreaterOrEqual => at_least(bound),
        Comparison::Greater => at_least(bound + 1),
        Comparison::LessOrEqual => at_most(bound),
        Comparison::Less => at_most(bound - 1),
        Comparison::Equal => {
            at_least(bound);
            at_most(bound);
        }
        _ => return false,
    }
    true
}

/// An event time, and what is added to it.
fn shifted(expression: &Expression, columns: &[Column]) -> Option<(usize, i64)> {
    match expression {
        Expression::Column(place) => (columns[*place].role == Role::Time).then_some((*place, 0)),
        Expression::Arithmetic(operator, time, length, _) => {
            let (place, plus) = shifted(time, columns)?;
            let Expression::Literal(Value::Milliseconds(length)) = **length else { return None };
            Some((place, if *operator == '-' { plus - length } else { plus + length }))
        }
        _ => None,
    }
}
