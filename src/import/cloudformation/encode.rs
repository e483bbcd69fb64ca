//! Reads the settings of nodes and flows out of properties, by what the cards say of each: property, unit and words.
//!
//! A property that is there and cannot be told is unknown; one that is left out is left out. No setting is known here
//! by name, so that a new card needs nothing new.

use crate::import::cloudformation::documents;
use crate::import::cloudformation::pieces;
use crate::import::graph::Given;
use crate::import::tables::Tables;
use crate::import::value::{Value, What};
use crate::knowledge::property::{Property, Step};
use crate::knowledge::schema::{Kind, Schema, SettingSpec};
use crate::source::Span;
use crate::units::Quantity;

/// What ends the names of properties that name a key of KMS.
const KEYS: [&str; 6] = ["KeyId", "KeyID", "KeyArn", "KeyARN", "KeyIdentifier", "KmsKey"];
/// How the names of the keys start that AWS manages.
const OF_AWS: &str = "alias/aws/";
/// The choices that a key decides.
const CUSTOMER_KEY: &str = "customer-key";
const AWS_MANAGED: &str = "aws-managed";

/// Properties to read settings from: of a resource, or of one of its items.
#[derive(Clone, Copy)]
pub(super) struct Written<'v> {
    pub(super) tables: &'v Tables,
    /// The type of the resource.
    pub(super) kind: &'v str,
    pub(super) properties: &'v Value,
    /// The way to an item of the properties, and the item; ways that start with it lead from there.
    pub(super) item: Option<(&'v str, &'v Value)>,
}

/// A setting that was found.
pub(super) struct Found {
    /// Its dotted path in the card.
    pub(super) path: String,
    pub(super) key_span: Span,
    pub(super) span: Span,
    pub(super) what: Said,
}

/// What a property says.
pub(super) enum Said {
    /// A value.
    Given(Given),
    /// Another node of one of these services.
    Node { value: Value, accepts: Vec<String> },
}

/// A property that is there.
#[derive(Clone)]
struct Hit {
    key_span: Span,
    value: Value,
    /// The last member on the way.
    name: String,
}

/// All settings of a schema that the properties give.
pub(super) fn settings(schema: &Schema, written: Written<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    within(schema, "", written, &mut found);
    found
}

fn within(schema: &Schema, prefix: &str, written: Written<'_>, found: &mut Vec<Found>) {
    for spec in schema.settings.values() {
        let path = format!("{prefix}{}", spec.name);
        if let Kind::Mapping(inner) = &spec.kind {
            within(inner, &format!("{path}."), written, found);
        } else if let Some((hit, what)) = said(spec, written) {
            found.push(Found { path, key_span: hit.key_span, span: hit.value.span, what });
        }
    }
}

fn said(spec: &SettingSpec, written: Written<'_>) -> Option<(Hit, Said)> {
    let hits: Vec<Hit> = spec.cloudformation.iter().flat_map(|property| written.hits(property)).collect();
    let first = hits.first()?.clone();
    if let Kind::Node { accepts, .. } = &spec.kind {
        let told = hits.iter().find(|hit| !hit.value.references().is_empty()).unwrap_or(&first).clone();
        if told.value.text().is_some_and(|text| !text.contains([':', '/'])) {
            // A word such as `Enabled`, which switches what another property names.
            return None;
        }
        let what = Said::Node { value: told.value.clone(), accepts: accepts.clone() };
        return Some((told, what));
    }
    if hits.iter().all(|hit| is_open(&hit.value)) {
        let on = first.value.shown();
        return Some((first, Said::Given(Given::Unknown(on))));
    }
    let given = match &spec.kind {
        Kind::Flag => flag(spec, &hits),
        Kind::Choice(choices) => choice(spec, choices, &hits),
        Kind::List(_) => list(&hits),
        Kind::Expression => Some(Given::Unknown(first.name.clone())),
        Kind::Text | Kind::Path => first.value.text().map(|text| Given::Text(text.to_owned())),
        kind if kind.dimension().is_some() => match first.value.what {
            // Several properties together, which only AWS counts up.
            What::Map(_) | What::List(_) => Some(Given::Unknown(first.name.clone())),
            _ => quantity(spec, &first.value),
        },
        _ => None,
    };
    given.map(|given| (first, Said::Given(given)))
}

/// Whether nobody knows the value yet.
fn is_open(value: &Value) -> bool {
    match &value.what {
        What::Unknown(_) | What::Joined(_) | What::Reference { .. } => true,
        What::Either(_) => value.text().is_none(),
        _ => false,
    }
}

