//! The certificate authority of this machine, for phones and computers that are to trust it.

use crate::api::authenticate::Guest;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::params;
use crate::api::record::{record, reply};
use crate::api::reply::{AuthorityBytes, Reply, Stream};
use crate::api::schema::words;
use crate::api::texts::Lines;
use crate::base::html::in_html;
use crate::base::qr::Qr;
use crate::domain::CloudView;
use crate::domain::accounts::certificate::{Authority, Certificate};
use crate::domain::accounts::pairing::BASE_URL_BYTES_MAX;
use crate::error::{Code, Error, Result};

ops! { CERTIFICATE: User "Authentication and system"
    /// Facts about the certificate with which this server uses TLS, and the address of the page that
    /// helps to trust it.
    "getcertificate" anyone read about(About) -> CertificateReply;
    /// The certificate of this machine's authority, for devices that are to trust the server.
    "downloadcertificate" anyone file download(Download) -> AuthorityBytes;
}

/// The operations that a device calls before it trusts the server.
pub const BEFORE_TRUST: [&str; 2] = ["getcertificate", "downloadcertificate"];

/// The source of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Authority,
    SelfSigned,
    Given,
    None,
}

words! {
    Origin {
        Authority = "authority",
        SelfSigned = "selfsigned",
        Given = "given",
        None = "none",
    }
}

/// The file in which a device takes a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    Der,
    Pem,
    Profile,
}

words! {
    FileForm {
        Der = "crt",
        Pem = "pem",
        Profile = "mobileconfig",
    }
}

params! {
    About {
        /// The address at which the caller reaches the cloud, for the address of the page.
        baseurl: Option<Lines<0, BASE_URL_BYTES_MAX>>,
    }
    Download {
        /// The form of the file: `crt` for Android, Windows and browsers, `mobileconfig` for
        /// iPhone, iPad and Mac, `pem` for scripts.
        format: FileForm = "crt",
    }
}

record! {
    /// The server's certificate.
    CertificateRecord {
        /// Its source: `authority` if this machine's own authority issued it, `selfsigned` if an
        /// earlier version of this program made it, `given` if the owner gave files, `none` if the
        /// server does not use TLS.
        origin: Origin,
        /// The name of the authority, as devices list it. Empty without one.
        name: String,
        /// The SHA-256 fingerprint of the authority's certificate, as devices show it. Empty without
        /// one.
        fingerprint: String,
        /// The address of the page that helps to trust the authority.
        url: String,
        /// The address as a QR code: rows of 1 for dark and 0 for light, separated by commas.
        qr: String,
    }
}

reply! {
    /// The server's certificate.
    CertificateReply = certificates()[certificate: CertificateRecord; 1];
}

fn about(view: &CloudView<'_>, _: &Guest, params: About) -> Result<Reply<CertificateReply>> {
    let url = view.certificate_page(params.baseurl.as_deref().filter(|url| !url.is_empty()))?;
    let origin = match view.certificate() {
        None => Origin::None,
        Some(Certificate::OfAuthority(_)) => Origin::Authority,
        Some(Certificate::SelfSigned) => Origin::SelfSigned,
        Some(Certificate::Given) => Origin::Given,
    };
    let authority = authority(view);
    Ok(Reply::one(CertificateRecord {
        origin,
        name: authority.map_or_else(String::new, |authority| authority.name.clone()),
        fingerprint: authority.map_or_else(String::new, Authority::fingerprint),
        qr: Qr::of(&url)?.rows(),
        url,
    }))
}

fn authority<'a>(view: &'a CloudView<'_>) -> Option<&'a Authority> {
    match view.certificate() {
        Some(Certificate::OfAuthority(authority)) => Some(authority),
        _ => None,
    }
}

fn download(context: &mut CallContext<'_>, _: &Guest, params: Download) -> Result<Reply<AuthorityBytes>> {
    let view = context.view();
    let missing = || Error::new(Code::NotFound, "This server has no certificate authority of its own.");
    let authority = authority(&view).ok_or_else(missing)?;
    let (content_type, bytes) = match params.format {
        FileForm::Der => ("application/x-x509-ca-cert", authority.certificate.clone()),
        FileForm::Pem => ("application/x-pem-file", authority.pem.clone().into_bytes()),
        FileForm::Profile => ("application/x-apple-aspen-config", profile(authority).into_bytes()),
    };
    Ok(Reply::stream(Stream {
        content_type,
        name: format!("cloudlet.{}", params.format.word()),
        length: Some(bytes.len() as u64),
        left_out: 0,
        produce: Box::new(move |out| out.write_all(&bytes)),
    }))
}

/// A configuration profile with the certificate
/// (developer.apple.com/documentation/devicemanagement/certificateroot).
fn profile(authority: &Authority) -> String {
    let name = in_html(&authority.name);
    // The lines between the first and the last are the certificate.
    let content: String =
        authority.pem.lines().filter(|line| !line.starts_with('-')).flat_map(|line| [line, "\n"]).collect();
    let (inner, outer) = (authority.id("certificate"), authority.id("profile"));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
<key>PayloadContent</key>
<array>
<dict>
<key>PayloadCertificateFileName</key>
<string>cloudlet.crt</string>
<key>PayloadContent</key>
<data>
{content}</data>
<key>PayloadDisplayName</key>
<string>{name}</string>
<key>PayloadIdentifier</key>
<string>cloudlet.certificate.{inner}</string>
<key>PayloadType</key>
<string>com.apple.security.root</string>
<key>PayloadUUID</key>
<string>{inner}</string>
<key>PayloadVersion</key>
<integer>1</integer>
</dict>
</array>
<key>PayloadDescription</key>
<string>With this certificate, this device trusts the cloud at home.</string>
<key>PayloadDisplayName</key>
<string>{name}</string>
<key>PayloadIdentifier</key>
<string>cloudlet.{outer}</string>
<key>PayloadType</key>
<string>Configuration</string>
<key>PayloadUUID</key>
<string>{outer}</string>
<key>PayloadVersion</key>
<integer>1</integer>
</dict>
</plist>
"#
    )
}
