//! Turns a failure into an answer: its envelope, its status and its word for programs.

use super::encode::{self, Format, TEXT, command, failed_document, plain};
use super::op::{Effect, Operation, Who};
use super::{error_code, page};
use crate::base::limits::RETRY_AFTER_SECONDS;
use crate::domain::accounts::sessions::Side;
use crate::error::{Code, Error, Reason};
use crate::http::{self, Response, Status};
use std::collections::BTreeSet;

/// The part of a reply in which an operation gives the reason of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// The command envelope.
    Command,
    /// The `meta` of a document with this root.
    Meta(&'static str),
    /// The sentence alone; a page for a browser that has sent a form.
    Sentence,
    /// The command envelope for programs, a page for a browser that opens a link.
    Page,
}

/// Operations whose failures the vendor's clients expect in the `meta` of the document, with its
/// root.
const IN_META: [(Side, &str, &str); 6] = [
    (Side::User, "addshare", "shares"),
    (Side::User, "quickshare", "shares"),
    (Side::User, "updateshare", "shares"),
    (Side::Admin, "addgroup", "groups"),
    (Side::Admin, "getgroupbyname", "groups"),
    (Side::Admin, "updategroup", "groups"),
];

/// The envelope of the failures of an operation (its name in lower case).
pub fn envelope(side: Side, operation: &str) -> Envelope {
    match (side, operation) {
        // Clients show the body of a refused upload unchanged.
        (Side::User, "upload") => return Envelope::Sentence,
        (Side::User, "openlink" | "getuploadform" | "share") => return Envelope::Page,
        _ => {}
    }
    let known = IN_META.iter().find(|(known, name, _)| *known == side && *name == operation);
    known.map_or(Envelope::Command, |(.., root)| Envelope::Meta(root))
}

/// The roots of all documents with failures in their `meta`.
pub fn roots() -> BTreeSet<&'static str> {
    IN_META.iter().map(|(.., root)| *root).collect()
}

/// The answer to a failed operation, with result 0 in its envelope and a word for programs.
pub fn answer(format: Format, side: Side, operation: &str, status: Status, error: &Error) -> Response {
    let message = match status {
        Status::UnprocessableContent => "bad request",
        _ => &error.message,
    };
    let response = match (envelope(side, operation), format) {
        (Envelope::Sentence | Envelope::Page, Format::Page(language)) => {
            encode::message_page(status, page::of_failure(operation, error, language))
        }
        (Envelope::Sentence, _) => {
            Response::new(status, TEXT, http::Content::Bytes(message.as_bytes().to_vec()))
                .header("Cache-Control", "no-store")
        }
        (Envelope::Meta(root), _) => plain(format, status, failed_document(format, root, message)),
        (Envelope::Command | Envelope::Page, _) => {
            plain(format, status, command(format, name_in_envelope(operation), 0, message))
        }
    };
    let response = match (error.code, &error.reason) {
        (_, Some(Reason::Wait(seconds))) => response.try_again(*seconds),
        (Code::Busy, _) => response.try_again(RETRY_AFTER_SECONDS),
        _ if error.is_of_unready_disk() => response.try_again(RETRY_AFTER_SECONDS),
        _ => response,
    };
    response.header(error_code::HEADER, error_code::value(error))
}

fn name_in_envelope(operation: &str) -> &str {
    match operation {
        // The vendor's PHP client expects the result at the position where this shorter name puts
        // it.
        "downloadversionedfile" => "downloadfile",
        name => name,
    }
}

/// True if a parameter of a sign-up is missing or is not an e-mail address. Programs distinguish
/// this from all other refusals.
fn is_malformed(error: &Error) -> bool {
    matches!(error.reason, None | Some(Reason::BadEmail))
}

/// The status of a failed operation. Many programs look only at the status, so a refused sign-in or
/// change has 400. A question that finds nothing has 200 and a failure in the envelope. Two such
/// cases have another status, because the vendor's client takes an envelope for "nothing has
/// changed": a sync client that must begin anew, and a disk that does not answer or is busy, which
/// nobody may take for an empty one.
pub fn status(error: &Error, operation: &Operation) -> Status {
    match (error.code, operation.effect) {
        _ if error.is_of_unready_disk() => Status::ServiceUnavailable,
        // For a sign-in no session can be missing.
        (Code::Unauthenticated, _) if operation.who != Who::Anyone => Status::Unauthorized,
        (Code::Gone, _) => Status::Gone,
        (Code::Invalid, _) if operation.name == "createprofile" && is_malformed(error) => {
            Status::UnprocessableContent
        }
        (code, Effect::File) => code.status(),
        (Code::Internal, effect) if effect.is_action() => Status::InternalServerError,
        (_, effect) if effect.is_action() => Status::BadRequest,
        _ => Status::Ok,
    }
}
