//! The form of a body, by its content type.

use crate::http::{Multipart, Request};

/// The form of the parameters in a body.
#[derive(PartialEq, Eq)]
pub enum BodyKind {
    Form,
    Multipart,
    Other,
}

pub fn body_kind(request: &Request) -> BodyKind {
    // Some clients send a form without a content type.
    let media = request.header("content-type").unwrap_or("application/x-www-form-urlencoded");
    let media = media.split(';').next().unwrap_or("").trim();
    if media.is_empty() || media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        BodyKind::Form
    } else if Multipart::boundary_of(media).is_some() {
        BodyKind::Multipart
    } else {
        BodyKind::Other
    }
}
