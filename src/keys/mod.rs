//! The source of the TLS certificate: files that the settings name, or a certificate of this
//! machine's own authority.

mod authority;
mod own;

pub use own::Renewal;

use crate::base::guarded::Guarded;
use crate::config::Config;
use crate::disk::local::read_text;
use crate::domain::accounts::certificate::Certificate;
use crate::error::{Code, Error, Result};
use crate::http::tls::{KeySource, Keys, Pem};
use own::Own;
use std::path::{Path, PathBuf};

const PEM_BYTES_MAX: u64 = 1 << 20;

/// The keys and facts for serving with TLS. All of it is absent without TLS.
#[derive(Default)]
pub struct Loaded {
    pub keys: Option<Keys>,
    /// The facts about the certificate for people.
    pub certificate: Option<Certificate>,
    /// The certificate, if this program renews it.
    pub own: Option<Own>,
}

/// Loads the keys for TLS, if the server uses it. If the settings name none, a certificate of this
/// machine's own is used, and made now if there is none.
///
/// # Errors
/// Names the file that is missing or that cannot be read, written or used.
pub fn load(data: &Path, config: &Config) -> Result<Loaded> {
    if config.listen_tls.is_empty() {
        return Ok(Loaded::default());
    }
    match (config.tls_certificate.0.as_str(), config.tls_key.0.as_str()) {
        ("", "") => {
            let own = Own::new(data, &config.mdns_name.0);
            own.prepare()?;
            let keys = keys(own.certificates(), own.key())?;
            let authority = own.authority()?;
            if let Some(authority) = &authority {
                let (name, fingerprint) = (&authority.name, authority.fingerprint());
                log::info!(
                    "TLS certificates come from \"{name}\" with the SHA-256 fingerprint {fingerprint}"
                );
            }
            let certificate = authority.map_or(Certificate::SelfSigned, Certificate::OfAuthority);
            Ok(Loaded { keys: Some(keys), certificate: Some(certificate), own: Some(own) })
        }
        ("", _) | (_, "") => {
            let sentence = "The settings tls_certificate and tls_key belong together: set both or none.";
            Err(Error::new(Code::Invalid, sentence))
        }
        (certificates, key) => {
            let keys = keys(PathBuf::from(certificates), PathBuf::from(key))?;
            Ok(Loaded { keys: Some(keys), certificate: Some(Certificate::Given), own: None })
        }
    }
}

fn keys(certificates: PathBuf, key: PathBuf) -> Result<Keys> {
    let used = format!("They are read from {} and {}.", certificates.display(), key.display());
    let last = Guarded::new(None);
    let source: KeySource = Box::new(move || {
        let pem = Pem { certificates: read(&certificates)?, key: read(&key)? };
        let mut last = last.lock();
        Ok(if last.as_ref() == Some(&pem) { None } else { Some(last.insert(pem).clone()) })
    });
    Keys::new(source).map_err(|error| match error.code {
        Code::Invalid => {
            let sentence = format!("{} {used}", error.message);
            error.saying(sentence)
        }
        _ => error,
    })
}

fn read(path: &Path) -> Result<String> {
    let missing = || Error::new(Code::NotFound, format!("The TLS file {} does not exist.", path.display()));
    read_text(path, PEM_BYTES_MAX)?.ok_or_else(missing)
}
