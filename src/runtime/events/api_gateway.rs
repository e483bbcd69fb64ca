//! Calls of an API whose integration is a proxy, and what a function's answer means to the caller.
//! Source: `https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html`,
//! `https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html`, and
//! `events/testdata` of aws-lambda-go. **Simplified**: each record is the body of a POST.

use serde_json::{Map, Value, json};

use crate::runtime::events::{ACCOUNT, REGION, Surroundings, id, text, uuid};
use crate::runtime::record::Record;

/// The kind of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum ApiKind {
    Rest,
    Http,
    WebSocket,
    GraphQl,
}

/// What a caller of an API is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum Reply {
    Done,
    /// It may try again: an error of the server, or too many calls.
    Failed,
    /// Trying again does not help: an error of the client.
    Refused,
}

/// Where a browser would say what it is.
const AGENT: &str = "thalweg";
const ADDRESS: &str = "192.0.2.1";
const STAGE: &str = "prod";

/// The call that a record makes.
pub(in crate::runtime) fn event(
    kind: ApiKind,
    surroundings: Surroundings,
    api: &str,
    record: &Record,
) -> Value {
    let call = Call { surroundings, api, record, id: uuid(api, [record.origin, 0]) };
    match kind {
        ApiKind::Rest => call.rest(),
        ApiKind::Http => call.http(),
        ApiKind::WebSocket => call.message(),
        ApiKind::GraphQl => call.field(),
    }
}

struct Call<'r> {
    surroundings: Surroundings,
    api: &'r str,
    record: &'r Record,
    id: String,
}

impl Call<'_> {
    fn api_id(&self) -> String {
        id(self.api, [0, 0])[..10].to_owned()
    }

    fn host(&self) -> String {
        format!("{}.execute-api.{REGION}.amazonaws.com", self.api_id())
    }

    fn time(&self) -> String {
        self.surroundings.text(self.record.arrived_us.max(self.record.produced_us), "%d/%b/%Y:%H:%M:%S +0000")
    }

    fn epoch(&self) -> i64 {
        self.surroundings.milliseconds(self.record.arrived_us.max(self.record.produced_us))
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![
            ("Accept", "*/*".to_owned()),
            ("Content-Type", "application/json".to_owned()),
            ("Host", self.host()),
            ("User-Agent", AGENT.to_owned()),
            ("X-Forwarded-For", ADDRESS.to_owned()),
            ("X-Forwarded-Port", "443".to_owned()),
            ("X-Forwarded-Proto", "https".to_owned()),
        ]
    }

    fn rest(&self) -> Value {
        let one = |(name, value): (&str, String)| (name.to_owned(), json!(value));
        let several = |(name, value): (&str, String)| (name.to_owned(), json!([value]));
        json!({
            "resource": "/{proxy+}",
            "path": format!("/{}", self.api),
            "httpMethod": "POST",
            "headers": self.headers().into_iter().map(one).collect::<Map<_, _>>(),
            "multiValueHeaders": self.headers().into_iter().map(several).collect::<Map<_, _>>(),
            "queryStringParameters": null,
            "multiValueQueryStringParameters": null,
            "pathParameters": { "proxy": self.api },
            "stageVariables": null,
            "requestContext": {
                "accountId": ACCOUNT,
                "resourceId": "proxy1",
                "path": format!("/{STAGE}/{}", self.api),
                "stage": STAGE,
                "domainName": self.host(),
                "domainPrefix": self.api_id(),
                "requestId": self.id,
                "protocol": "HTTP/1.1",
                "identity": {
                    "cognitoIdentityPoolId": null,
                    "accountId": null,
                    "cognitoIdentityId": null,
                    "caller": null,
                    "accessKey": null,
                    "sourceIp": ADDRESS,
                    "cognitoAuthenticationType": null,
                    "cognitoAuthenticationProvider": null,
                    "userArn": null,
                    "userAgent": AGENT,
                    "user": null,
                },
                "resourcePath": "/{proxy+}",
                "httpMethod": "POST",
                "requestTime": self.time(),
                "requestTimeEpoch": self.epoch(),
                "apiId": self.api_id(),
            },
            "body": text(&self.record.payload),
            "isBase64Encoded": false,
        })
    }

    fn http(&self) -> Value {
        let path = format!("/{}", self.api);
        let lower = |(name, value): (&str, String)| (name.to_ascii_lowercase(), json!(value));
        json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "",
            "headers": self.headers().into_iter().map(lower).collect::<Map<_, _>>(),
            "requestContext": {
                "accountId": ACCOUNT,
                "apiId": self.api_id(),
                "domainName": self.host(),
                "domainPrefix": self.api_id(),
                "http": {
                    "method": "POST",
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": ADDRESS,
                    "userAgent": AGENT,
                },
                "requestId": self.id,
                "routeKey": "$default",
                "stage": "$default",
                "time": self.time(),
                "timeEpoch": self.epoch(),
            },
            "body": text(&self.record.payload),
            "isBase64Encoded": false,
        })
    }

    fn message(&self) -> Value {
        json!({
            "requestContext": {
                "routeKey": "$default",
                "messageId": id(self.api, [self.record.origin, 1])[..16],
                "eventType": "MESSAGE",
                "extendedRequestId": self.id,
                "requestTime": self.time(),
                "messageDirection": "IN",
                "stage": STAGE,
                "connectedAt": self.surroundings.milliseconds(0),
                "requestTimeEpoch": self.epoch(),
                "identity": { "userAgent": AGENT, "sourceIp": ADDRESS },
                "requestId": self.id,
                "domainName": self.host(),
                "connectionId": id(&text(&self.record.key), [0, 0])[..16],
                "apiId": self.api_id(),
            },
            "body": text(&self.record.payload),
            "isBase64Encoded": false,
        })
    }

    fn field(&self) -> Value {
        json!({
            "arguments": crate::runtime::events::payload(self.record),
            "identity": null,
            "source": null,
            "request": { "headers": { "host": self.host() }, "domainName": null },
            "prev": null,
            "info": {
                "selectionSetList": [],
                "selectionSetGraphQL": "",
                "parentTypeName": "Mutation",
                "fieldName": "put",
                "variables": {},
            },
            "stash": {},
        })
    }
}

/// What the caller is told by an answer: what its status says. A REST API takes no answer without one (502); an HTTP API
/// takes any, and says 200.
pub(in crate::runtime) fn reply(kind: ApiKind, answer: &Value) -> Reply {
    let status = match &answer["statusCode"] {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let body_fits = matches!(&answer["body"], Value::Null | Value::String(_));
    match (kind, status) {
        (ApiKind::GraphQl | ApiKind::WebSocket, None) => Reply::Done,
        (ApiKind::Http, None) if !answer.is_null() && answer.get("statusCode").is_none() => Reply::Done,
        (ApiKind::Rest, Some(_)) if !body_fits => Reply::Failed,
        (_, Some(429 | 500..) | None) => Reply::Failed,
        (_, Some(400..)) => Reply::Refused,
        (_, Some(_)) => Reply::Done,
    }
}
