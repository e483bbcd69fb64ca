//! Window table functions, and lengths of time.

use sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Value as SqlValue,
};

use crate::runtime::sql::compile::relation::{BOUNDS, Column, PendingWindows, Relation, Role, Typed};
use crate::runtime::sql::compile::{Compiled, Compiler};
use crate::runtime::sql::expression::Expression;
use crate::runtime::sql::plan::{Assigner, Operation, Windows};
use crate::runtime::sql::{DataType, SqlError, Value};

/// A century: far from where instants overflow.
const LONGEST_MS: i64 = 3_155_760_000_000;

/// The functions with the names of their arguments after the table and the time.
const FUNCTIONS: [(&str, &[&str], &str); 4] = [
    ("TUMBLE", &["SIZE", "OFFSET"], "TUMBLE(TABLE t, DESCRIPTOR(time), INTERVAL '10' SECONDS)"),
    (
        "HOP",
        &["SLIDE", "SIZE", "OFFSET"],
        "HOP(TABLE t, DESCRIPTOR(time), INTERVAL '5' SECONDS, INTERVAL '10' SECONDS)",
    ),
    (
        "CUMULATE",
        &["STEP", "SIZE", "OFFSET"],
        "CUMULATE(TABLE t, DESCRIPTOR(time), INTERVAL '1' HOUR, INTERVAL '1' DAY)",
    ),
    ("SESSION", &["GAP"], "SESSION(TABLE t PARTITION BY key, DESCRIPTOR(time), INTERVAL '5' MINUTES)"),
];

/// The names of a window's bounds.
pub(super) const NAMES: [&str; 3] = ["window_start", "window_end", "window_time"];

