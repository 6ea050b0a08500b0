//! Hands mails to a mail server (RFC 5321). No other module uses SMTP.
//!
//! `message` writes a mail, and `dialogue` speaks with the server. `line` is the connection. Its
//! time and its bytes are limited, so that a server that hangs, sends slowly or never stops sending
//! cannot block the thread. Messages, commands and replies are types of the library lettre.

mod dialogue;
mod line;
mod message;

pub use dialogue::deliver;
pub use message::{Letter, Mailbox, Words, is_address};

use crate::base::secret::Secret;
use crate::config::MailSecurity;
use std::time::Instant;

/// A mail server, and how to connect to it.
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    /// User and password, if the server needs them.
    pub login: Option<(String, Secret)>,
}

/// The longest time of a delivery.
pub struct Patience<'a> {
    pub until: Instant,
    /// True while the delivery may go on. False, for example, when the program stops.
    pub goes_on: &'a dyn Fn() -> bool,
}

/// The reason why a mail was not accepted, and a sentence with the server's reply.
#[derive(Debug)]
pub struct Failure {
    pub blame: Blame,
    pub said: String,
}

/// The cause of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The server does not work for any mail: it cannot be reached, is not trusted, or refuses the
    /// login or the sender.
    Server,
    /// The server does not accept this mail now, for example because of greylisting.
    MailForNow,
    /// The server will never accept this mail, for example because there is no such receiver.
    Mail,
}

impl Failure {
    fn of(blame: Blame, said: impl Into<String>) -> Failure {
        Failure { blame, said: said.into() }
    }
}
