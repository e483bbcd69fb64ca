//! The resources that SAM makes of the events of a function or state machine.

use crate::import::cloudformation::serverless::{Made, empty, map, put, reference, text};
use crate::import::tables::Event;
use crate::import::value::{Member, Resource, Value, What};
use crate::source::Span;

impl Made<'_> {
    pub(super) fn events(&mut self, function: &Resource) {
        let events = function.properties.get("Events").map(Value::members).unwrap_or_default();
        for event in events {
            let Some(rules) =
                event.value.get("Type").and_then(Value::text).and_then(|kind| self.tables.events.get(kind))
            else {
                continue;
            };
            let given = event.value.get("Properties").cloned().unwrap_or_else(|| empty(event.value.span));
            if rules.makes == "AWS::SNS::Subscription" && is_on(given.get("SqsSubscription")) {
                self.through_queue(function, event, &given);
            } else {
                self.event(function, event, rules, &given);
            }
        }
    }

    fn event(&mut self, function: &Resource, event: &Member, rules: &Event, given: &Value) {
        let span = event.value.span;
        let mut properties = empty(span);
        for member in given.members() {
            let path = rules.renamed.get(&member.key).map_or(member.key.as_str(), String::as_str);
            put(&mut properties, path, (member.key_span, member.value.clone()));
        }
        for (key, value) in &rules.set {
            put(&mut properties, key, (span, text(span, value)));
        }
        for (key, id) in &rules.implicit {
            if properties.get(key).is_none() {
                let id = format!("{}{id}", self.prefix);
                put(&mut properties, key, (span, reference(event.key_span, &id, None)));
                self.implicit_api(&id, &rules.makes, event.key_span);
            }
        }
        let target = reference(function.id_span, &function.id, Some("Arn"));
        put(&mut properties, &rules.target, (function.id_span, target));
        let name = &event.key;
        if rules.makes == "AWS::Lambda::EventSourceMapping" {
            self.destination(function, &mut properties, &["DestinationConfig", "OnFailure"], name);
        }
        if rules.makes == "AWS::Events::Rule" {
            self.made_dead_letters(function, event, &mut properties);
        }
        self.resources.push(Resource {
            id: format!("{}{name}", function.id),
            id_span: event.key_span,
            kind: rules.makes.clone(),
            kind_span: event.value.get("Type").map_or(span, |kind| kind.span),
            properties,
            span: event.key_span.to(span),
        });
    }

    /// The API that SAM makes for events that name none.
    fn implicit_api(&mut self, id: &str, made: &str, span: Span) {
        if !self.implicit.insert(id.to_owned()) {
            return;
        }
        let kind = if made.contains("Http") { "AWS::ApiGatewayV2::Api" } else { "AWS::ApiGateway::RestApi" };
        self.resources.push(Resource {
            id: id.to_owned(),
            id_span: span,
            kind: kind.to_owned(),
            kind_span: span,
            properties: empty(span),
            span,
        });
    }

    /// A queue of dead letters that SAM makes, because only its type is given.
    fn made_dead_letters(&mut self, function: &Resource, event: &Member, properties: &mut Value) {
        let What::Map(members) = &mut properties.what else { return };
        let Some(targets) = members.iter_mut().find(|member| member.key == "Targets") else { return };
        let What::List(items) = &mut targets.value.what else { return };
        let Some(target) = items.first_mut() else { return };
        let Some(config) = target.get("DeadLetterConfig") else { return };
        if config.get("Arn").is_some() || config.get("Type").and_then(Value::text) != Some("SQS") {
            return;
        }
        let span = config.span;
        let name = config.get("QueueLogicalId").and_then(Value::text).map_or_else(
            || format!("{}{}Queue", function.id, event.key),
            |id| format!("{}{id}", self.prefix),
        );
        put(target, "DeadLetterConfig.Arn", (span, reference(span, &name, Some("Arn"))));
        self.resources.push(Resource {
            id: name,
            id_span: span,
            kind: "AWS::SQS::Queue".to_owned(),
            kind_span: span,
            properties: empty(span),
            span,
        });
    }

    /// A subscription with a queue in between, which SAM makes unless one is given.
    fn through_queue(&mut self, function: &Resource, event: &Member, given: &Value) {
        let span = event.value.span;
        let config = given.get("SqsSubscription").cloned().unwrap_or_else(|| empty(span));
        let queue = config.get("QueueArn").cloned().unwrap_or_else(|| {
            let id = format!("{}{}Queue", function.id, event.key);
            self.resources.push(Resource {
                id: id.clone(),
                id_span: event.key_span,
                kind: "AWS::SQS::Queue".to_owned(),
                kind_span: config.span,
                properties: empty(config.span),
                span: config.span,
            });
            reference(config.span, &id, Some("Arn"))
        });
        let mut subscription = map(span, vec![("Protocol", text(span, "sqs")), ("Endpoint", queue.clone())]);
        if let Some(topic) = given.member("Topic") {
            put(&mut subscription, "TopicArn", (topic.key_span, topic.value.clone()));
        }
        self.part(function, &event.key, "AWS::SNS::Subscription", subscription);
        let target = reference(function.id_span, &function.id, Some("Arn"));
        let mut mapping = map(config.span, vec![("EventSourceArn", queue), ("FunctionName", target)]);
        for member in config.members().into_iter().filter(|member| !member.key.starts_with("Queue")) {
            put(&mut mapping, &member.key, (member.key_span, member.value.clone()));
        }
        let name = format!("{}EventSourceMapping", event.key);
        self.part(function, &name, "AWS::Lambda::EventSourceMapping", mapping);
    }
}

fn is_on(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.text() == Some("true") || !value.members().is_empty())
}
