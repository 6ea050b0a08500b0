//! Every operation without each of its parameters, and with invalid values. The message must name
//! the parameter.

use super::operations::{Callers, OPERATIONS, Operation, Parameter, refusal};
use crate::harness::{Caller, Multipart, Reply, Request, Server};

/// The status of a refusal. A question reports its failure only in the envelope, with status 200.
fn status(operation: &Operation) -> u16 {
    if operation.is_download() || operation.is_action() { 400 } else { 200 }
}

/// Checks that a call was refused because of a parameter and that the message names it. Programs
/// recognise a malformed sign-up by its status and compare the words.
fn names(operation: &Operation, reply: &Reply, name: &str) -> Result<(), String> {
    if operation.name == "createprofile" && reply.status == 422 {
        assert_eq!(refusal(operation, reply, 422), "bad request");
        return Ok(());
    }
    let message = refusal(operation, reply, status(operation));
    if message.contains(name) { Ok(()) } else { Err(format!("{} {name}: {message}", operation.name)) }
}

/// The other parameters of a call: those that are required, and the other fields of a numbered
/// record.
fn beside<'a>(operation: &'a Operation, name: &str) -> Vec<(&'a str, String)> {
    let mut parameters = operation.sample();
    if let Some((record, _)) = name.split_once("0_") {
        let prefix = format!("{record}0_");
        let fields = operation
            .parameters
            .iter()
            .filter(|one| one.name.starts_with(&prefix) && one.kind != "text, ignored");
        parameters.extend(fields.map(|field| (field.name.as_str(), field.sample())));
    }
    parameters.retain(|(known, _)| *known != name);
    parameters
}

fn both_formats(lawful: &Caller) -> [Caller; 2] {
    [lawful.twin(), lawful.in_json()]
}

#[test]
fn a_missing_parameter_is_named() {
    let server = Server::start();
    let callers = Callers::of(&server);
    let mut count = 0;
    for operation in OPERATIONS.iter() {
        let lawful = callers.lawful(operation);
        for missing in operation.parameters.iter().filter(|parameter| parameter.is_required) {
            let parameters: Vec<_> =
                operation.sample().into_iter().filter(|(name, _)| *name != missing.name).collect();
            for mut caller in both_formats(&lawful) {
                // Programs recognise an incomplete sign-up by its status and compare the words.
                let (status, words) = match operation.name.as_str() {
                    "createprofile" => (422, "bad request".to_owned()),
                    _ => (status(operation), format!("The parameter {} is missing.", missing.name)),
                };
                let message = refusal(operation, &operation.call(&mut caller, &parameters), status);
                assert_eq!(message, words, "{}", operation.name);
                count += 1;
            }
        }
    }
    let mut admin = server.admin();
    // The calls of strangers share rows after the first few.
    let noted: i64 = admin.audit(&[("outcome", "invalid")]).iter().map(|row| row.number("calls")).sum();
    assert_eq!(noted, count, "each of them is in the log");
}

/// Without a declared limit, a parameter could have any length, and the server would have to accept
/// it.
#[test]
fn every_text_has_a_greatest_length_a_pattern_or_words() {
    let limits = ["maxLength", "pattern", "enum"];
    for operation in OPERATIONS.iter() {
        for parameter in operation.parameters.iter().filter(|one| one.kind != "text, ignored") {
            let either = parameter.schema["anyOf"].as_array().cloned();
            for schema in either.unwrap_or_else(|| vec![parameter.schema.clone()]) {
                let is_limited = limits.iter().any(|limit| schema.get(limit).is_some());
                assert!(schema["type"] != "string" || is_limited, "{} {}", operation.name, parameter.name);
            }
        }
    }
}

