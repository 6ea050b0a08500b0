//! Mail. It is queued together with its change and sent by a thread, whatever the mail server does.
//! No text by people gets into its headers.

mod account_links;
mod invitations;
mod messages;
mod notices;
mod outbox;
mod people;
mod servers;
mod sign_in_code;
mod texts;

use crate::harness::{Caller, Data, Element, Launch, Protection, Server, SmtpSink};

/// A server, and the mail server to which it sends its mails.
fn start(protection: Protection) -> (Server, SmtpSink) {
    let sink = SmtpSink::start(protection);
    let server = launch(&sink, protection).start();
    (server, sink)
}

fn launch(sink: &SmtpSink, protection: Protection) -> Launch {
    let data = Data::with_accounts();
    let authority = data.path("authority.pem");
    std::fs::write(&authority, &sink.authority).unwrap();
    let security = match protection {
        Protection::None => "none",
        Protection::StartTls => "starttls",
        Protection::Tls => "tls",
    };
    Launch::on(data)
        .setting("SSL_CERT_FILE", authority.display())
        .setting("CLOUDLET_SMTP_HOST", "localhost")
        .setting("CLOUDLET_SMTP_PORT", sink.address.port())
        .setting("CLOUDLET_SMTP_SECURITY", security)
        .setting("CLOUDLET_MAIL_SENDER", "cloud@example.org")
}

/// The mails in the outbox, the newest first.
fn outbox(admin: &mut Caller) -> Vec<Element> {
    admin.administer("getmails", &[]).xml().all("mail").cloned().collect()
}
