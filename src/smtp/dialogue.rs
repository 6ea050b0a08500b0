//! The dialogue with a mail server: greeting, TLS, login, one mail.

use super::line::{Line, unreachable};
use super::message::{Letter, one_line};
use super::{Blame, Failure, MailServer, Patience};
use crate::base::limits::mail::SAID_LETTERS_MAX;
use crate::base::secret::Secret;
use crate::config::MailSecurity;
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Data, Ehlo, Mail, Quit, Rcpt, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter, ServerInfo};
use lettre::transport::smtp::response::{Response, Severity};
use std::net::IpAddr;

/// The login mechanisms in the order of preference. PLAIN needs one reply less.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];
/// The maximum number of questions in a login. LOGIN asks for user and password.
const CHALLENGES_MAX: usize = 3;

struct Dialogue<'a> {
    line: Line<'a>,
    /// The server's capabilities.
    info: ServerInfo,
}

/// Hands a mail to a server. Returns the server's reply when it has accepted the mail.
///
/// # Errors
/// The reason why it was not accepted, and whether another try may succeed.
pub fn deliver(server: &MailServer, letter: &Letter, patience: &Patience<'_>) -> Result<String, Failure> {
    let mut dialogue = Dialogue::begin(server, patience)?;
    if let Some((user, password)) = &server.login {
        dialogue.log_in(user, password)?;
    }
    let said = dialogue.hand_over(letter)?;
    // The server has accepted the mail, so a failure from here on does not matter.
    drop(dialogue.command(Quit, Blame::Server));
    Ok(said)
}

impl<'a> Dialogue<'a> {
    fn begin(server: &MailServer, patience: &'a Patience<'a>) -> Result<Dialogue<'a>, Failure> {
        let mut line = Line::connect(server, patience)?;
        if server.security == MailSecurity::Tls {
            line.secure(&server.host)?;
        }
        let mut dialogue = Dialogue { line, info: ServerInfo::default() };
        dialogue.answer("The server refuses connections", Blame::Server)?;
        dialogue.greet()?;
        if server.security == MailSecurity::StartTls {
            if !dialogue.info.supports_feature(Extension::StartTls) {
                let sentence = "The server does not offer STARTTLS, so nothing was sent. Perhaps the port is wrong, or \
                                somebody on the way removed the offer.";
                return Err(unreachable(sentence.into()));
            }
            dialogue.command(Starttls, Blame::Server)?;
            dialogue.line.secure(&server.host)?;
            // Anybody could have sent what came before TLS, so the greeting is repeated.
            dialogue.greet()?;
        }
        Ok(dialogue)
    }

    fn greet(&mut self) -> Result<(), Failure> {
        let client = match self.line.local().to_canonical() {
            IpAddr::V4(address) => ClientId::Ipv4(address),
            IpAddr::V6(address) => ClientId::Ipv6(address),
        };
        let answer = self.command(Ehlo::new(client), Blame::Server)?;
        self.info = ServerInfo::from_response(&answer).map_err(|_| not_smtp())?;
        Ok(())
    }

    fn log_in(&mut self, user: &str, password: &Secret) -> Result<(), Failure> {
        if !self.line.is_private() {
            let sentence = "The password was not sent, because the connection is not encrypted.";
            return Err(unreachable(sentence.into()));
        }
        let Some(mechanism) = self.info.get_auth_mechanism(MECHANISMS) else {
            let sentence =
                "The server offers no login with a password. Leave the user empty, or choose another port.";
            return Err(unreachable(sentence.into()));
        };
        let credentials = Credentials::new(user.to_owned(), password.reveal().to_owned());
        let begin = Auth::new(mechanism, credentials.clone(), None).map_err(|_| not_smtp())?;
        let mut answer = self.command(begin, Blame::Server)?;
        for _ in 0..CHALLENGES_MAX {
            if !answer.has_code(334) {
                return Ok(());
            }
            let next = Auth::new_from_response(mechanism, credentials.clone(), &answer);
            answer = self.command(next.map_err(|_| not_smtp())?, Blame::Server)?;
        }
        Err(not_smtp())
    }

    fn hand_over(&mut self, letter: &Letter) -> Result<String, Failure> {
        let needs_utf8 = [&letter.from, &letter.to].iter().any(|address| !address.to_string().is_ascii());
        let mut parameters = Vec::new();
        if needs_utf8 {
            if !self.info.supports_feature(Extension::SmtpUtfEight) {
                let sentence = "The server accepts only the letters a to z in addresses.";
                return Err(Failure::of(Blame::Mail, sentence));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let address = |address: &Address| address.clone();
        self.command(Mail::new(Some(address(&letter.from)), parameters), Blame::Server)?;
        self.command(Rcpt::new(address(&letter.to), Vec::new()), Blame::Mail)?;
        let answer = self.command(Data, Blame::Mail)?;
        if !answer.has_code(354) {
            return Err(not_smtp());
        }
        self.line.send(&letter.transparent())?;
        let answer = self.answer("The server refused the mail", Blame::Mail)?;
        Ok(said(&answer))
    }

    fn command(&mut self, command: impl std::fmt::Display, blame: Blame) -> Result<Response, Failure> {
        self.line.send(command.to_string().as_bytes())?;
        self.answer("The server refused", blame)
    }

    /// The server's reply to the last command. If the server refuses only this mail for now, the
    /// failure does not stop other mails.
    fn answer(&mut self, refused: &str, blame: Blame) -> Result<Response, Failure> {
        let answer: Response = self.line.answer()?.parse().map_err(|_| not_smtp())?;
        let blame = match answer.code().severity {
            Severity::PositiveCompletion | Severity::PositiveIntermediate => return Ok(answer),
            Severity::TransientNegativeCompletion if blame == Blame::Mail => Blame::MailForNow,
            _ => blame,
        };
        Err(Failure::of(blame, format!("{refused}: {}", said(&answer))))
    }
}

fn not_smtp() -> Failure {
    unreachable("The server's answer is not that of a mail server.".into())
}

/// A server's reply as one line.
fn said(answer: &Response) -> String {
    let words: Vec<&str> = answer.message().collect();
    one_line(&format!("{} {}", answer.code(), words.join(" ")), SAID_LETTERS_MAX)
}
