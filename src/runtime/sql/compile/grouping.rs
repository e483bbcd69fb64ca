//! `GROUP BY` and aggregates: over windows, or over everything that ever came.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function as SqlFunction, FunctionArg, FunctionArgExpr, FunctionArguments,
    Select, Value as SqlValue,
};

use crate::runtime::sql::DataType;
use crate::runtime::sql::aggregate::Function;
use crate::runtime::sql::compile::over::placed;
use crate::runtime::sql::compile::relation::{Column, PendingWindows, Relation, Role, Typed};
use crate::runtime::sql::compile::selects::Scope;
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::{Assigner, GroupAggregate, Operation, WindowAggregate};

/// What rows are grouped by, and what is worked out of each group.
#[derive(Debug, Clone)]
pub(super) struct Grouping {
    /// The keys beside the bounds of a window.
    pub(super) keys: Vec<Typed>,
    /// Start, end and time of the window, where there is one; nothing for a bound that the rows do not have.
    pub(super) bounds: Option<[Option<Typed>; 3]>,
    /// The type of the event time, where there is a window.
    pub(super) time: Option<DataType>,
    /// The window of `GROUP BY TUMBLE(…)`: its name and arguments.
    pub(super) call: Option<(String, Vec<Expr>)>,
    pub(super) aggregates: Vec<AggregateCall>,
    pub(super) is_updating: bool,
}

/// An aggregate over expressions of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AggregateCall {
    pub(super) function: Function,
    pub(super) argument: Option<Typed>,
    pub(super) distinct: bool,
    pub(super) filter: Option<Expression>,
    pub(super) kind: Option<DataType>,
}

impl Grouping {
    /// Where the aggregates begin in the row of a group.
    fn first_aggregate(&self) -> usize {
        self.keys.len() + if self.bounds.is_some() { 3 } else { 0 }
    }

    /// The column of a group that an expression over its rows stands for.
    pub(super) fn column(&self, value: &Typed) -> Option<Typed> {
        let bounds = self.bounds.iter().flatten();
        let key = self.keys.iter().position(|key| key.expression == value.expression);
        let place = key.or_else(|| {
            let mut bounds =
                bounds.map(|bound| bound.as_ref().is_some_and(|bound| bound.expression == value.expression));
            bounds.position(|is| is).map(|place| self.keys.len() + place)
        })?;
        Some(Typed { expression: Expression::Column(place), kind: value.kind })
    }

    /// The column of a bound of the window.
    pub(super) fn bound(&self, which: usize, kind: Option<DataType>) -> Typed {
        Typed { expression: Expression::Column(self.keys.len() + which), kind }
    }

    /// What a column of the group is to what comes after.
    pub(super) fn role(&self, expression: &Expression) -> Role {
        let Expression::Column(place) = expression else { return Role::None };
        if self.bounds.is_none() {
            return Role::None;
        }
        match place.checked_sub(self.keys.len()) {
            Some(0) => Role::WindowStart,
            Some(1) => Role::WindowEnd(self.time),
            Some(2) => Role::Time,
            _ => Role::None,
        }
    }
}

/// Whether a function is an aggregate, by its name in capitals.
pub(super) fn is_aggregate(name: &str) -> bool {
    function_named(name).is_some()
}

fn function_named(name: &str) -> Option<Function> {
    Some(match name {
        "COUNT" => Function::Count,
        "SUM" => Function::Sum,
        "MIN" => Function::Min,
        "MAX" => Function::Max,
        "AVG" => Function::Avg,
        "FIRST_VALUE" => Function::First,
        "LAST_VALUE" => Function::Last,
        "LISTAGG" => Function::List(",".to_owned()),
        _ => return None,
    })
}

