//! Functions of texts. Positions count characters from 1.

use crate::runtime::sql::cast::cast;
use crate::runtime::sql::expression::{Evaluated, TYPES, World};
use crate::runtime::sql::functions::{Function, Gives, strict};
use crate::runtime::sql::{DataType, Value};

const TEXT: Gives = Gives::Is(DataType::Text);
const INT: Gives = Gives::Is(DataType::Int);
const BOOLEAN: Gives = Gives::Is(DataType::Boolean);

pub(super) static FUNCTIONS: [Function; 33] = [
    strict("UPPER", "T", TEXT, |operands, _| text_of(operands, str::to_uppercase)),
    strict("LOWER", "T", TEXT, |operands, _| text_of(operands, str::to_lowercase)),
    strict("CHAR_LENGTH", "T", INT, |operands, _| length(operands)),
    strict("CHARACTER_LENGTH", "T", INT, |operands, _| length(operands)),
    strict("SUBSTRING", "TI?I", TEXT, |operands, _| substring(operands)),
    strict("SUBSTR", "TI?I", TEXT, |operands, _| substring(operands)),
    strict("LEFT", "TI", TEXT, |operands, _| {
        let count = count(&operands[1])?;
        text_of(operands, |text| text.chars().take(count).collect())
    }),
    strict("RIGHT", "TI", TEXT, |operands, _| {
        let count = count(&operands[1])?;
        text_of(operands, |text| text.chars().skip(text.chars().count().saturating_sub(count)).collect())
    }),
    strict("CONCAT", "XX*", TEXT, |operands, world| joined(operands, "", world)),
    strict("||", "XX", TEXT, |operands, world| joined(operands, "", world)),
    Function { name: "CONCAT_WS", takes: "TX*", gives: TEXT, is_strict: false, call: concat_with },
    strict("TRIM", "T?T", TEXT, |operands, _| trim(operands, (true, true))),
    strict("LTRIM", "T?T", TEXT, |operands, _| trim(operands, (true, false))),
    strict("RTRIM", "T?T", TEXT, |operands, _| trim(operands, (false, true))),
    strict("REPLACE", "TTT", TEXT, |operands, _| {
        let (from, to) = (text(&operands[1])?, text(&operands[2])?);
        text_of(operands, |text| if from.is_empty() { text.to_owned() } else { text.replace(from, to) })
    }),
    strict("POSITION", "TT", INT, |operands, _| Ok(position(text(&operands[0])?, text(&operands[1])?))),
    strict("LOCATE", "TT", INT, |operands, _| Ok(position(text(&operands[0])?, text(&operands[1])?))),
    strict("INSTR", "TT", INT, |operands, _| Ok(position(text(&operands[1])?, text(&operands[0])?))),
    strict("LPAD", "TIT", TEXT, |operands, _| pad(operands, true)),
    strict("RPAD", "TIT", TEXT, |operands, _| pad(operands, false)),
    strict("REPEAT", "TI", TEXT, |operands, _| {
        let count = count(&operands[1])?;
        if text(&operands[0])?.len().saturating_mul(count) > LONGEST {
            return Err("a text grows too long");
        }
        text_of(operands, |text| text.repeat(count))
    }),
    strict("REVERSE", "T", TEXT, |operands, _| text_of(operands, |text| text.chars().rev().collect())),
    strict("INITCAP", "T", TEXT, |operands, _| text_of(operands, initials)),
    strict("SPLIT_INDEX", "TTI", TEXT, |operands, _| split_index(operands)),
    strict("ASCII", "T", INT, |operands, _| {
        let first = text(&operands[0])?.bytes().next().unwrap_or_default();
        Ok(Value::Integer(i64::from(first.cast_signed())))
    }),
    strict("STARTSWITH", "TT", BOOLEAN, |operands, _| {
        Ok(Value::Boolean(text(&operands[0])?.starts_with(text(&operands[1])?)))
    }),
    strict("ENDSWITH", "TT", BOOLEAN, |operands, _| {
        Ok(Value::Boolean(text(&operands[0])?.ends_with(text(&operands[1])?)))
    }),
    strict("MD5", "T", TEXT, |operands, _| {
        use md5::Digest as _;
        let digest = md5::Md5::digest(text(&operands[0])?.as_bytes());
        let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        Ok(owned(digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()))
    }),
    Function { name: "NULLIF", takes: "XX", gives: Gives::Like(0), is_strict: false, call: null_if },
    strict("GREATEST", "XX*", Gives::Joined, |operands, _| extreme(operands, std::cmp::Ordering::Greater)),
    strict("LEAST", "XX*", Gives::Joined, |operands, _| extreme(operands, std::cmp::Ordering::Less)),
    strict("IS_ALPHA", "T", BOOLEAN, |operands, _| {
        let text = text(&operands[0])?;
        Ok(Value::Boolean(!text.is_empty() && text.chars().all(char::is_alphabetic)))
    }),
    strict("IS_DIGIT", "T", BOOLEAN, |operands, _| {
        let text = text(&operands[0])?;
        Ok(Value::Boolean(!text.is_empty() && text.chars().all(|character| character.is_ascii_digit())))
    }),
];

/// A bound of ours, so that a mistyped number does not take all memory.
const LONGEST: usize = 1 << 26;

fn text(value: &Value) -> Result<&str, &'static str> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(TYPES),
    }
}

