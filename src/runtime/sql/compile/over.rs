//! `OVER`: aggregates of the rows before a row, and the first rows of each key by `ROW_NUMBER`.

use sqlparser::ast::{
    BinaryOperator, Expr, Function as SqlFunction, OrderByExpr, OrderBySort, Value as SqlValue, WindowFrame,
    WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

use crate::runtime::sql::DataType;
use crate::runtime::sql::aggregate::Aggregate;
use crate::runtime::sql::compile::grouping::{AggregateCall, is_aggregate};
use crate::runtime::sql::compile::relation::{Column, Relation, Role, Typed};
use crate::runtime::sql::compile::selects::Scope;
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::{Frame, Operation, Order, Over, Rank};

/// The column that stands for the number of a row.
const NUMBER: usize = usize::MAX - 10;

/// The first of the columns that stand for aggregates over the rows before.
const OVERS: usize = usize::MAX - 1000;

/// A bound of ours: so many rows can be kept for a key.
const MOST_ROWS: usize = 10_000_000;

/// `ROW_NUMBER() OVER (…)`, until the query around it says how many rows it wants.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbering {
    partition: Vec<Expression>,
    /// What rows are ordered by, whether the greatest is first, and whether nothing is.
    order: Vec<(Typed, bool, bool)>,
    /// Whether that is the event time alone.
    by_time: bool,
}

/// Aggregates over the rows before a row.
#[derive(Debug, Clone)]
pub(super) struct Overs {
    partition: Vec<Expression>,
    time: Expression,
    frame: Frame,
    calls: Vec<AggregateCall>,
}

