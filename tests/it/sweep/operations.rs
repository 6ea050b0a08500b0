//! The operations, read from the description that the program prints.

use crate::harness::{Caller, Data, Multipart, Reply, Request, Server, cloudlet, encoded, form};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// An operation, as the description has it.
pub struct Operation {
    /// `core` or `admin`.
    pub door: String,
    pub name: String,
    /// The heading in the description under which the operation is listed.
    pub area: String,
    /// `anyone`, `user`, `proxy` or `admin`.
    pub who: String,
    /// `immediate`, `read`, `write`, `slow`, `query`, `upload` or `file`.
    pub effect: String,
    /// True if FileCloud does not have the operation. The description gives it no edition.
    pub is_extension: bool,
    pub parameters: Vec<Parameter>,
}

pub struct Parameter {
    pub name: String,
    /// `path`, `name`, `user name`, `number`, ...
    pub kind: String,
    /// The schema of its values in the description.
    pub schema: serde_json::Value,
    pub is_required: bool,
    pub is_secret: bool,
}

pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let text = cloudlet(&Data::empty(), &["api", "--openapi"], "").succeeded();
    let document: serde_json::Value = serde_json::from_str(&text).expect("the description is JSON");
    let paths = document["paths"].as_object().expect("the description has paths");
    let offered = paths.iter().filter(|(_, item)| item["post"].get("x-effect").is_some());
    let operations: Vec<Operation> = offered.map(|(path, item)| read(path, &item["post"])).collect();
    assert!(operations.len() > 30, "{}", operations.len());
    operations
});

fn read(path: &str, post: &serde_json::Value) -> Operation {
    let text = |name: &str| post[name].as_str().unwrap_or_else(|| panic!("{path} has no {name}")).to_owned();
    let mut parts = path.trim_start_matches('/').split('/');
    let (door, name) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
    assert_eq!(text("operationId"), format!("{door}_{name}"));
    let content = post["requestBody"]["content"].as_object();
    let schema = content.and_then(|content| content.values().next()).map(|media| &media["schema"]);
    let schema = schema.unwrap_or(&serde_json::Value::Null);
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str()).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    // The file is not a parameter, and the parameter that makes an administrator a proxy belongs to
    // every call.
    let properties =
        properties.filter(|(_, property)| property["x-kind"] != "file" && property["x-kind"] != "proxy");
    let parameters = properties.map(|(name, property)| Parameter {
        name: name.clone(),
        kind: property["x-kind"].as_str().unwrap_or_else(|| panic!("{path} {name} has no kind")).to_owned(),
        schema: property.get("anyOf").map_or(property, |either| &either[0]).clone(),
        is_required: required.contains(&name.as_str()),
        is_secret: property["format"] == "password",
    });
    Operation {
        door,
        name,
        area: post["tags"][0].as_str().unwrap_or_else(|| panic!("{path} has no tag")).to_owned(),
        who: text("x-who"),
        effect: text("x-effect"),
        is_extension: text("x-tier").is_empty(),
        parameters: parameters.collect(),
    }
}

impl Operation {
    pub fn target(&self) -> String {
        format!("/{}/{}", self.door, self.name)
    }

    /// A valid value for each required parameter. Paths and ids name entries of bob's.
    pub fn sample(&self) -> Vec<(&str, String)> {
        let required = self.parameters.iter().filter(|parameter| parameter.is_required);
        required.map(|parameter| (parameter.name.as_str(), parameter.sample())).collect()
    }

    /// Calls the operation with these parameters, and with a file if it takes one.
    pub fn call(&self, caller: &mut Caller, parameters: &[(&str, String)]) -> Reply {
        caller.send(&self.request(parameters))
    }

    /// The request of such a call.
    pub fn request(&self, parameters: &[(&str, String)]) -> Request {
        let fields: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if self.effect == "upload" {
            let body = Multipart::new().file("file", "x", b"swept");
            return Request::multipart(&format!("{}?{}", self.target(), form(&fields)), body);
        }
        Request::post(&self.target(), &fields)
    }

    pub fn is_download(&self) -> bool {
        self.effect == "file"
    }

    /// True if a refusal has status 400. A question is always answered with 200.
    pub fn is_action(&self) -> bool {
        ["write", "slow", "upload"].contains(&self.effect.as_str())
    }
}

impl Parameter {
    /// A valid value. Paths and ids name entries of bob's.
    pub fn sample(&self) -> String {
        if let Some(value) = self.schema["enum"].get(0) {
            return value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        }
        match self.kind.as_str() {
            "path" => "/bob/swept",
            "paths" => "/bob/swept",
            "path below" => "below",
            "name" | "names" => "swept",
            "user name" => "bob",
            "number" => return self.schema["minimum"].as_i64().unwrap_or(0).to_string(),
            "id" | "ids" => "000000000000000000000000",
            "date" => "2001-01-01",
            "number of GB" => "1",
            "secret" => "a swept secret",
            "text" | "share" => "swept",
            "policy value" => "1",
            "base64" => "c3dlcHQ=",
            "setting" => "name",
            "e-mail address" => "swept@example.org",
            "letters of RWDS" => "R",
            "sync status" => "server,0;",
            other => panic!("the sweep needs a sample of the kind {other}"),
        }
        .to_owned()
    }
}

