//! The HTTP statuses that this server sends (RFC 9110, section 15; 423 and 507: RFC 4918).

/// Declares each status once, with its number and its reason phrase, so that every status has one.
macro_rules! statuses {
    ($( $name:ident = $code:literal $reason:literal; )+) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Status {
            $( $name = $code, )+
        }

        impl Status {
            /// The reason phrase, for people only.
            pub fn reason(self) -> &'static str {
                match self {
                    $( Status::$name => $reason, )+
                }
            }
        }

        #[cfg(test)]
        const ALL: &[Status] = &[$( Status::$name, )+];
    };
}

statuses! {
    Ok = 200 "OK";
    PartialContent = 206 "Partial Content";
    SeeOther = 303 "See Other";
    NotModified = 304 "Not Modified";
    PermanentRedirect = 308 "Permanent Redirect";
    BadRequest = 400 "Bad Request";
    Unauthorized = 401 "Unauthorized";
    Forbidden = 403 "Forbidden";
    NotFound = 404 "Not Found";
    MethodNotAllowed = 405 "Method Not Allowed";
    RequestTimeout = 408 "Request Timeout";
    Conflict = 409 "Conflict";
    Gone = 410 "Gone";
    PreconditionFailed = 412 "Precondition Failed";
    ContentTooLarge = 413 "Content Too Large";
    UriTooLong = 414 "URI Too Long";
    UnsupportedMediaType = 415 "Unsupported Media Type";
    RangeNotSatisfiable = 416 "Range Not Satisfiable";
    ExpectationFailed = 417 "Expectation Failed";
    MisdirectedRequest = 421 "Misdirected Request";
    UnprocessableContent = 422 "Unprocessable Content";
    Locked = 423 "Locked";
    RequestHeaderFieldsTooLarge = 431 "Request Header Fields Too Large";
    InternalServerError = 500 "Internal Server Error";
    NotImplemented = 501 "Not Implemented";
    ServiceUnavailable = 503 "Service Unavailable";
    HttpVersionNotSupported = 505 "HTTP Version Not Supported";
    InsufficientStorage = 507 "Insufficient Storage";
}

impl Status {
    pub fn code(self) -> u16 {
        self as u16
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn every_status_has_a_number_of_its_own_and_words() {
        for (place, status) in ALL.iter().enumerate() {
            assert!(!status.reason().is_empty() && status.reason().is_ascii(), "{status:?}");
            // The names are RFC 9110's reason phrases without blanks and hyphens.
            let name: String = status.reason().chars().filter(|letter| letter.is_alphanumeric()).collect();
            assert_eq!(name.to_lowercase(), format!("{status:?}").to_lowercase());
            assert!(ALL[..place].iter().all(|other| other.code() < status.code()), "{status:?}");
        }
    }
}