impl Compiler<'_> {
    pub(super) fn over_call(
        &mut self,
        expr: &Expr,
        (function, over): (&SqlFunction, &WindowType),
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let name = function.name.to_string().to_uppercase();
        let WindowType::WindowSpec(spec @ WindowSpec { window_name: None, .. }) = over else {
            return Err(self.refuse("a named window", expr));
        };
        if scope.grouping.is_some() {
            return Err(self.refuse("`OVER` in a query that groups", expr));
        }
        let mut partition = Vec::new();
        for key in &spec.partition_by {
            partition.push(self.compile(key, scope)?.expression);
        }
        if name == "ROW_NUMBER" {
            return self.numbering(expr, spec, partition, scope);
        }
        if !is_aggregate(&name) {
            return Err(self.refuse(&format!("`{name}() OVER`"), expr));
        }
        let [OrderByExpr { expr: time, options, .. }] = spec.order_by.as_slice() else {
            let help = "write `OVER (PARTITION BY … ORDER BY` the event time `…)`".to_owned();
            return Err(self.wrong("rows are taken in the order of event time", expr, Some(help)));
        };
        if options.sort == Some(OrderBySort::Desc) {
            return Err(self.refuse("a descending order of event time", time));
        }
        if scope.relation.is_updating {
            return Err(self.refuse("`OVER` over rows that change", expr));
        }
        let time = self.event_time(time, scope.relation)?.expression;
        let frame = self.frame(expr, spec.window_frame.as_ref())?;
        let is_bounded = !matches!(frame, Frame::Rows(None) | Frame::Range(None));
        let call = self.aggregate_call(expr, function, scope, is_bounded)?;
        let new = Overs { partition, time, frame, calls: Vec::new() };
        let overs = scope.overs.get_or_insert_with(|| new.clone());
        if (&overs.partition, &overs.time, overs.frame) != (&new.partition, &new.time, new.frame) {
            return Err(self.refuse("a second window beside another one", expr));
        }
        let kind = call.kind;
        let place = overs.calls.iter().position(|known| *known == call).unwrap_or_else(|| {
            overs.calls.push(call);
            overs.calls.len() - 1
        });
        Ok(Typed { expression: Expression::Column(OVERS + place), kind })
    }

    fn frame(&self, expr: &Expr, frame: Option<&WindowFrame>) -> Compiled<Frame> {
        let Some(frame) = frame else { return Ok(Frame::Range(None)) };
        if !matches!(frame.end_bound, None | Some(WindowFrameBound::CurrentRow)) {
            return Err(self.refuse("a frame that does not end at the row", expr));
        }
        match (&frame.units, &frame.start_bound) {
            (WindowFrameUnits::Rows, WindowFrameBound::Preceding(None)) => Ok(Frame::Rows(None)),
            (WindowFrameUnits::Range, WindowFrameBound::Preceding(None)) => Ok(Frame::Range(None)),
            (WindowFrameUnits::Rows, WindowFrameBound::Preceding(Some(count))) => match number(count) {
                Some(count) if count <= MOST_ROWS => Ok(Frame::Rows(Some(count))),
                _ => Err(self.wrong("a frame has a number of rows", expr, None)),
            },
            (WindowFrameUnits::Range, WindowFrameBound::Preceding(Some(length))) => {
                Ok(Frame::Range(Some(self.milliseconds(length)?)))
            }
            _ => Err(self.refuse("this frame", expr)),
        }
    }

    fn numbering(
        &mut self,
        expr: &Expr,
        spec: &WindowSpec,
        partition: Vec<Expression>,
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        if spec.window_frame.is_some() || spec.order_by.is_empty() {
            return Err(self.wrong("`ROW_NUMBER()` takes `PARTITION BY` and `ORDER BY`", expr, None));
        }
        let mut order = Vec::new();
        for item in &spec.order_by {
            let is_descending = item.options.sort == Some(OrderBySort::Desc);
            let nulls_first = item.options.nulls_first.unwrap_or(!is_descending);
            order.push((self.compile(&item.expr, scope)?, is_descending, nulls_first));
        }
        let by_time = match order.as_slice() {
            [(value, ..)] => scope.relation.time().is_some_and(|time| time.value == *value),
            _ => false,
        };
        let new = Numbering { partition, order, by_time };
        if scope.numbering.as_ref().is_some_and(|known| *known != new) {
            return Err(self.refuse("a second `ROW_NUMBER()`", expr));
        }
        scope.numbering = Some(new);
        Ok(Typed { expression: Expression::Column(NUMBER), kind: Some(DataType::BigInt) })
    }

    /// Adds the stage that works out aggregates over the rows before, and gives the columns over its rows.
    pub(super) fn over_rows(&mut self, relation: &Relation, overs: Overs, columns: Vec<Column>) -> Relation {
        let is_over = |column: usize| (OVERS..OVERS + 500).contains(&column);
        let mut used = Vec::new();
        for column in &columns {
            column.value.expression.each_column(&mut |column| {
                if !is_over(column) && !used.contains(&column) {
                    used.push(column);
                }
            });
        }
        let (width, keys) = (used.len(), overs.partition.len());
        let mut output: Vec<Expression> = used.iter().map(|column| Expression::Column(*column)).collect();
        output.extend(overs.partition);
        output.push(overs.time);
        let retracts = !matches!(overs.frame, Frame::Rows(None) | Frame::Range(None));
        let aggregates = placed(overs.calls, &mut output, retracts);
        let plan = Over { width, keys, time: width + keys, frame: overs.frame, aggregates };
        let stage = self.stage(Operation::Over(plan));
        self.connect(relation, stage, 0, output);
        let place = |column: usize| match used.iter().position(|known| *known == column) {
            Some(place) => Expression::Column(place),
            None => Expression::Column(width + column - OVERS),
        };
        let columns = columns.into_iter().map(|column| {
            let value = Typed { expression: column.value.expression.over(&place), kind: column.value.kind };
            Column { value, ..column }
        });
        Relation { columns: columns.collect(), ..Relation::of(stage) }
    }

    /// The first rows of each key, as `WHERE` around `ROW_NUMBER()` says how many; and what else it says.
    pub(super) fn first_rows<'e>(
        &mut self,
        mut relation: Relation,
        filter: Option<&'e Expr>,
        node: &sqlparser::ast::Select,
    ) -> Compiled<(Relation, Vec<&'e Expr>)> {
        let Some(numbering) = relation.numbering.take() else {
            return Ok((relation, filter.into_iter().collect()));
        };
        let is_number = |column: &Column| column.value.expression == Expression::Column(NUMBER);
        let mut conditions = Vec::new();
        if let Some(filter) = filter {
            conjuncts(filter, &mut conditions);
        }
        let name = relation.columns.iter().find(|column| is_number(column)).map(|column| column.name.clone());
        let limits = conditions
            .iter()
            .enumerate()
            .filter_map(|(place, condition)| Some((place, limit_of(condition, name.as_deref()?)?)));
        let Some((place, limit)) = limits.min_by_key(|(_, limit)| *limit) else {
            let help = "write `WHERE` the number `<= 10` in the query around it".to_owned();
            return Err(self.wrong("`ROW_NUMBER()` numbers rows without end", node, Some(help)));
        };
        conditions.remove(place);
        let window = relation.window().and_then(|(start, end)| {
            let is_key = |column: &Column| numbering.partition.contains(&column.value.expression);
            let Role::WindowEnd(time) = end.role else { return None };
            (is_key(start) && is_key(end)).then(|| (end.name.clone(), time == Some(DataType::Instant)))
        });
        let columns: Vec<Column> =
            relation.columns.iter().filter(|column| !is_number(column)).cloned().collect();
        let mut output: Vec<Expression> =
            columns.iter().map(|column| column.value.expression.clone()).collect();
        let (width, keys) = (output.len(), numbering.partition.len());
        output.extend(numbering.partition);
        let window = window.and_then(|(name, is_instant)| {
            Some((columns.iter().position(|column| column.name == name)?, is_instant))
        });
        let mut order = Vec::new();
        for (value, is_descending, nulls_first) in numbering.order {
            order.push(Order { column: output.len(), is_descending, nulls_first });
            output.push(value.expression);
        }
        let newest_first = numbering.by_time && limit == 1 && order.iter().all(|order| order.is_descending);
        let stage = self.stage(Operation::Rank(Rank {
            width,
            keys,
            order,
            limit,
            window,
            newest_first,
            retracts: relation.is_updating,
            numbers: false,
        }));
        self.connect(&relation, stage, 0, output);
        let mut places = 0..;
        for column in &mut relation.columns {
            let place = if is_number(column) { width } else { places.next().unwrap_or(width) };
            column.value.expression = Expression::Column(place);
        }
        let is_updating = window.is_none();
        Ok((Relation { columns: relation.columns, is_updating, ..Relation::of(stage) }, conditions))
    }
}

