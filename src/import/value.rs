//! What the readers of infrastructure code agree on: resources, and the values of their properties with their places.
//!
//! A value is resolved as far as its language allows and keeps where it was written. What is not known before the
//! deployment stays in the tree as such, so that nothing downstream takes it for absent.

use crate::source::Span;

/// A resource of a template or module.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its logical id or address, unique among all resources that are read together.
    pub id: String,
    /// Where the id stands.
    pub id_span: Span,
    /// Its type as the language names it: `AWS::Kinesis::Stream`, `aws_kinesis_stream`.
    pub kind: String,
    /// Where the type stands.
    pub kind_span: Span,
    /// Its properties or arguments: a map, or unknown.
    pub properties: Value,
    /// The whole resource.
    pub span: Span,
}

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Where; for what was resolved the place of the expression, not of what it leads to.
    pub span: Span,
    /// What.
    pub what: What,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A scalar: text, a number or a truth value, as written.
    Text(String),
    /// A resource, or one of its attributes.
    Reference {
        /// The id of the resource.
        resource: String,
        /// The attribute; nothing for the resource as such.
        attribute: Option<String>,
    },
    /// Texts, references and unknown parts put together to one text, such as an ARN.
    Joined(Vec<Value>),
    /// Not known before the deployment; what it hangs on, as one would write it.
    Unknown(String),
    /// Known to be left out: `AWS::NoValue`, `null`.
    Absent,
    /// One of these, by a condition that nobody knows; two at the least.
    Either(Vec<Value>),
    /// Items in order.
    List(Vec<Value>),
    /// Members by key, in the order of the file.
    Map(Vec<Member>),
}

/// A member of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its key.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Value,
}

impl Value {
    /// A value at a place.
    ///
    /// ```
    /// use thalweg::import::value::{Value, What};
    /// use thalweg::source::Span;
    ///
    /// let text = |text: &str| Value::new(Span::at(0), What::Text(text.to_owned()));
    /// let either = Value::new(Span::at(0), What::Either(vec![text("a"), text("a")]));
    /// assert_eq!((text("a").text(), either.text()), (Some("a"), Some("a")));
    /// assert_eq!(Value::new(Span::at(0), What::Either(vec![text("a"), text("b")])).text(), None);
    /// ```
    #[must_use]
    pub fn new(span: Span, what: What) -> Self {
        Self { span, what }
    }

    /// The text, where it is known; branches that agree are known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.what {
            What::Text(text) => Some(text),
            What::Either(branches) => {
                let (first, others) = branches.split_first()?;
                let first = first.text()?;
                others.iter().all(|other| other.text() == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// The member of a map; in an open choice that of the first branch that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.value)
    }

    /// The member of a map with its key.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member> {
        match &self.what {
            What::Map(members) => members.iter().find(|member| member.key == key),
            What::Either(branches) => branches.iter().find_map(|branch| branch.member(key)),
            _ => None,
        }
    }

    /// The value at a way of keys, through maps only.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The members of a map; those of all branches of an open choice.
    #[must_use]
    pub fn members(&self) -> Vec<&Member> {
        match &self.what {
            What::Map(members) => members.iter().collect(),
            What::Either(branches) => branches.iter().flat_map(Self::members).collect(),
            _ => Vec::new(),
        }
    }

    /// The items of a list, those of all branches of an open choice; anything else that is there is a list of one.
    #[must_use]
    pub fn items(&self) -> Vec<&Self> {
        match &self.what {
            What::List(items) => items.iter().flat_map(Self::branches).collect(),
            What::Either(branches) => branches.iter().flat_map(Self::items).collect(),
            What::Absent => Vec::new(),
            _ => vec![self],
        }
    }

    /// What it can be: the branches of an open choice, or itself; nothing that is left out.
    #[must_use]
    pub fn branches(&self) -> Vec<&Self> {
        match &self.what {
            What::Either(branches) => branches.iter().flat_map(Self::branches).collect(),
            What::Absent => Vec::new(),
            _ => vec![self],
        }
    }

    /// Whether it is left out for certain.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        match &self.what {
            What::Absent => true,
            What::Either(branches) => branches.iter().all(Self::is_absent),
            _ => false,
        }
    }

    /// Shows `see` every value in the tree, this one first.
    pub fn walk<'v>(&'v self, see: &mut dyn FnMut(&'v Self)) {
        see(self);
        match &self.what {
            What::Joined(parts) | What::Either(parts) | What::List(parts) => {
                for part in parts {
                    part.walk(see);
                }
            }
            What::Map(members) => {
                for member in members {
                    member.value.walk(see);
                }
            }
            What::Text(_) | What::Reference { .. } | What::Unknown(_) | What::Absent => {}
        }
    }

    /// All references to resources in the tree, in the order of the file: the ids with their attributes.
    #[must_use]
    pub fn references(&self) -> Vec<(&str, Option<&str>)> {
        let mut found = Vec::new();
        self.walk(&mut |value| {
            if let What::Reference { resource, attribute } = &value.what {
                found.push((resource.as_str(), attribute.as_deref()));
            }
        });
        found
    }

    /// What it hangs on or says, in a line, as a person would write it; references and unknown parts as `${…}`.
    ///
    /// ```
    /// use thalweg::import::value::{Value, What};
    /// use thalweg::source::Span;
    ///
    /// let at = |what| Value::new(Span::at(0), what);
    /// let arn = at(What::Joined(vec![
    ///     at(What::Text("arn:aws:kinesis:".to_owned())),
    ///     at(What::Unknown("AWS::Region".to_owned())),
    ///     at(What::Reference { resource: "Clicks".to_owned(), attribute: None }),
    /// ]));
    /// assert_eq!(arn.shown(), "arn:aws:kinesis:${AWS::Region}${Clicks}");
    /// ```
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.what {
            What::Text(text) => text.clone(),
            What::Reference { resource, attribute: None } => format!("${{{resource}}}"),
            What::Reference { resource, attribute: Some(attribute) } => {
                format!("${{{resource}.{attribute}}}")
            }
            What::Joined(parts) => parts.iter().map(Self::shown).collect(),
            What::Unknown(on) => format!("${{{on}}}"),
            What::Absent => String::new(),
            What::Either(branches) => branches.iter().map(Self::shown).collect::<Vec<_>>().join(" or "),
            What::List(_) => "a list".to_owned(),
            What::Map(_) => "a mapping".to_owned(),
        }
    }
}
