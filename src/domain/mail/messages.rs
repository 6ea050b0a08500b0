//! Mails that people write to each other.

use super::{HOUR_SECONDS, Receiver, queue as queue_mail};
use crate::base::limits::mail::{MESSAGE_RECEIVERS_MAX, MESSAGES_HOURLY_MAX, SUBJECT_BYTES_MAX};
use crate::base::text::is_line;
use crate::error::{Code, Error, Reason, Result};
use crate::smtp;
use crate::store::Write;
use crate::store::mails::{self, MailKind};

/// The receivers in a text: addresses separated by commas.
///
/// # Errors
/// `Code::Invalid` for a bad address, for no address and for too many.
pub fn receivers(text: &str) -> Result<Vec<Receiver>> {
    let addresses: Vec<&str> = text.split(',').map(str::trim).filter(|address| !address.is_empty()).collect();
    if addresses.is_empty() || addresses.len() > MESSAGE_RECEIVERS_MAX {
        let sentence = format!("A mail has 1 to {MESSAGE_RECEIVERS_MAX} receivers.");
        return Err(Error::new(Code::Invalid, sentence));
    }
    if !addresses.iter().all(|address| smtp::is_address(address)) {
        return Err(Error::new(Code::Invalid, "This is not an e-mail address.").for_reason(Reason::BadEmail));
    }
    let receiver =
        |address: &str| Receiver { name: String::new(), address: address.to_owned(), language: None };
    Ok(addresses.into_iter().map(receiver).collect())
}

/// Queues a message for each of these receivers.
///
/// # Errors
/// `Code::Invalid` if the subject is not one line; `Code::Busy` if too many messages were sent
/// within an hour.
pub fn queue(tx: &Write, sender: &str, to: &[Receiver], subject: &str, message: &str) -> Result<()> {
    if !is_line(subject.trim(), SUBJECT_BYTES_MAX) {
        let sentence = format!("A subject is one line of 1 to {SUBJECT_BYTES_MAX} bytes.");
        return Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NotPlainText));
    }
    let sent = mails::count_since(tx, MailKind::Message, tx.now() - HOUR_SECONDS)?;
    if sent.unsigned_abs() + to.len() as u64 > MESSAGES_HOURLY_MAX {
        return Err(Error::new(
            Code::Busy,
            "Too many mails were sent within an hour. Please try again later.",
        ));
    }
    let values = [("sender", sender), ("subject", subject.trim()), ("message", message)];
    to.iter().try_for_each(|to| queue_mail(tx, MailKind::Message, to, &values))
}
