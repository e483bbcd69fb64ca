//! Roles: each may do what the flows of its node need, and nothing else.

use serde_json::{Value, json};

use crate::export::cloudformation::stack::Stack;
use crate::export::template::{Resource, attribute, reference, substitute};

/// Actions on resources that a role is allowed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grant {
    /// The actions, in alphabetical order.
    pub(super) actions: Vec<String>,
    /// ARNs of what they are allowed on.
    pub(super) resources: Vec<Value>,
}

impl Stack<'_> {
    /// Lets the role of `holder` send to `target`.
    pub(super) fn grant_write(&mut self, holder: usize, target: usize) {
        let Some(of) = self.deployment.services.get(self.service(target)) else { return };
        let (actions, parts) = (of.write.clone(), of.parts.clone());
        self.grant_on(holder, target, actions, &parts);
        self.grant_key(holder, target, &["kms:Decrypt", "kms:GenerateDataKey"]);
    }

    /// Lets the role of `holder` read from `source`, or from its change stream where it has one.
    pub(super) fn grant_read(&mut self, holder: usize, source: usize) {
        let Some(of) = self.deployment.services.get(self.service(source)) else { return };
        let (actions, parts) = (of.read.clone(), of.parts.clone());
        match &of.stream {
            Some(stream) => {
                let arn = attribute(self.id(source), stream);
                self.grant(holder, actions, vec![arn]);
            }
            None => self.grant_on(holder, source, actions, &parts),
        }
        self.grant_key(holder, source, &["kms:Decrypt"]);
    }

    fn grant_on(&mut self, holder: usize, on: usize, actions: Vec<String>, parts: &[String]) {
        let Some(arn) = self.arn(on) else { return };
        let id = self.id(on).to_owned();
        let address = if arn.get("Ref").is_some() { id } else { format!("{id}.Arn") };
        let mut resources = vec![arn];
        resources.extend(parts.iter().map(|part| substitute(format!("${{{address}}}{part}"))));
        self.grant(holder, actions, resources);
    }

    fn grant_key(&mut self, holder: usize, of: usize, actions: &[&str]) {
        if let Some(key) = self.key(of) {
            self.grant(holder, actions.iter().map(|action| (*action).to_owned()).collect(), vec![key]);
        }
    }

    pub(super) fn grant(&mut self, holder: usize, actions: Vec<String>, resources: Vec<Value>) {
        let grants = self.grants.entry(holder).or_default();
        let grant = Grant { actions, resources };
        if !grant.actions.is_empty() && !grants.contains(&grant) {
            grants.push(grant);
        }
    }

    /// The ARN of the role of a node; asking for it makes it.
    pub(super) fn role(&mut self, node: usize) -> Value {
        self.grants.entry(node).or_default();
        attribute(&format!("{}Role", self.id(node)), "Arn")
    }
}

/// Writes the roles of services, and policies for what runs elsewhere.
pub(super) fn finish(stack: &mut Stack<'_>) {
    for (node, grants) in stack.grants.clone() {
        let id = stack.id(node).to_owned();
        let name = stack.design.nodes[node].id.clone();
        let document = json!({"Version": "2012-10-17", "Statement": statements(&grants)});
        let of = stack.deployment.services.get(stack.service(node));
        if let Some(principal) = of.and_then(|of| of.principal.as_deref()) {
            let mut role = json!({"AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": {"Service": principal},
                    "Action": "sts:AssumeRole",
                }],
            }});
            if !grants.is_empty() {
                role["Policies"] = json!([{"PolicyName": "flows", "PolicyDocument": document}]);
            }
            let comment = format!("What {name} may do.");
            stack.add(&format!("{id}Role"), Resource::new("AWS::IAM::Role", role).comment(comment));
        } else if !grants.is_empty() {
            let policy = format!("{id}Policy");
            let comment = format!("What {name} may do; attach it to the role that it runs as.");
            let resource = Resource::new("AWS::IAM::ManagedPolicy", json!({"PolicyDocument": document}));
            stack.add(&policy, resource.comment(comment));
            let about = format!("The policy to attach to the role of {name}.");
            stack.template.outputs.insert(format!("{policy}Arn"), (reference(&policy), about));
        }
    }
}

fn statements(grants: &[Grant]) -> Vec<Value> {
    grants
        .iter()
        .map(|grant| json!({"Effect": "Allow", "Action": grant.actions, "Resource": grant.resources}))
        .collect()
}

/// A policy on `resource` that lets a service act on it when it does so for this account.
pub(super) fn statement_for(principal: &str, action: &str, resource: &Value) -> Value {
    json!({
        "Effect": "Allow",
        "Principal": {"Service": principal},
        "Action": action,
        "Resource": resource,
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    })
}
