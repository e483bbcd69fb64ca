//! What a line has to say before it is sent: its partition key and when it happened.
//!
//! Takes lines, gives both where they stand. Plain lines are scanned, all others are read by serde_json, which also says
//! what is wrong with those that are no records.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::runtime::json::{FieldName, Found, Scanner, Sort};
use crate::runtime::sql::InstantReader;

/// The fields that are looked for in lines.
pub(super) struct Wanted<'a> {
    key: Option<&'a str>,
    pub(super) event_time: Option<&'a str>,
    scanner: Scanner,
    pub(super) instants: InstantReader,
}

/// The text of a value: that within the quotes, or the value as it stands where it is none.
pub(super) enum Text<'l> {
    /// With its place in the line.
    Within(&'l str, usize),
    /// Unescaped.
    Own(String),
}

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Within(text, _) => text,
            Self::Own(text) => text,
        }
    }
}

/// The key and the event time of a line, those that are wanted.
type Both<'l> = (Option<Text<'l>>, Option<Text<'l>>);

impl<'a> Wanted<'a> {
    /// Looks for these fields, which every record must have.
    pub(super) fn new(key: Option<&'a str>, event_time: Option<&'a str>) -> Self {
        // One field may be both.
        let names = key.into_iter().chain(event_time.filter(|name| key != Some(name)));
        let scanner = Scanner::new(names.map(str::to_owned).collect());
        Self { key, event_time, scanner, instants: InstantReader::default() }
    }

    /// The fields of a line; why it is no record otherwise.
    pub(super) fn find<'l>(&mut self, line: &'l [u8]) -> Result<Both<'l>, String> {
        let mut found = [None; 2];
        let is_plain = self.scanner.scan(line, |place, value| {
            found[place] = (value.sort != Sort::Null).then_some(value);
            true
        });
        if !is_plain {
            return self.find_thoroughly(line);
        }
        let within = |value: Found<'l>| Text::Within(value.text, value.start);
        let second = usize::from(self.key.is_some() && self.key != self.event_time);
        self.both(found[0].map(within), found[second].map(within))
    }

    fn find_thoroughly<'l>(&self, line: &'l [u8]) -> Result<Both<'l>, String> {
        let text = std::str::from_utf8(line).map_err(|_| "is not UTF-8 text".to_owned())?;
        let mut json = serde_json::Deserializer::from_str(text);
        let fields = Fields { key: self.key, event_time: self.event_time };
        let found = fields.deserialize(&mut json).and_then(|found| json.end().map(|()| found));
        let found = found.map_err(|error| format!("is no JSON object: {error}"))?;
        let bare = |raw| bare(raw, text);
        self.both(found.key.map(bare), found.event_time.map(bare))
    }

    fn both<'l>(&self, key: Option<Text<'l>>, time: Option<Text<'l>>) -> Result<Both<'l>, String> {
        let key = match self.key {
            None => None,
            Some(name) => Some(key.ok_or_else(|| format!("has no `{name}` to partition by"))?),
        };
        let time = match self.event_time {
            None => None,
            Some(name) => Some(time.ok_or_else(|| format!("has no event time `{name}`"))?),
        };
        Ok((key, time))
    }
}

/// The text of a value that stands in a line.
fn bare<'l>(raw: &'l str, line: &str) -> Text<'l> {
    let within = |text: &'l str| Text::Within(text, text.as_ptr() as usize - line.as_ptr() as usize);
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(text) if text.contains('\\') => Text::Own(serde_json::from_str(raw).unwrap_or_default()),
        Some(text) => within(text),
        None => within(raw),
    }
}

/// The fields for serde_json.
struct Fields<'a> {
    key: Option<&'a str>,
    event_time: Option<&'a str>,
}

/// The values of these fields as they stand; nothing where they are not there or null.
#[derive(Debug, Default)]
struct Values<'de> {
    key: Option<&'de str>,
    event_time: Option<&'de str>,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Values<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Values<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Values<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Values<'de>, A::Error> {
        let mut found = Values::default();
        while let Some(name) = map.next_key::<FieldName<'de>>()? {
            let is_key = self.key.is_some_and(|key| key == name.0);
            let is_time = self.event_time.is_some_and(|time| time == name.0);
            if is_key || is_time {
                let value = map.next_value::<&'de RawValue>()?.get();
                let value = (value != "null").then_some(value);
                found.key = if is_key { value } else { found.key };
                found.event_time = if is_time { value } else { found.event_time };
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}
