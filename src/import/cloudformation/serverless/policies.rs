//! The role that SAM makes for a function or state machine, with what its policies allow.

use crate::import::cloudformation::serverless::{Made, empty, map, put, reference, text};
use crate::import::value::{Resource, Value, What};

impl Made<'_> {
    /// Gives a function that names no role the one that SAM makes. Policies that only have a name allow nothing on a
    /// single resource.
    pub(super) fn role(&mut self, function: &mut Resource) {
        let property = match function.kind.as_str() {
            "AWS::Lambda::Function" => "Role",
            "AWS::StepFunctions::StateMachine" => "RoleArn",
            _ => return,
        };
        if function.properties.get(property).is_some() {
            return;
        }
        let policies = function.properties.get("Policies").map(Value::items).unwrap_or_default();
        let documents: Vec<Value> = policies.into_iter().filter_map(|policy| self.document(policy)).collect();
        let span = function.properties.get("Policies").map_or(function.id_span, |policies| policies.span);
        let mut role = empty(span);
        put(&mut role, "Policies", (span, Value::new(span, What::List(documents))));
        self.part(function, "Role", "AWS::IAM::Role", role);
        let id = format!("{}Role", function.id);
        put(&mut function.properties, property, (span, reference(span, &id, Some("Arn"))));
    }

    fn document(&self, policy: &Value) -> Option<Value> {
        if policy.get("Statement").is_some() {
            return Some(map(policy.span, vec![("PolicyDocument", policy.clone())]));
        }
        let member = policy.members().into_iter().next()?;
        let template = self.tables.policies.get(&member.key)?;
        let statements = template.iter().filter_map(|(parameter, actions)| {
            let resource = member.value.get(parameter)?.clone();
            let span = resource.span;
            let actions = actions.iter().map(|action| text(span, action)).collect();
            Some(map(
                span,
                vec![
                    ("Effect", text(span, "Allow")),
                    ("Action", Value::new(span, What::List(actions))),
                    ("Resource", resource),
                ],
            ))
        });
        let statements = Value::new(policy.span, What::List(statements.collect()));
        let document = map(policy.span, vec![("Statement", statements)]);
        Some(map(policy.span, vec![("PolicyDocument", document)]))
    }
}