impl Compiler<'_> {
    /// The rows of the groups of a relation.
    pub(super) fn grouped(
        &mut self,
        mut relation: Relation,
        select: &Select,
        keys: &[Expr],
    ) -> Compiled<Relation> {
        let (grouping, windows) = self.grouping(&mut relation, select, keys)?;
        let mut scope = Scope { grouping: Some(grouping), ..Scope::of(&mut relation) };
        let columns = self.items(&mut scope, select)?;
        let having = match &select.having {
            Some(having) => {
                let value = self.compile(having, &mut scope)?;
                self.boolean(&value, having, "`HAVING`")?;
                Some(value.expression)
            }
            None => None,
        };
        let Some(grouping) = scope.grouping else { return Ok(relation) };
        let mut grouped = self.aggregated(&relation, grouping, windows);
        grouped.filter = having;
        grouped.columns = columns;
        Ok(grouped)
    }

    /// What a query groups by, and its window.
    fn grouping(
        &mut self,
        relation: &mut Relation,
        select: &Select,
        keys: &[Expr],
    ) -> Compiled<(Grouping, Option<PendingWindows>)> {
        let mut windows = relation.windows.take();
        let mut grouping = Grouping {
            keys: Vec::new(),
            bounds: None,
            time: None,
            call: None,
            aggregates: Vec::new(),
            is_updating: relation.is_updating,
        };
        let has_windows = relation.window().is_some();
        let mut named = [false; 2];
        let mut values = Vec::new();
        for key in keys {
            if let Some((name, arguments)) = window_call(key) {
                let arguments: Vec<Expr> = arguments.into_iter().cloned().collect();
                windows = Some(self.called_window(&name, &arguments, relation, key)?);
                grouping.call = Some((name, arguments));
                continue;
            }
            let value = self.expression(key, relation)?;
            let role = relation.columns.iter().find(|column| column.value == value).map(|column| column.role);
            match role {
                Some(Role::WindowStart) => named[0] = true,
                Some(Role::WindowEnd(time)) => {
                    named[1] = true;
                    grouping.time = time;
                }
                Some(Role::Time) if has_windows => {}
                _ => values.push(value),
            }
        }
        let missing = named.iter().position(|named| !named);
        if let Some(missing) = missing.filter(|_| has_windows && (windows.is_some() || named.contains(&true)))
        {
            let help = format!("add `{}` to `GROUP BY`", super::windows::NAMES[missing]);
            return Err(self.wrong("a window is grouped by its start and its end", select, Some(help)));
        }
        if windows.is_some() || named == [true, true] {
            if relation.is_updating {
                return Err(self.refuse("a window over rows that change", select));
            }
            let (start, end) = relation.window().unzip();
            let time = relation.time().filter(|_| has_windows);
            grouping.bounds = Some([start, end, time].map(|bound| Some(bound?.value.clone())));
            grouping.time = windows.as_ref().map_or(grouping.time, |windows| windows.time.kind);
        }
        grouping.keys = values;
        Ok((grouping, windows))
    }

    /// The window of `GROUP BY TUMBLE(time, INTERVAL …)`.
    fn called_window(
        &mut self,
        name: &str,
        arguments: &[Expr],
        relation: &mut Relation,
        node: &Expr,
    ) -> Compiled<PendingWindows> {
        let [time, lengths @ ..] = arguments else {
            return Err(self.wrong(format!("`{name}` takes a time and a length"), node, None));
        };
        let wanted = if name == "HOP" { 2 } else { 1 };
        if lengths.len() != wanted {
            return Err(self.wrong(format!("`{name}` takes a time and {wanted} lengths"), node, None));
        }
        let lengths: Vec<Option<&Expr>> = lengths.iter().map(Some).collect();
        let assigner = self.assigner(name, &lengths, node)?;
        let value = self.event_time(time, relation)?;
        Ok(PendingWindows { assigner, time: value, keys: Vec::new() })
    }

    /// Adds the stage that gathers groups; its rows have keys, bounds and aggregates.
    pub(super) fn aggregated(
        &mut self,
        relation: &Relation,
        grouping: Grouping,
        windows: Option<PendingWindows>,
    ) -> Relation {
        let mut output: Vec<Expression> = grouping.keys.iter().map(|key| key.expression.clone()).collect();
        let keys = output.len();
        let retracts = grouping.is_updating;
        let is_windowed = grouping.bounds.is_some();
        let mut assigner = None;
        if is_windowed {
            assigner = Some(if let Some(windows) = windows {
                output.push(windows.time.expression);
                windows.assigner
            } else {
                let bounds = grouping.bounds.iter().flatten().flatten();
                output.extend(bounds.map(|bound| bound.expression.clone()).take(2));
                Assigner::Attached(keys, keys + 1)
            });
        }
        let time = output.len().saturating_sub(1);
        let is_instant = grouping.time == Some(DataType::Instant);
        let aggregates = placed(grouping.aggregates, &mut output, retracts);
        let stage = self.stage(match assigner {
            Some(assigner) => {
                Operation::WindowAggregate(WindowAggregate { assigner, keys, time, is_instant, aggregates })
            }
            None => Operation::GroupAggregate(GroupAggregate { keys, aggregates, retracts }),
        });
        self.connect(relation, stage, 0, output);
        Relation { is_updating: !is_windowed, ..Relation::of(stage) }
    }

    /// Each row once.
    pub(super) fn distinct(&mut self, relation: Relation) -> Compiled<Relation> {
        let relation = self.settled(relation)?;
        let keys = relation.columns.iter().map(|column| column.value.clone()).collect();
        let grouping = Grouping {
            keys,
            bounds: None,
            time: None,
            call: None,
            aggregates: Vec::new(),
            is_updating: relation.is_updating,
        };
        let mut grouped = self.aggregated(&relation, grouping, None);
        // A row that is there already changes nothing.
        grouped.is_updating = relation.is_updating;
        let columns = relation.columns.into_iter().enumerate();
        grouped.columns = columns
            .map(|(place, column)| Column {
                value: Typed { expression: Expression::Column(place), kind: column.value.kind },
                role: Role::None,
                ..column
            })
            .collect();
        Ok(grouped)
    }

    /// An aggregate within a group, as a column of its row.
    pub(super) fn aggregate(
        &mut self,
        expr: &Expr,
        sql: &SqlFunction,
        scope: &mut Scope<'_>,
    ) -> Compiled<Typed> {
        let name = sql.name.to_string().to_uppercase();
        let Some(grouping) = scope.grouping.take() else {
            let help = "use it under `SELECT` or `HAVING` of a query that groups".to_owned();
            return Err(self.wrong(format!("`{name}` has no group here"), expr, Some(help)));
        };
        let call = self.aggregate_call(expr, sql, scope, grouping.is_updating);
        let grouping = scope.grouping.insert(grouping);
        let call = call?;
        let kind = call.kind;
        let place = grouping.aggregates.iter().position(|known| *known == call).unwrap_or_else(|| {
            grouping.aggregates.push(call);
            grouping.aggregates.len() - 1
        });
        Ok(Typed { expression: Expression::Column(grouping.first_aggregate() + place), kind })
    }

    pub(super) fn aggregate_call(
        &mut self,
        expr: &Expr,
        sql: &SqlFunction,
        scope: &mut Scope<'_>,
        retracts: bool,
    ) -> Compiled<AggregateCall> {
        let name = sql.name.to_string().to_uppercase();
        let FunctionArguments::List(list) = &sql.args else { return Err(self.refuse("this call", expr)) };
        let Some(mut function) = function_named(&name).filter(|_| list.clauses.is_empty()) else {
            return Err(self.refuse("this call", expr));
        };
        if sql.null_treatment.is_some() || !sql.within_group.is_empty() {
            return Err(self.refuse("this form of an aggregate", expr));
        }
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        let argument = match (&mut function, list.args.as_slice()) {
            (Function::Count, [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]) => None,
            (_, [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))]) => {
                Some((argument, self.compile(argument, scope)?))
            }
            (
                Function::List(separator),
                [
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)),
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(text))),
                ],
            ) => {
                if let SqlValue::SingleQuotedString(text) = &text.value {
                    separator.clone_from(text);
                }
                Some((argument, self.compile(argument, scope)?))
            }
            _ => return Err(self.wrong("an aggregate takes one argument", expr, None)),
        };
        let takes_back = matches!(
            function,
            Function::Count | Function::Sum | Function::Avg | Function::Min | Function::Max
        );
        if retracts && !takes_back {
            return Err(self.refuse(&format!("`{name}` over rows that change"), expr));
        }
        let kind = match &argument {
            None => Some(DataType::BigInt),
            Some((argument, value)) => self.aggregate_kind(&function, value, argument)?,
        };
        let filter = match &sql.filter {
            Some(filter) => {
                let value = self.compile(filter, scope)?;
                self.boolean(&value, filter, "`FILTER`")?;
                Some(value.expression)
            }
            None => None,
        };
        Ok(AggregateCall { function, argument: argument.map(|(_, value)| value), distinct, filter, kind })
    }

    fn aggregate_kind(
        &self,
        function: &Function,
        value: &Typed,
        argument: &Expr,
    ) -> Compiled<Option<DataType>> {
        let Some(kind) = value.kind else {
            return Ok((*function == Function::Count).then_some(DataType::BigInt));
        };
        let wrong = |message: String| Err(self.wrong(message, argument, None));
        match function {
            Function::Count => Ok(Some(DataType::BigInt)),
            Function::Sum | Function::Avg if !kind.is_number() => {
                wrong(format!("sums and averages are of numbers, and not of {kind}"))
            }
            Function::Sum => Ok(Some(kind.of_sum())),
            Function::Avg => Ok(Some(kind.of_average())),
            Function::List(_) if kind != DataType::Text => {
                wrong(format!("`LISTAGG` takes STRING, and not {kind}"))
            }
            _ => Ok(Some(kind)),
        }
    }
}

/// `TUMBLE(…)`, `HOP(…)` or `SESSION(…)` under `GROUP BY`.
fn window_call(expr: &Expr) -> Option<(String, Vec<&Expr>)> {
    let Expr::Function(function) = expr else { return None };
    let name = function.name.to_string().to_uppercase();
    let FunctionArguments::List(list) = &function.args else { return None };
    let arguments = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    });
    let arguments: Vec<&Expr> = arguments.collect::<Option<_>>()?;
    matches!(name.as_str(), "TUMBLE" | "HOP" | "SESSION").then_some((name, arguments))
}