impl Compiler<'_> {
    /// `TUMBLE(TABLE t, DESCRIPTOR(time), INTERVAL … [, INTERVAL …])`, with or without the names of the arguments.
    pub(super) fn table_function(&mut self, expr: &Expr) -> Compiled<Relation> {
        let Expr::Function(function) = expr else { return Err(self.refuse("this source of rows", expr)) };
        let name = function.name.to_string().to_uppercase();
        let Some((name, own, form)) = FUNCTIONS.into_iter().find(|(known, ..)| *known == name) else {
            return Err(self.refuse(&format!("the table function `{name}`"), expr));
        };
        let FunctionArguments::List(list) = &function.args else {
            return Err(self.refuse("this window", expr));
        };
        let parts = self.window_arguments(list, (name, own))?;
        let optional = usize::from(own.last() == Some(&"OFFSET"));
        let (Some(table), Some(time)) = (parts[0], parts[1]) else {
            return Err(self.wrong(
                format!("`{name}` takes a table and a descriptor"),
                expr,
                Some(format!("write `{form}`")),
            ));
        };
        if parts[2..2 + own.len() - optional].iter().any(Option::is_none) {
            return Err(self.wrong(
                format!("`{name}` takes a table, a descriptor and a size"),
                expr,
                Some(format!("write `{form}`")),
            ));
        }
        let assigner = self.assigner(name, &parts[2..], expr)?;
        let (table, keys) = match table {
            Expr::Identifier(table) => (table, &[][..]),
            Expr::Tuple(both) if name == "SESSION" => match both.as_slice() {
                [Expr::Identifier(table), keys @ ..] => (table, keys),
                _ => return Err(self.refuse("this table", table)),
            },
            other => return Err(self.refuse("this table of a window", other)),
        };
        let relation = self.named(table)?;
        let mut relation = self.settled(relation)?;
        if relation.is_updating {
            return Err(self.refuse("a window over rows that change", table));
        }
        let time = self.descriptor(time, &mut relation)?;
        let keys = keys
            .iter()
            .map(|key| self.expression(key, &mut relation).map(|key| key.expression))
            .collect::<Result<_, _>>()?;
        relation.windows = Some(PendingWindows { assigner, time: time.clone(), keys });
        add_bounds(&mut relation, time.kind, BOUNDS);
        Ok(relation)
    }

    /// The arguments of a window function by their places: table, time, and its lengths.
    fn window_arguments<'e>(
        &self,
        list: &'e FunctionArgumentList,
        (name, own): (&str, &[&str]),
    ) -> Compiled<[Option<&'e Expr>; 5]> {
        let mut parts: [Option<&Expr>; 5] = [None; 5];
        for (position, argument) in list.args.iter().enumerate() {
            let (slot, value) = match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => (Some(position), value),
                FunctionArg::Named { name, arg: FunctionArgExpr::Expr(value), .. } => {
                    let names = ["DATA", "TIMECOL"].iter().chain(own);
                    let mut names = names.enumerate();
                    let found = names.find(|(_, known)| name.value.eq_ignore_ascii_case(known));
                    (found.map(|(position, _)| position), value)
                }
                other => return Err(self.refuse("this argument", other)),
            };
            match slot.filter(|slot| *slot < own.len() + 2) {
                Some(slot) => parts[slot] = Some(value),
                None => return Err(self.wrong(format!("`{name}` has no such argument"), argument, None)),
            }
        }
        Ok(parts)
    }

    /// `DESCRIPTOR(time)`.
    fn descriptor(&mut self, expr: &Expr, relation: &mut Relation) -> Compiled<Typed> {
        if let Expr::Function(function) = expr
            && function.name.to_string().eq_ignore_ascii_case("DESCRIPTOR")
            && let FunctionArguments::List(list) = &function.args
            && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(column @ Expr::Identifier(_)))] =
                list.args.as_slice()
        {
            return self.event_time(column, relation);
        }
        Err(self.wrong("the time column is named by `DESCRIPTOR(column)`", expr, None))
    }

    /// A column that holds the event time. Where a table of records does not say which does, the first one to be used so
    /// does.
    pub(super) fn event_time(&mut self, expr: &Expr, relation: &mut Relation) -> Compiled<Typed> {
        let value = self.expression(expr, relation)?;
        let is_it =
            |column: &Column| column.role == Role::Time && column.value.expression == value.expression;
        if let Some(column) = relation.columns.iter().find(|column| is_it(column)) {
            return Ok(column.value.clone());
        }
        if let Some(time) = self.made_time(&value, relation) {
            return Ok(time);
        }
        let known = relation.time().map(|time| time.name.clone());
        let help = match known {
            Some(known) => format!("write `{known}`"),
            None => {
                "name the event time by `event_time` at the producer, or by `WATERMARK FOR` in `CREATE TABLE`"
                    .to_owned()
            }
        };
        Err(self.wrong(format!("`{expr}` is no event time with a watermark"), expr, Some(help)))
    }

    /// Makes a column of a table of records its event time, where it has none.
    fn made_time(&mut self, value: &Typed, relation: &mut Relation) -> Option<Typed> {
        let (Operation::Source(source), Expression::Column(_)) =
            (&self.stages[relation.stage].operation, &value.expression)
        else {
            return None;
        };
        let source = *source;
        let name = self.sources[source].name.clone();
        let table = self.catalog.sources.iter().find(|table| table.name == name)?;
        if self.sources[source].time.is_some() || self.tables.contains_key(&name) {
            return None;
        }
        let time = Typed { expression: value.expression.clone(), kind: Some(DataType::Instant) };
        self.set_time(source, &time.expression, table.delay_ms);
        let known = self.read.get_mut(&name).into_iter();
        for relation in known.chain([relation]) {
            for column in
                relation.columns.iter_mut().filter(|column| column.value.expression == time.expression)
            {
                column.value.kind = time.kind;
                column.role = Role::Time;
            }
        }
        Some(time)
    }

    /// Windows of a kind by their lengths.
    pub(super) fn assigner(&self, name: &str, lengths: &[Option<&Expr>], whole: &Expr) -> Compiled<Assigner> {
        let mut found = [0; 3];
        for (place, length) in lengths.iter().enumerate().take(3) {
            if let Some(length) = length {
                found[place] = self.milliseconds(length)?;
            }
        }
        let is_length = |ms: &i64| (1..=LONGEST_MS).contains(ms);
        let positive = if matches!(name, "TUMBLE" | "SESSION") { 1 } else { 2 };
        if !found[..positive].iter().all(is_length) || found.iter().any(|ms| ms.abs() > LONGEST_MS) {
            return Err(self.wrong(
                "a window is longer than nothing and shorter than a century",
                whole,
                None,
            ));
        }
        let [first, second, third] = found;
        if name == "HOP"
            && matches!(whole, Expr::Function(function) if function.args.to_string().contains("DESCRIPTOR"))
            && second % first != 0
        {
            return Err(self.wrong("the size of `HOP` is a whole number of its slides", whole, None));
        }
        if name == "CUMULATE" && second % first != 0 {
            return Err(self.wrong("the size of `CUMULATE` is a whole number of its steps", whole, None));
        }
        Ok(match name {
            "TUMBLE" => Assigner::Sliding { size: first, slide: first, offset: second },
            "HOP" => Assigner::Sliding { size: second, slide: first, offset: third },
            "CUMULATE" => Assigner::Growing { size: second, step: first, offset: third },
            _ => Assigner::Session { gap: first },
        })
    }

    /// `INTERVAL '10' SECONDS` in milliseconds.
    pub(super) fn milliseconds(&self, expr: &Expr) -> Compiled<i64> {
        match self.interval(expr)? {
            Value::Milliseconds(length) => Ok(length),
            _ => Err(self.refuse("a length in months", expr)),
        }
    }

    /// `INTERVAL '10' SECONDS` or `INTERVAL '1' MONTH`.
    pub(super) fn interval(&self, expr: &Expr) -> Compiled<Value> {
        let Expr::Interval(interval) = expr else {
            let help = "write `INTERVAL '10' SECONDS`".to_owned();
            return Err(self.wrong("an interval is expected here", expr, Some(help)));
        };
        let number = match interval.value.as_ref() {
            Expr::Value(value) => match &value.value {
                SqlValue::SingleQuotedString(text) => text.trim().parse::<f64>().ok(),
                SqlValue::Number(text, _) => text.parse::<f64>().ok(),
                _ => None,
            },
            _ => None,
        };
        let unit = interval.leading_field.as_ref().map(|unit| unit.to_string().to_uppercase());
        let scale = match unit.as_deref().map(|unit| unit.trim_end_matches('S')) {
            Some("SECOND") => 1000.0,
            Some("MINUTE") => 60_000.0,
            Some("HOUR") => 3_600_000.0,
            Some("DAY") => 86_400_000.0,
            Some("WEEK") => 604_800_000.0,
            Some("MONTH") => 1.0,
            Some("YEAR") => 12.0,
            _ => return Err(self.refuse("this unit of an interval", expr)),
        };
        match number {
            Some(number) if interval.last_field.is_none() && (number * scale).abs() < 1e15 => {
                let length = (number * scale).round() as i64;
                Ok(if scale < 1000.0 { Value::Months(length as i32) } else { Value::Milliseconds(length) })
            }
            _ => Err(self.refuse("this kind of interval", expr)),
        }
    }

    /// The rows in their windows, where those are still to be given.
    ///
    /// # Errors
    /// Where rows are numbered and nothing says how many are wanted.
    pub(super) fn settled(&mut self, mut relation: Relation) -> Compiled<Relation> {
        if relation.numbering.is_some() {
            let help = Some("write `WHERE` the number `<= 10` in the query around it".to_owned());
            let message = "`ROW_NUMBER()` numbers rows without end".to_owned();
            return Err(SqlError { message, range: 0..self.sql.len(), help });
        }
        let Some(windows) = relation.windows.take() else { return Ok(relation) };
        let count = relation.columns.len() - NAMES.len();
        let mut output: Vec<Expression> =
            relation.columns[..count].iter().map(|column| column.value.expression.clone()).collect();
        output.push(windows.time.expression);
        let keys = (output.len()..output.len() + windows.keys.len()).collect();
        output.extend(windows.keys);
        let width = output.len();
        let plan = Windows { assigner: windows.assigner, time: count, keys };
        let stage = self.stage(Operation::Windows(plan));
        self.connect(&relation, stage, 0, output);
        relation.columns.truncate(count);
        for (place, column) in relation.columns.iter_mut().enumerate() {
            column.value.expression = Expression::Column(place);
        }
        add_bounds(&mut relation, windows.time.kind, [width, width + 1, width + 2]);
        Ok(Relation { columns: relation.columns, ..Relation::of(stage) })
    }
}

/// The bounds of a window as columns; of all event times only that of the window is one from then on.
pub(super) fn add_bounds(relation: &mut Relation, time: Option<DataType>, places: [usize; 3]) {
    for column in &mut relation.columns {
        column.role = Role::None;
    }
    let roles = [Role::WindowStart, Role::WindowEnd(time), Role::Time];
    let kinds = [Some(DataType::Timestamp), Some(DataType::Timestamp), time];
    for (((name, role), kind), place) in NAMES.into_iter().zip(roles).zip(kinds).zip(places) {
        relation.columns.push(Column {
            table: relation.columns.first().and_then(|column| column.table.clone()),
            name: name.to_owned(),
            value: Typed { expression: Expression::Column(place), kind },
            role,
        });
    }
}