/// A number with the unit in which AWS counts; negative ones stand for no bound, which is no setting.
fn quantity(spec: &SettingSpec, value: &Value) -> Option<Given> {
    let text = value.text()?.trim();
    let Ok(number) = text.parse::<f64>() else { return Some(Given::Unknown(text.to_owned())) };
    if number < 0.0 {
        return None;
    }
    let Some(unit) = spec.encoding.unit else { return Some(Given::Text(text.to_owned())) };
    let shown = unit.to_string();
    Some(Given::Text(
        match shown
            .strip_prefix('1')
            .filter(|rest| !rest.starts_with(|next: char| next.is_ascii_digit() || next == '.'))
        {
            Some(name) => format!("{number}{name}"),
            None => Quantity::new(unit.dimension, number * unit.amount).to_string(),
        },
    ))
}

fn flag(spec: &SettingSpec, hits: &[Hit]) -> Option<Given> {
    let yes = spec.encoding.words.get("true");
    for hit in hits {
        let Some(text) = hit.value.text() else { continue };
        match text.to_ascii_lowercase().as_str() {
            "true" => return Some(Given::Text("true".to_owned())),
            "false" => return Some(Given::Text("false".to_owned())),
            _ if yes.is_some_and(|words| words.iter().any(|word| word == text)) => {
                return Some(Given::Text("true".to_owned()));
            }
            _ => {}
        }
    }
    // A property whose very value was asked for is there.
    let asked = spec.cloudformation.iter().any(|property| property.value.is_some());
    asked.then(|| Given::Text("true".to_owned()))
}

fn choice(spec: &SettingSpec, choices: &[String], hits: &[Hit]) -> Option<Given> {
    let has = |choice: &str| choices.iter().any(|known| known == choice);
    let key = hits.iter().find(|hit| KEYS.iter().any(|key| hit.name.ends_with(key)));
    if let Some(key) = key.filter(|_| has(CUSTOMER_KEY)) {
        let is_of_aws = key.value.shown().contains(OF_AWS);
        let chosen = if is_of_aws && has(AWS_MANAGED) { AWS_MANAGED } else { CUSTOMER_KEY };
        return Some(Given::Text(chosen.to_owned()));
    }
    let chosen = hits.iter().find_map(|hit| match &hit.value.what {
        What::Map(_) | What::List(_) => mentioned(choices, &hit.value),
        _ => worded(spec, choices, hit.value.text()?),
    });
    chosen.map(|chosen| Given::Text(chosen.to_owned())).or_else(|| {
        let text = hits.iter().find_map(|hit| hit.value.text())?;
        // AWS's own word for what the card leaves out.
        let left_out = spec.encoding.words.iter().find(|(_, words)| words.is_empty());
        match left_out {
            Some((choice, _)) if matches!(text.to_ascii_lowercase().as_str(), "false" | "none") => {
                Some(Given::Text(choice.clone()))
            }
            _ => Some(Given::Unknown(text.to_owned())),
        }
    })
}

/// The choice that AWS calls by a word.
fn worded<'c>(spec: &SettingSpec, choices: &'c [String], text: &str) -> Option<&'c str> {
    let plain = |word: &str| word.replace(['-', '_', ' '], "").to_lowercase();
    let named = choices
        .iter()
        .find(|choice| !spec.encoding.words.contains_key(*choice) && plain(choice) == plain(text));
    let by_word = choices.iter().find(|choice| {
        spec.encoding
            .words
            .get(*choice)
            .is_some_and(|words| words.iter().any(|word| plain(word) == plain(text)))
    });
    named.or(by_word).map(String::as_str)
}

/// The choice that a member of a mapping speaks of: `ParquetSerDe` of `parquet`.
fn mentioned<'c>(choices: &'c [String], value: &Value) -> Option<&'c str> {
    let mut found = None;
    value.walk(&mut |inner| {
        for member in inner.members() {
            let key = member.key.to_lowercase();
            let of_key = choices.iter().find(|choice| choice.len() > 2 && key.starts_with(choice.as_str()));
            // What is written is at the end of a mapping, what is read further up.
            found = of_key.map(String::as_str).filter(|_| !key.contains("json")).or(found);
        }
    });
    found
}

fn list(hits: &[Hit]) -> Option<Given> {
    let items = hits.iter().find_map(|hit| match &hit.value.what {
        What::List(items) => Some(items),
        _ => None,
    });
    match items {
        Some(items) => {
            // An item may be a mapping that names something, such as `AttributeName`.
            let named = |item: &Value| {
                let member = item.members().into_iter().find(|member| member.key.ends_with("Name"))?;
                member.value.text().map(str::to_owned)
            };
            let texts = items.iter().map(|item| {
                let text = item.text().map(str::to_owned).or_else(|| named(item))?;
                Some((item.span, Given::Text(text)))
            });
            Some(
                texts
                    .collect::<Option<Vec<_>>>()
                    .map_or_else(|| Given::Unknown("a list".to_owned()), Given::List),
            )
        }
        None => {
            let map = hits.iter().find(|hit| matches!(hit.value.what, What::Map(_)))?;
            Some(Given::Unknown(map.name.clone()))
        }
    }
}

