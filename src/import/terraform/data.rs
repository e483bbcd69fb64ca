//! Data sources whose values are known, or stand for something that every deployment has.

use std::sync::Arc;

use crate::import::terraform::arguments::Arguments;
use crate::import::terraform::evaluate::{Address, Evaluator, Scope, unknown};
use crate::import::terraform::syntax::Block;
use crate::import::value::{Member, Value, What};
use crate::source::Span;

/// The value of an attribute of a data source, where it can be worked out.
pub(super) fn known(
    evaluator: &mut Evaluator<'_>,
    block: &Block,
    attribute: &str,
    address: &Address,
    span: Span,
) -> Option<Value> {
    if !address.is_data {
        return None;
    }
    match (block.labels[0].text.as_str(), attribute) {
        ("aws_region", "name" | "id" | "region") => Some(unknown(span, "AWS::Region")),
        ("aws_caller_identity", "account_id" | "id") => Some(unknown(span, "AWS::AccountId")),
        ("aws_partition", "partition" | "id") => Some(unknown(span, "AWS::Partition")),
        ("aws_iam_policy_document", "json" | "minified_json") => {
            let mut scope = Scope { instance: address.instance, names: address.names.clone() };
            let module = Arc::clone(&evaluator.instances[address.instance].module);
            let block = &module.data[address.index];
            let arguments = evaluator.resource(block, &mut scope);
            Some(Value { span, ..policy(&arguments) })
        }
        _ => None,
    }
}

/// A policy document as IAM writes it: the statements of the block, after those of the documents that it takes over.
pub(super) fn policy(arguments: &Arguments) -> Value {
    let mut statements = Vec::new();
    for key in ["source_json", "source_policy_documents", "override_policy_documents", "override_json"] {
        for document in arguments.value(key).map(Value::items).unwrap_or_default() {
            match document.get("Statement") {
                Some(found) => statements.extend(found.items().into_iter().cloned()),
                None if matches!(document.what, What::Text(_)) => {}
                None => statements.push(document.clone()),
            }
        }
    }
    statements.extend(arguments.blocks("statement").map(statement));
    let list = Value::new(arguments.span, What::List(statements));
    map(arguments.span, vec![("Statement", list)])
}

fn statement(arguments: &Arguments) -> Value {
    let span = arguments.span;
    let effect = Value::new(span, What::Text("Allow".to_owned()));
    let mut members = vec![("Effect", arguments.value("effect").cloned().unwrap_or(effect))];
    for (key, name) in [
        ("sid", "Sid"),
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        members.extend(arguments.value(key).map(|value| (name, value.clone())));
    }
    let principals: Vec<Member> = arguments
        .blocks("principals")
        .filter_map(|principal| {
            let key = principal.value("type")?.shown();
            Some(Member { key, key_span: principal.span, value: principal.value("identifiers")?.clone() })
        })
        .collect();
    if !principals.is_empty() {
        members.push(("Principal", Value::new(span, What::Map(principals))));
    }
    map(span, members)
}

fn map(span: Span, members: Vec<(&str, Value)>) -> Value {
    let members =
        members.into_iter().map(|(key, value)| Member { key: key.to_owned(), key_span: span, value });
    Value::new(span, What::Map(members.collect()))
}