/// Values that a parameter must not have, because of its schema or its kind.
fn absurd(parameter: &Parameter) -> Vec<String> {
    let schema = &parameter.schema;
    let mut values: Vec<String> =
        absurd_of_kind(&parameter.kind).iter().map(|value| (*value).into()).collect();
    if schema["type"] == "integer" {
        // The first is just beyond `int64`, and the second far beyond.
        values.extend(["9223372036854775808", "99999999999999999999999"].map(String::from));
        values.extend(["one", "1.5", "1e3", "0x10"].map(String::from));
    }
    for (limit, beyond) in [("minimum", -1), ("maximum", 1)] {
        values.extend(schema[limit].as_i64().map(|limit| (limit + beyond).to_string()));
    }
    if let Some(longest) = schema["maxLength"].as_u64() {
        values.push("x".repeat(usize::try_from(longest).unwrap() + 1));
    }
    // No declared pattern matches this value.
    values.extend(schema["pattern"].as_str().map(|_| "?".to_owned()));
    if schema["minLength"].as_u64().is_some() {
        values.push(String::new());
    }
    if let Some(known) = schema["enum"].as_array() {
        values.extend(["nonsense", "4711", "-4711"].map(String::from));
        assert!(!known.contains(&4711.into()), "{}", parameter.name);
    }
    values
}

fn absurd_of_kind(kind: &str) -> &'static [&'static str] {
    match kind {
        "path" => &["relative", "", "/a/../b", "/a\0b", "\u{1}"],
        "paths" => &["relative", "", "/a/../b"],
        // 24 digits are an id, if only of nothing.
        "id" | "ids" => &["", "1", "nonsense", "-00000000000000000000001", "fffffffffffffffffffffffff"],
        "path below" => &["../up", "a/../../b"],
        "name" | "names" => &["", ".", "..", "a/b", "a\0b"],
        "number of GB" => &["much", "-1", "1 TB", "nan", "1e99"],
        // Every valid date is accepted. If a disk cannot store it, the nearest one is stored.
        "date" => &["soon", "2024-13-40"],
        "user name" => &[""],
        "letters of RWDS" => &["x", "RX", "4"],
        "sync status" => &["", "server", "server,-1;", "server,1.5;"],
        _ => &[],
    }
}

#[test]
fn an_absurd_parameter_is_named() {
    let server = Server::start();
    let callers = Callers::of(&server);
    let mut unnamed = Vec::new();
    for operation in OPERATIONS.iter() {
        let lawful = callers.lawful(operation);
        for wrong in &operation.parameters {
            // If an optional parameter is empty, it counts as not given.
            let values = absurd(wrong).into_iter().filter(|value| wrong.is_required || !value.is_empty());
            for value in values {
                let mut parameters = beside(operation, &wrong.name);
                parameters.push((&wrong.name, value.clone()));
                for mut caller in both_formats(&lawful) {
                    let reply = operation.call(&mut caller, &parameters);
                    if let Err(wrong) = names(operation, &reply, &wrong.name) {
                        unnamed.push(format!("{value:?}: {wrong}"));
                    }
                }
            }
        }
    }
    unnamed.dedup();
    assert!(unnamed.is_empty(), "{unnamed:#?}");
}

/// If a parameter comes twice, the last one counts.
#[test]
fn the_last_of_a_doubled_parameter_counts() {
    let server = Server::start();
    let callers = Callers::of(&server);
    for operation in OPERATIONS.iter() {
        let mut caller = callers.lawful(operation);
        for doubled in &operation.parameters {
            let Some(wrong) = absurd(doubled).into_iter().find(|value| !value.is_empty()) else { continue };
            let mut parameters = beside(operation, &doubled.name);
            parameters.extend([(doubled.name.as_str(), doubled.sample()), (doubled.name.as_str(), wrong)]);
            let reply = operation.call(&mut caller, &parameters);
            names(operation, &reply, &doubled.name).unwrap_or_else(|wrong| panic!("{wrong}"));
        }
    }
}