impl Written<'_> {
    /// Whether the properties are those that a card calls by this type.
    fn is_of(&self, property: &Property) -> bool {
        property.resource == self.kind || property.resource == self.tables.called(self.kind)
    }

    fn hits(&self, property: &Property) -> Vec<Hit> {
        if !self.is_of(property) || property.steps.is_empty() {
            return Vec::new();
        }
        let (start, steps) = self.start(&property.steps);
        let Some((last, way)) = steps.split_last() else { return Vec::new() };
        let mut holders = vec![Hit { key_span: start.span, value: start.clone(), name: String::new() }];
        for step in way {
            holders = holders.iter().flat_map(|holder| self.step(&holder.value, step)).collect();
        }
        match &property.value {
            Some(wanted) => {
                let has_it =
                    |holder: &&Hit| holder.value.get(&last.name).and_then(Value::text) == Some(wanted);
                holders.iter().filter(has_it).map(|holder| of_named(holder, &last.name)).collect()
            }
            None => merged(holders.iter().flat_map(|holder| self.step(&holder.value, last)).collect()),
        }
    }

    /// Where a way begins, and what of it is left there.
    fn start<'s>(&self, steps: &'s [Step]) -> (&Value, &'s [Step]) {
        let Some((way, item)) = self.item.filter(|(way, _)| !way.is_empty()) else {
            return (self.properties, steps);
        };
        let length = way.split('.').count();
        let names = way.split('.').map(|name| name.trim_end_matches("[]"));
        let is_prefix = steps.len() >= length
            && names
                .zip(steps)
                .all(|(name, step)| self.tables.spellings(self.kind, &step.name).any(|known| known == name));
        if is_prefix { (item, &steps[length..]) } else { (self.properties, steps) }
    }

    fn step(&self, holder: &Value, step: &Step) -> Vec<Hit> {
        let structured = match &holder.what {
            What::Text(_) | What::Joined(_) => documents::structured(holder),
            _ => None,
        };
        let holder = structured.as_ref().unwrap_or(holder);
        match &holder.what {
            What::Unknown(_) => {
                return vec![Hit { key_span: holder.span, value: holder.clone(), name: step.name.clone() }];
            }
            What::Either(branches) => return self.of_branches(holder, branches, step),
            _ => {}
        }
        let members = self.tables.spellings(self.kind, &step.name).filter_map(|name| holder.member(name));
        let members = members.filter(|member| self.is_on(holder, &member.key, &member.value));
        members
            .flat_map(|member| {
                let hit = |value: &Value| Hit {
                    key_span: member.key_span,
                    value: value.clone(),
                    name: member.key.clone(),
                };
                if step.is_list {
                    member.value.items().into_iter().map(hit).collect()
                } else {
                    vec![hit(&member.value)]
                }
            })
            .collect()
    }

    /// What an open choice holds: the same in all branches, or unknown.
    fn of_branches(&self, holder: &Value, branches: &[Value], step: &Step) -> Vec<Hit> {
        let each: Vec<Vec<Hit>> = branches.iter().map(|branch| self.step(branch, step)).collect();
        let Some(some) = each.iter().flatten().next() else { return Vec::new() };
        let agree = each.iter().all(|hits| hits.first().is_some_and(|hit| hit.value.what == some.value.what));
        if agree {
            return vec![some.clone()];
        }
        let values = each.iter().flatten().map(|hit| hit.value.clone()).collect();
        let value = match pieces::either(holder.span, values) {
            open @ Value { what: What::Either(_), .. } => open,
            // It is there in one branch only.
            value if value.references().is_empty() => Value::new(value.span, What::Unknown(value.shown())),
            value => value,
        };
        vec![Hit { key_span: some.key_span, value, name: some.name.clone() }]
    }

    /// Whether a member counts, by the member that switches it.
    pub(super) fn is_on(&self, holder: &Value, name: &str, member: &Value) -> bool {
        let Some(switch) = self.tables.switch(self.kind, name) else { return true };
        let place = if switch.is_beside { holder } else { member };
        match place.get(&switch.by) {
            None => switch.otherwise,
            Some(value) => value.text().is_none_or(|text| text.eq_ignore_ascii_case(&switch.is)),
        }
    }
}

/// The value beside a name, such as `ParameterValue` beside `ParameterName`; what holds both where there is none.
fn of_named(holder: &Hit, name: &str) -> Hit {
    let beside = name.strip_suffix("Name").map(|stem| format!("{stem}Value"));
    let member = beside.and_then(|beside| holder.value.member(&beside));
    match member {
        Some(member) => {
            Hit { key_span: member.key_span, value: member.value.clone(), name: member.key.clone() }
        }
        None => holder.clone(),
    }
}

/// Hits that are left out are none.
fn merged(hits: Vec<Hit>) -> Vec<Hit> {
    hits.into_iter().filter(|hit| !hit.value.is_absent()).collect()
}
