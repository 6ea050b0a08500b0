//! Compares every answer that a test gets with the description of the API: its status, its media
//! type, its headers, and each field of its JSON or XML. So no test can pass with an answer that
//! the description does not contain.
//!
//! The patterns of texts are not compared here, because that needs a library. `tests/conformance`
//! compares them.

use super::{Data, Element, Reply, cloudlet};
use serde_json::{Map, Value};
use std::sync::LazyLock;

pub static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = cloudlet(&Data::empty(), &["api", "--openapi"], "").succeeded();
    serde_json::from_str(&text).expect("the description is JSON")
});

/// The headers that matter to a client of the API. All others belong to HTTP.
const HEADERS: [&str; 8] = [
    "set-cookie",
    "x-cloudlet-error",
    "x-cloudlet-left-out",
    "content-range",
    "content-disposition",
    "etag",
    "repr-digest",
    "retry-after",
];

/// Fails if the description has no such answer to such a request.
#[track_caller]
pub fn check(method: &str, target: &str, reply: &Reply) {
    let Some(call) = Call::of(target) else { return };
    if let Err(wrong) = compare(method, &call, reply) {
        panic!("{method} {target} is answered otherwise than described: {wrong}: {reply:?}");
    }
}

/// The operation that a URL path calls.
struct Call {
    side: &'static str,
    /// The name of the operation in lower case; empty if only the body names it.
    name: String,
}

impl Call {
    /// Returns `None` if the path does not belong to the API.
    fn of(target: &str) -> Option<Call> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let rest = path.strip_prefix('/')?;
        if rest == "upload" {
            return Some(Call { side: "core", name: "upload".into() });
        }
        let (door, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let (side, name) = match door {
            "core" => ("core", rest),
            "app" if rest.starts_with("casb/") => ("core", rest),
            "app" => ("core", rest.split_once('/').map_or("", |(_, name)| name)),
            "admin" => ("admin", rest.strip_prefix("index.php").unwrap_or(rest)),
            _ => return None,
        };
        let in_query = || query.split('&').find_map(|field| field.strip_prefix("op="));
        let name = Some(name.trim_matches('/')).filter(|name| !name.is_empty()).or_else(in_query);
        let name = percent_encoding::percent_decode_str(name.unwrap_or("")).decode_utf8_lossy();
        Some(Call { side, name: name.to_lowercase() })
    }
}

fn compare(method: &str, call: &Call, reply: &Reply) -> Result<(), String> {
    if !["GET", "HEAD", "POST"].contains(&method) {
        let is_told = reply.status == 405 && reply.header("allow").is_some();
        return if is_told { Ok(()) } else { Err("another method has status 405 and Allow".into()) };
    }
    // A GET request for an operation that is described as a POST is redirected like any other.
    if method != "POST" && reply.status == 308 && reply.header("location").is_some() {
        return Ok(());
    }
    let Some(operation) = operation(method, call) else { return unknown(call, reply) };
    let response = operation["responses"].get(reply.status.to_string()).map(resolved).ok_or_else(|| {
        format!("status {} is not declared, see `further` in src/api/document/responses.rs", reply.status)
    })?;
    for name in HEADERS.into_iter().filter(|name| reply.headers(name).next().is_some()) {
        let mut declared = response["headers"].as_object().into_iter().flat_map(Map::keys);
        if !declared.any(|declared| declared.eq_ignore_ascii_case(name)) {
            return Err(format!("the header {name} is not declared"));
        }
    }
    if method == "HEAD" { Ok(()) } else { body_fits(response, reply) }
}

/// The operation of a call, as the description contains it.
fn operation(method: &str, call: &Call) -> Option<&'static Value> {
    let path = format!("/{}/{}", call.side, call.name);
    let mut paths = DOCUMENT["paths"].as_object()?.iter();
    let methods = paths.find(|(known, _)| known.eq_ignore_ascii_case(&path)).map(|(_, methods)| methods)?;
    // The description lists an operation that changes something as a POST. It says only in words
    // that a GET works too.
    let got = methods.get("get").filter(|_| method != "POST");
    got.or_else(|| methods.get("post"))
}