fn owned(text: String) -> Value {
    Value::Text(text.into())
}

fn text_of(operands: &[Value], make: impl Fn(&str) -> String) -> Evaluated {
    Ok(owned(make(text(&operands[0])?)))
}

fn whole(value: &Value) -> Result<i64, &'static str> {
    match value {
        Value::Integer(number) => Ok(*number),
        _ => Err(TYPES),
    }
}

/// So many characters; fewer than none are none.
fn count(value: &Value) -> Result<usize, &'static str> {
    Ok(usize::try_from(whole(value)?.max(0)).unwrap_or(usize::MAX))
}

/// How many characters there are.
fn size(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

fn length(operands: &[Value]) -> Evaluated {
    Ok(Value::Integer(size(text(&operands[0])?)))
}

/// From 1; before 1 nothing stands, and a place below 0 counts from the end.
fn substring(operands: &[Value]) -> Evaluated {
    let (text, from) = (text(&operands[0])?, whole(&operands[1])?);
    let size = size(text);
    let start = match from {
        1.. => from - 1,
        0 => 0,
        _ if size + from < 0 => return Ok(owned(String::new())),
        _ => size + from,
    };
    let end = match operands.get(2) {
        Some(length) if whole(length)? < 0 => return Ok(Value::Null),
        Some(length) => start.saturating_add(whole(length)?),
        None => size,
    };
    let (start, end) = (start.clamp(0, size), end.clamp(0, size));
    let part = text.chars().skip(start as usize).take((end - start).max(0) as usize);
    Ok(owned(part.collect()))
}

fn joined(operands: &[Value], separator: &str, world: &World) -> Evaluated {
    let mut all = String::new();
    for (index, value) in operands.iter().enumerate() {
        if index > 0 {
            all.push_str(separator);
        }
        match cast(DataType::Text, value.clone(), &world.zone) {
            Some(Value::Text(text)) => all.push_str(&text),
            _ => return Err(TYPES),
        }
    }
    Ok(owned(all))
}

/// Nothing is passed over, but for the separator.
fn concat_with(operands: &[Value], world: &World) -> Evaluated {
    let Value::Text(separator) = &operands[0] else { return Ok(Value::Null) };
    let there: Vec<Value> = operands[1..].iter().filter(|value| !value.is_null()).cloned().collect();
    joined(&there, separator, world)
}

fn trim(operands: &[Value], (leading, trailing): (bool, bool)) -> Evaluated {
    let unwanted = operands.get(1).map_or(Ok(" "), text)?;
    let is_unwanted = |character: char| unwanted.contains(character);
    let mut rest = text(&operands[0])?;
    if leading {
        rest = rest.trim_start_matches(is_unwanted);
    }
    if trailing {
        rest = rest.trim_end_matches(is_unwanted);
    }
    Ok(Value::Text(rest.into()))
}

/// The place of the first text in the second, or 0.
fn position(wanted: &str, text: &str) -> Value {
    Value::Integer(text.find(wanted).map_or(0, |byte| size(&text[..byte]) + 1))
}

fn pad(operands: &[Value], is_left: bool) -> Evaluated {
    let (text, padding) = (text(&operands[0])?, text(&operands[2])?);
    let wanted = whole(&operands[1])?;
    let Some(wanted) = usize::try_from(wanted).ok().filter(|wanted| *wanted <= LONGEST) else {
        return Ok(Value::Null);
    };
    // Java's units, of which rare characters take two.
    let (text, padding): (Vec<u16>, Vec<u16>) =
        (text.encode_utf16().collect(), padding.encode_utf16().collect());
    let written = |units: Vec<u16>| Ok(owned(String::from_utf16_lossy(&units)));
    if wanted <= text.len() {
        return written(text[..wanted].to_vec());
    }
    if padding.is_empty() {
        return Ok(Value::Null);
    }
    let added: Vec<u16> = padding.iter().copied().cycle().take(wanted - text.len()).collect();
    written(if is_left { [added, text].concat() } else { [text, added].concat() })
}

/// Only letters and digits of ASCII make words; other characters stay as they are.
fn initials(text: &str) -> String {
    let mut is_start = true;
    let changed = text.chars().map(|character| {
        let changed = if is_start { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() };
        is_start = !character.is_ascii_alphanumeric();
        changed
    });
    changed.collect()
}

/// The part at a place from 0; nothing where there are fewer.
fn split_index(operands: &[Value]) -> Evaluated {
    let (text, separator) = (text(&operands[0])?, text(&operands[1])?);
    let Ok(place) = usize::try_from(whole(&operands[2])?) else { return Ok(Value::Null) };
    if separator.is_empty() || text.is_empty() {
        return Ok(Value::Null);
    }
    Ok(text.split(separator).nth(place).map_or(Value::Null, |part| Value::Text(part.into())))
}

fn null_if(operands: &[Value], _: &World) -> Evaluated {
    let [left, right] = operands else { return Err(TYPES) };
    let same = !left.is_null() && !right.is_null() && left.order(right).ok_or(TYPES)?.is_eq();
    Ok(if same { Value::Null } else { left.clone() })
}

fn extreme(operands: &[Value], wanted: std::cmp::Ordering) -> Evaluated {
    let mut best = &operands[0];
    for value in &operands[1..] {
        if value.order(best).ok_or(TYPES)? == wanted {
            best = value;
        }
    }
    Ok(best.clone())
}