/// Puts what aggregates are of behind the other columns of a row.
pub(super) fn placed(
    calls: Vec<AggregateCall>,
    output: &mut Vec<Expression>,
    retracts: bool,
) -> Vec<Aggregate> {
    let mut place = |expression: Expression| {
        output.push(expression);
        output.len() - 1
    };
    calls
        .into_iter()
        .map(|call| Aggregate {
            argument: call.argument.map(|argument| place(argument.expression)),
            filter: call.filter.map(&mut place),
            function: call.function,
            distinct: call.distinct,
            kind: call.kind,
            retracts,
        })
        .collect()
}

/// The conditions that `AND` joins.
pub(super) fn conjuncts<'e>(expr: &'e Expr, found: &mut Vec<&'e Expr>) {
    match expr {
        Expr::Nested(inner) => conjuncts(inner, found),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left, found);
            conjuncts(right, found);
        }
        other => found.push(other),
    }
}

/// How many rows a condition such as `rn <= 10` leaves.
fn limit_of(condition: &Expr, name: &str) -> Option<usize> {
    let Expr::BinaryOp { left, op, right } = condition else { return None };
    let is_it = |expr: &Expr| Compiler::is_name(expr).is_some_and(|found| found.value == name);
    let (limit, is_left) = if is_it(left) { (number(right)?, true) } else { (number(left)?, false) };
    if !is_left && !is_it(right) {
        return None;
    }
    match (op, is_left) {
        (BinaryOperator::LtEq, true) | (BinaryOperator::GtEq, false) => Some(limit),
        (BinaryOperator::Lt, true) | (BinaryOperator::Gt, false) => limit.checked_sub(1),
        (BinaryOperator::Eq, _) if limit == 1 => Some(1),
        _ => None,
    }
    .filter(|limit| (1..=MOST_ROWS).contains(limit))
}

fn number(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Value(value) => match &value.value {
            SqlValue::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