/// An operation that is not described must not be offered. If only the body names the operation, it
/// is unknown here.
fn unknown(call: &Call, reply: &Reply) -> Result<(), String> {
    let is_offered = reply.status == 200 && reply.header("x-cloudlet-error") != Some("not-offered");
    match is_offered && !call.name.is_empty() {
        true => Err("the operation is not described".into()),
        false => Ok(()),
    }
}

fn body_fits(response: &Value, reply: &Reply) -> Result<(), String> {
    let Some(content) = response.get("content") else {
        return if reply.body.is_empty() { Ok(()) } else { Err("a body is not declared".into()) };
    };
    let media = reply.header("content-type").unwrap_or("").split(';').next().unwrap_or("").trim();
    let declared = content.get(media).or_else(|| content.get("*/*"));
    let schema = &declared.ok_or_else(|| format!("the media type {media:?} is not declared"))?["schema"];
    if schema.get("contentMediaType").is_some() {
        return Ok(());
    }
    let reply = reply.unpacked();
    match media {
        "application/json" => json_fits(schema, &reply.json()),
        "text/xml" => xml_fits(schema, &reply.xml()),
        _ => json_fits(schema, &reply.text().into()),
    }
}

/// The value itself or, if it is a reference, the value to which it refers.
fn resolved(value: &Value) -> &Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            DOCUMENT.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference}"))
        }
        None => value,
    }
}

fn json_fits(schema: &Value, value: &Value) -> Result<(), String> {
    let schema = resolved(schema);
    if let Some(either) = schema["anyOf"].as_array() {
        let wrong: Vec<String> = either.iter().filter_map(|schema| json_fits(schema, value).err()).collect();
        return if wrong.len() < either.len() { Ok(()) } else { Err(wrong.join(", and ")) };
    }
    let is_of_type = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        other => return Err(format!("the schema has the type {other:?}")),
    };
    if !is_of_type {
        return Err(format!("{value} is not of the type {}", schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|known| !known.contains(value))
        || schema.get("const").is_some_and(|only| only != value)
        || schema["maxLength"]
            .as_u64()
            .is_some_and(|most| value.as_str().is_some_and(|text| text.len() as u64 > most))
        || schema["minimum"].as_i64().is_some_and(|least| value.as_i64().is_some_and(|number| number < least))
    {
        return Err(format!("{value} does not fit {schema}"));
    }
    match value {
        Value::Object(fields) => object_fits(schema, fields),
        Value::Array(items) => array_fits(schema, items),
        _ => Ok(()),
    }
}

fn object_fits(schema: &Value, fields: &Map<String, Value>) -> Result<(), String> {
    // A schema without declared fields allows any fields.
    let Some(properties) = schema["properties"].as_object() else { return Ok(()) };
    for (name, value) in fields {
        let property = properties.get(name).or_else(|| numbered(schema, name).map(|(_, property)| property));
        let property = property.ok_or_else(|| format!("the field {name} is not declared"))?;
        json_fits(property, value).map_err(|wrong| format!("{name}: {wrong}"))?;
    }
    for name in required(schema) {
        if !fields.contains_key(name) {
            return Err(format!("the field {name} is missing"));
        }
    }
    Ok(())
}

fn array_fits(schema: &Value, items: &[Value]) -> Result<(), String> {
    let count = items.len() as u64;
    if schema["minItems"].as_u64().is_some_and(|least| count < least)
        || schema["maxItems"].as_u64().is_some_and(|most| count > most)
    {
        return Err(format!("{count} records"));
    }
    items.iter().try_for_each(|item| json_fits(&schema["items"], item))
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The pattern that matches the name of a numbered field, with its schema.
fn numbered<'a>(schema: &'a Value, name: &str) -> Option<(&'a str, &'a Value)> {
    let patterns = schema["patternProperties"].as_object()?;
    patterns
        .iter()
        .find(|(pattern, _)| numbers_in(pattern, name).is_some())
        .map(|(pattern, property)| (pattern.as_str(), property))
}

/// The numbers in a name that matches a pattern. A pattern consists of texts with `[0-9]+` between
/// them.
fn numbers_in(pattern: &str, name: &str) -> Option<Vec<usize>> {
    let mut parts = pattern.strip_prefix('^')?.strip_suffix('$')?.split("[0-9]+");
    let mut rest = name.strip_prefix(parts.next()?)?;
    let mut numbers = Vec::new();
    for part in parts {
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        numbers.push(rest[..end].parse().ok()?);
        rest = rest[end..].strip_prefix(part)?;
    }
    rest.is_empty().then_some(numbers)
}

/// Checks a list of numbered records that begins at this element. Their numbers must count up from
/// 0 without a gap, and the fields of each record must be in the order of the patterns.
fn numbered_fit<'a>(
    schema: &Value,
    patterns: &[&str],
    children: &mut std::iter::Peekable<impl Iterator<Item = &'a Element>>,
) -> Result<(), String> {
    let mut before: Option<(usize, usize, Option<usize>)> = None;
    let place = |child: &Element| {
        patterns.iter().enumerate().find_map(|(place, pattern)| {
            numbers_in(pattern, &child.name).map(|numbers| (numbers[0], place, numbers.get(1).copied()))
        })
    };
    while let Some((child, here)) = children.peek().and_then(|child| Some((*child, place(child)?))) {
        let next = before.map_or(0, |(number, ..)| number + 1);
        let is_in_order = before.is_none_or(|before| before < here) && here.0 <= next;
        if !is_in_order {
            return Err(format!("the element {} is not in its place", child.name));
        }
        let (_, property) = numbered(schema, &child.name).ok_or("a pattern without a schema")?;
        xml_fits(property, child).map_err(|wrong| format!("{}: {wrong}", child.name))?;
        before = Some(here);
        children.next();
    }
    Ok(())
}