/// The greatest and the least number that the description allows must do no harm, wherever they are
/// added to other numbers.
#[test]
fn the_greatest_and_the_least_numbers_are_taken() {
    let server = Server::start();
    let callers = Callers::of(&server);
    let mut count = 0;
    for operation in OPERATIONS.iter() {
        let numbers = operation.parameters.iter();
        for edge in numbers.filter(|parameter| parameter.schema["format"] == "int64") {
            let limit = |name: &str, beyond: i64| edge.schema[name].as_i64().unwrap_or(beyond);
            for value in [limit("minimum", i64::MIN), limit("maximum", i64::MAX)] {
                let mut caller = callers.lawful(operation);
                let mut parameters = operation.sample();
                parameters.retain(|(name, _)| *name != edge.name);
                parameters.push((&edge.name, value.to_string()));
                let reply = operation.call(&mut caller, &parameters);
                let what = format!("{} {}={value}: {reply:?}", operation.name, edge.name);
                let (status, word) = (reply.status, reply.header("x-cloudlet-error"));
                assert!(status != 500 && word != Some("internal"), "{what}");
                let refused = format!("The parameter {} cannot be used.", edge.name);
                assert!(!String::from_utf8_lossy(&reply.body).contains(&refused), "{what}");
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count} numbers");
}

/// An upload without a file is refused, whatever type of body it has.
#[test]
fn an_upload_without_a_file_is_refused() {
    let server = Server::start();
    let callers = Callers::of(&server);
    for operation in OPERATIONS.iter().filter(|operation| operation.effect == "upload") {
        let mut caller = callers.lawful(operation);
        let sample = operation.sample();
        let fields: Vec<(&str, &str)> = sample.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut multipart = Multipart::new();
        for (name, value) in &fields {
            multipart = multipart.field(name, value);
        }
        for request in
            [Request::post(&operation.target(), &fields), Request::multipart(&operation.target(), multipart)]
        {
            refusal(operation, &caller.send(&request), 400);
        }
    }
}

/// A body that is not a form is refused. It must not count as a call without parameters.
#[test]
fn a_body_that_is_no_form_is_refused() {
    let server = Server::start();
    let callers = Callers::of(&server);
    for operation in OPERATIONS.iter() {
        let mut caller = callers.lawful(operation);
        for (content_type, body) in
            [("application/json", "{\"path\": \"/bob\"}"), ("text/plain", "path=/bob")]
        {
            let request = Request::new("POST", &operation.target()).body(content_type, body);
            let reply = caller.send(&request);
            assert_eq!(
                reply.header("x-cloudlet-error"),
                Some("unsupported"),
                "{}: {reply:?}",
                operation.name
            );
            refusal(operation, &reply, 415);
        }
    }
}

#[test]
fn unknown_doubled_and_oddly_written_parameters_do_not_disturb() {
    let server = Server::start();
    let mut bob = server.user("bob");
    for query in [
        "path=/bob&time=1700000000&passwordType=2&g-recaptcha-response=x",
        "path=/alice&path=/bob",
        "path=&path=/bob",
        "path%20=/bob",
        "&&path=/bob&&=x&=&y",
        "path=%2Fbob%2F",
        "path=/bob&start=&limit=&sortby=&search=",
        "path=/bob&adminproxyuserid=None",
        "path=/bob&adminproxyuserid=",
    ] {
        let reply = bob.get(&format!("/core/getfilelist?{query}"));
        assert_eq!(reply.xml().child("meta").field("realpath"), "/bob", "{query}");
    }
    // If a parameter is in both the body and the query, the one in the body counts.
    let reply = bob.post("/core/getfilelist?path=/alice", &[("path", "/bob")]);
    assert_eq!(reply.xml().child("meta").field("realpath"), "/bob");
    for flag in ["1", "true", "True", "TRUE", "yes", "on"] {
        let reply = bob.core("fileexists", &[("file", "/BOB"), ("caseinsensitive", flag)]);
        assert_eq!(reply.status, 200, "{flag}: {reply:?}");
        reply.command();
    }
    // A request with far too many parameters is refused, and costs little.
    let many = "x=1&".repeat(30_000) + "path=/bob";
    let request = Request::new("POST", "/core/getfilelist").body("application/x-www-form-urlencoded", many);
    let message = bob.send(&request).refused();
    assert!(message.contains("more than 10000 parameters"), "{message}");
}
