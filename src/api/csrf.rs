//! Protects against cross-site request forgery: refuses changing calls that a foreign web page may
//! have caused.
//!
//! A browser sends the cookies of a session with every request that a page causes, even if the page
//! is on another port of the same host. It tells the origin of a request in `Sec-Fetch-*` (only
//! over HTTPS and on localhost) and in `Origin` (but not with a GET for a picture). So a GET by a
//! browser passes only with the token, which no foreign page can read.

use super::authenticate::{Caller, XSRF};
use super::op::{Effect, Operation, Who};
use crate::error::{Code, Error, Result};
use crate::http::{Method, Request};

/// The value that FileCloud's web portals send before they have a token.
const NO_TOKEN: &str = "NONE";

/// Refuses a changing call that a foreign web page or a link may have caused.
///
/// # Errors
/// `Code::Forbidden`.
pub fn check(request: &Request, operation: &Operation, caller: &Caller) -> Result<()> {
    if !operation.effect.is_changing() {
        return Ok(());
    }
    if is_navigation(request) && !is_form_of_visitor(request, operation, caller) {
        return refused(
            "A link or a form in a web page cannot make this call, because it changes something.",
        );
    }
    let token = request.header(XSRF).filter(|token| !token.is_empty() && *token != NO_TOKEN);
    match token {
        Some(token) if caller.sessions().any(|session| session.xsrf == token) => Ok(()),
        // A visitor has no session, so a token that they send may be left from an earlier one.
        Some(_) if operation.who != Who::Anyone && !caller.is_visitor() => {
            refused("The X-XSRF-TOKEN header does not belong to this session.")
        }
        _ if has_own_source(request) => Ok(()),
        _ => refused("A web page has made this call without the X-XSRF-TOKEN header, so it was refused."),
    }
}

/// True if a browser opens a page or a frame by this request. Scripts cannot make such a request
/// themselves, and no page can set these headers.
pub fn is_navigation(request: &Request) -> bool {
    let names = |header, words: &[&str]| request.header(header).is_some_and(|word| words.contains(&word));
    names("sec-fetch-mode", &["navigate"])
        || names("sec-fetch-dest", &["document", "embed", "fencedframe", "frame", "iframe", "object"])
        // Browsers send only this over plain HTTP.
        || request.header("upgrade-insecure-requests").is_some()
}

/// True if a visitor sends a file with the form of this server, which works without scripts.
fn is_form_of_visitor(request: &Request, operation: &Operation, caller: &Caller) -> bool {
    let is_upload = operation.effect == Effect::Upload && *request.method() == Method::Post;
    let tells_source = request.header("sec-fetch-site").or(request.header("origin")).is_some();
    is_upload && caller.is_visitor() && tells_source && has_own_source(request)
}

/// True if a request without a token comes from this server's own pages, or from no page.
fn has_own_source(request: &Request) -> bool {
    let is_post = *request.method() == Method::Post;
    match (request.header("sec-fetch-site"), request.header("origin")) {
        // This is right even behind proxies that change the host.
        (Some(site), _) => site == "same-origin" && is_post,
        (None, Some(origin)) => request.is_own_origin(origin),
        // Browsers send `Origin` with every POST.
        (None, None) => is_post || !is_browser(request.header("user-agent").unwrap_or("")),
    }
}

/// Every browser begins its name like this. So does PowerShell, which is no browser.
fn is_browser(agent: &str) -> bool {
    agent.starts_with("Mozilla/") && !agent.contains("PowerShell/")
}

fn refused(sentence: &'static str) -> Result<()> {
    Err(Error::new(Code::Forbidden, sentence))
}