/// The names of a record's fields in the order of the XML. Patterns that follow each other belong
/// to the same records.
fn order(schema: &Value) -> Vec<&str> {
    match schema["x-order"].as_array() {
        Some(order) => order.iter().filter_map(Value::as_str).collect(),
        None => {
            schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
        }
    }
}

/// Checks an element against the schema of its record or document. The children must be in the
/// order of the properties.
fn xml_fits(schema: &Value, element: &Element) -> Result<(), String> {
    let schema = resolved(schema);
    if let Some(either) =
        schema["anyOf"].as_array().filter(|_| !element.children.is_empty() || is_root(schema))
    {
        let named = either.iter().filter(|one| resolved(one)["xml"]["name"] == element.name.as_str());
        let fits: Vec<Result<(), String>> = named.map(|one| xml_fits(one, element)).collect();
        let wrong: Vec<&str> = fits.iter().filter_map(|fit| fit.as_ref().err()).map(String::as_str).collect();
        return match fits.len() {
            0 => Err(format!("the root {} is not declared", element.name)),
            count if wrong.len() < count => Ok(()),
            _ => Err(wrong.join(", and ")),
        };
    }
    let Some(properties) = schema["properties"].as_object() else { return text_fits(schema, &element.text) };
    if schema["xml"]["name"].as_str().is_some_and(|root| root != element.name) {
        return Err(format!("the root is {}", element.name));
    }
    let mut children = element.children.iter().peekable();
    let order = order(schema);
    for (at, name) in order.iter().enumerate() {
        let Some(property) = properties.get(*name) else {
            let is_first = at == 0 || properties.contains_key(order[at - 1]);
            let end = order[at..].iter().position(|name| properties.contains_key(*name));
            let patterns = &order[at..end.map_or(order.len(), |end| at + end)];
            if is_first {
                numbered_fit(schema, patterns, &mut children)?;
            }
            continue;
        };
        let is_list = property["type"] == "array";
        let mut count = 0;
        while let Some(child) = children.next_if(|child| child.name == *name && (is_list || count == 0)) {
            let schema = if is_list { &property["items"] } else { property };
            xml_fits(schema, child).map_err(|wrong| format!("{name}: {wrong}"))?;
            count += 1;
        }
        if count == 0 && required(schema).any(|required| required == *name) {
            return Err(format!("the element {name} is missing, or not in its place"));
        }
    }
    match children.next() {
        Some(child) => Err(format!("the element {} is not declared, or not in its place", child.name)),
        None => Ok(()),
    }
}