/// A caller of a kind that the description names. `admin` is not signed in as a user, and `user` is
/// not signed in as an admin.
pub fn caller(server: &Server, kind: &str) -> Caller {
    match kind {
        "anyone" => server.guest(),
        "user" | "proxy" | "visitor" => server.user("bob"),
        "admin" => server.admin(),
        other => panic!("there are no callers of the kind {other}"),
    }
}

/// Callers of all kinds, each with one session.
pub struct Callers(BTreeMap<&'static str, Caller>);

impl Callers {
    pub fn of(server: &Server) -> Callers {
        Callers(["anyone", "user", "admin"].map(|kind| (kind, caller(server, kind))).into())
    }

    /// A caller who may call the operation.
    pub fn lawful(&self, operation: &Operation) -> Caller {
        self.0.get(operation.who.as_str()).unwrap_or(&self.0["user"]).twin()
    }
}

/// Checks that a refusal has the command envelope of this operation. Returns the message.
pub fn refusal(operation: &Operation, reply: &Reply, status: u16) -> String {
    let (kind, result, message) = reply.command();
    // The vendor's PHP client expects the name of another operation for this failure.
    let wanted = match (operation.door.as_str(), operation.name.as_str()) {
        ("core", "downloadversionedfile") => "downloadfile",
        // These operations report a failure in the `meta` of their document, which has no field for
        // a name.
        ("core", "addshare" | "quickshare" | "updateshare")
        | ("admin", "addgroup" | "updategroup" | "getgroupbyname") => "",
        (_, name) => name,
    };
    assert_eq!((reply.status, kind.as_str(), result), (status, wanted, 0), "{reply:?}");
    assert!(!message.is_empty(), "refused without a word: {reply:?}");
    message
}

#[test]
fn the_description_fits_what_is_known_about_the_api() {
    let known = include_str!("../../../src/api/catalogue.tsv");
    for operation in OPERATIONS.iter() {
        assert!(["core", "admin"].contains(&operation.door.as_str()), "{}", operation.door);
        assert!(
            ["anyone", "user", "proxy", "visitor", "admin"].contains(&operation.who.as_str()),
            "{}",
            operation.who
        );
        let effects = ["immediate", "read", "write", "slow", "query", "upload", "file"];
        assert!(effects.contains(&operation.effect.as_str()), "{}", operation.effect);
        let side = if operation.door == "admin" { "admin" } else { "user" };
        let is_known = known
            .lines()
            .any(|line| line.to_lowercase().starts_with(&format!("{side}\t{}\t", operation.name)));
        assert_ne!(
            is_known, operation.is_extension,
            "{} is FileCloud's or an extension of cloudlet",
            operation.name
        );
        // Users may not call operations of the admin side.
        assert!(
            operation.door != "admin" || ["anyone", "admin"].contains(&operation.who.as_str()),
            "{}",
            operation.name
        );
        for parameter in &operation.parameters {
            // The value of a setting may be a token, and the tag of a mail always is one.
            let is_setting =
                [("setsetting", "value"), ("setconfigsetting", "value0"), ("verifyemail", "tag")]
                    .contains(&(operation.name.as_str(), parameter.name.as_str()));
            let looks_secret = is_setting
                || ["password", "code", "token", "secret", "dsc"]
                    .iter()
                    .any(|word| parameter.name.contains(word));
            assert_eq!(looks_secret, parameter.is_secret, "{} {}", operation.name, parameter.name);
        }
    }
}

#[test]
fn the_committed_page_and_types_are_those_that_the_program_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/API.md");
    let committed = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("API.md: {error}"));
    let printed = cloudlet(&Data::empty(), &["api"], "").succeeded();
    assert!(committed == printed, "API.md is out of date: cloudlet api > API.md");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/portal/replies.d.ts");
    let committed = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("replies.d.ts: {error}"));
    let types = cloudlet(&Data::empty(), &["api", "--types"], "").succeeded();
    assert!(committed == types, "out of date: cloudlet api --types > src/portal/replies.d.ts");
    for operation in OPERATIONS.iter() {
        assert!(printed.contains(&format!("\n#### {}\n", operation.name)), "{}", operation.name);
    }
}

#[test]
fn samples_are_escaped_as_urls_need_it() {
    assert_eq!(encoded("/a b&c=\u{e4}"), "%2Fa%20b%26c%3D%C3%A4");
}
