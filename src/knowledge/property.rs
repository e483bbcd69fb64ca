//! Places in CloudFormation templates: the type of a resource and the way to one of its properties.
//!
//! Cards write them as `AWS::Service::Type.Property.Member`. A list on the way is marked by `[]`, and `=VALUE` says
//! that the property has this very value: `AWS::Events::Rule.Targets[].Arn`, `AWS::DMS::Endpoint.EndpointType=source`.
//! That a place exists is no business of this module: `tests/aws_models.py` asks AWS's own schemas.

use std::fmt;
use std::str::FromStr;

/// A property of a resource, or the resource itself where the way is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The type of the resource, such as `AWS::Kinesis::Stream`.
    pub resource: String,
    /// The way to the property, from the outside in.
    pub steps: Vec<Step>,
    /// The value that it has to have, where that matters.
    pub value: Option<String>,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name of the member.
    pub name: String,
    /// Whether the member is a list and its items are meant.
    pub is_list: bool,
}

/// Why a text is no place in a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no property such as `AWS::Kinesis::Stream.ShardCount` or `AWS::Events::Rule.Targets[].Arn`"
)]
pub struct PropertyError(String);

impl FromStr for Property {
    type Err = PropertyError;

    /// ```
    /// use thalweg::knowledge::property::Property;
    ///
    /// let property: Property = "AWS::Events::Rule.Targets[].Arn".parse().unwrap();
    /// assert_eq!(property.resource, "AWS::Events::Rule");
    /// assert!(property.steps[0].is_list);
    /// assert_eq!(property.to_string(), "AWS::Events::Rule.Targets[].Arn");
    /// assert!("ShardCount".parse::<Property>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, PropertyError> {
        let error = || PropertyError(text.to_owned());
        let (place, value) = text.split_once('=').map_or((text, None), |(place, value)| (place, Some(value)));
        let mut parts = place.split('.');
        let resource = parts.next().filter(|name| is_type(name)).ok_or_else(error)?;
        let steps = parts.map(step).collect::<Option<Vec<_>>>().ok_or_else(error)?;
        let is_fit =
            |value: &str| !value.is_empty() && !value.contains(char::is_whitespace) && !steps.is_empty();
        if !value.is_none_or(is_fit) {
            return Err(error());
        }
        Ok(Self { resource: resource.to_owned(), steps, value: value.map(str::to_owned) })
    }
}

impl fmt::Display for Property {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.resource)?;
        for step in &self.steps {
            write!(formatter, ".{}{}", step.name, if step.is_list { "[]" } else { "" })?;
        }
        self.value.iter().try_for_each(|value| write!(formatter, "={value}"))
    }
}

/// Whether this is `AWS::Service::Type`.
fn is_type(name: &str) -> bool {
    let mut parts = name.split("::");
    parts.next() == Some("AWS") && parts.clone().count() == 2 && parts.all(is_word)
}

fn step(text: &str) -> Option<Step> {
    let name = text.strip_suffix("[]").unwrap_or(text);
    is_word(name).then(|| Step { name: name.to_owned(), is_list: name.len() < text.len() })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::Property;

    #[test]
    fn only_places_are_read() {
        for text in [
            "AWS::S3::Bucket",
            "AWS::SQS::Queue.RedrivePolicy.maxReceiveCount",
            "AWS::DMS::Endpoint.EndpointType=source",
            "AWS::IoT::TopicRule.TopicRulePayload.Actions[].Kinesis.StreamName",
        ] {
            assert_eq!(text.parse::<Property>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "ShardCount",
            "AWS::Kinesis",
            "AWS::Kinesis::Stream.",
            "AWS::Kinesis::Stream ShardCount",
            "AWS::Kinesis::Stream.A and B",
            "AWS::Kinesis::Stream.A[].",
            "AWS::Kinesis::Stream.A[0]",
            "AWS::Kinesis::Stream.A=",
            "AWS::Kinesis::Stream=A",
            "AWS::Kinesis::Stream::Shard.A",
            "none; code",
        ] {
            let error = text.parse::<Property>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("`{text}` is no property")), "{error}");
        }
    }
}