/// True if the alternatives of a schema are whole documents.
fn is_root(schema: &Value) -> bool {
    schema["anyOf"].as_array().into_iter().flatten().any(|one| resolved(one).get("xml").is_some())
}

/// Checks the text of an element against the schema of its value.
fn text_fits(schema: &Value, text: &str) -> Result<(), String> {
    let as_text = json_fits(schema, &text.into());
    match text.parse::<i64>() {
        Ok(number) if as_text.is_err() => json_fits(schema, &number.into()),
        _ => as_text,
    }
}

/// Each example in the description must fit its schema.
#[test]
fn examples_fit_their_schemas() {
    let mut count = 0;
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for (status, response) in methods["post"]["responses"].as_object().unwrap() {
            let content = resolved(response)["content"].as_object();
            for (media, content) in content.into_iter().flatten() {
                let Some(example) = content.get("example") else { continue };
                let schema = &content["schema"];
                let fit = match media.as_str() {
                    "text/xml" => {
                        Element::parse(example.as_str().unwrap()).and_then(|root| xml_fits(schema, &root))
                    }
                    _ => json_fits(schema, example),
                };
                fit.unwrap_or_else(|wrong| panic!("{path} {status} {media}: {wrong}"));
                count += 1;
            }
        }
    }
    assert!(count > 200, "{count} examples");
}

/// A check that never finds anything proves nothing. So this test gives it answers that are wrong.
#[test]
fn answers_that_are_not_described_are_found() {
    let reply = |status: u16, kind: &str, body: &str| Reply {
        version: "HTTP/1.1".into(),
        status,
        headers: vec![("content-type".into(), kind.into())],
        framing: super::Framing::Length,
        body: body.into(),
    };
    let json = "application/json; charset=utf-8";
    let right = r#"{"server":[{"name":"x","version":"1","awaitssetup":0,"passwordminlength":8,"accentcolour":"","logo":"","hasterms":0,"hasprivacy":0,"signsup":0,"sendsmail":0,"nothumbnailsof":""}]}"#;
    let xml = "<serverinfo><server><name>x</name><version>1</version><awaitssetup>0</awaitssetup><passwordminlength>8</passwordminlength><accentcolour></accentcolour><logo></logo><hasterms>0</hasterms><hasprivacy>0</hasprivacy><signsup>0</signsup><sendsmail>0</sendsmail><nothumbnailsof></nothumbnailsof></server></serverinfo>";
    let call = || Call::of("/core/serverinfo").unwrap();
    assert_eq!(compare("GET", &call(), &reply(200, json, right)), Ok(()));
    assert_eq!(compare("GET", &call(), &reply(200, "text/xml", xml)), Ok(()));
    for (status, kind, body) in [
        (418, json, right.to_owned()),
        (200, "text/html", right.to_owned()),
        (200, json, right.replace("\"version\"", "\"release\"")),
        (200, json, right.replace(":8", ":\"8\"")),
        (200, json, right.replace("setup\":0", "setup\":2")),
        (200, json, right.replace("}]}", ",\"more\":1}]}")),
        (200, json, "{}".to_owned()),
        (200, "text/xml", xml.replace("serverinfo", "info")),
        (200, "text/xml", xml.replace("<version>1</version>", "")),
        (
            200,
            "text/xml",
            xml.replace("<name>x</name><version>1</version>", "<version>1</version><name>x</name>"),
        ),
        (200, "text/xml", xml.replace("<awaitssetup>0", "<awaitssetup>2")),
        (200, "text/xml", xml.replace("</server>", "<more>1</more></server>")),
    ] {
        assert!(compare("GET", &call(), &reply(status, kind, &body)).is_err(), "{status} {kind} {body}");
    }
}
