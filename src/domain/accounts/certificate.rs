//! The facts about the server's TLS certificate that people need, so that their phones accept it.

use crate::base::ids;
use crate::domain::accounts::pairing::checked_base_url;
use crate::domain::{Cloud, CloudView};
use crate::error::Result;
use sha2::{Digest, Sha256};

/// The source of the server's certificate.
pub enum Certificate {
    /// The certificate authority of this machine has signed it. People can tell their phones and
    /// computers to trust that authority.
    OfAuthority(Authority),
    /// An older version of this program made it, without an authority.
    SelfSigned,
    /// The owner of the server has supplied it in files.
    Given,
}

/// The certificate authority of this machine.
pub struct Authority {
    /// The name by which phones and computers list it.
    pub name: String,
    /// Its own certificate in DER.
    pub certificate: Vec<u8>,
    /// The same in PEM.
    pub pem: String,
}

impl Authority {
    /// The SHA-256 checksum of the certificate, as devices show it.
    pub fn fingerprint(&self) -> String {
        let hash = Sha256::digest(&self.certificate);
        let pairs: Vec<String> = hash.iter().map(|byte| format!("{byte:02X}")).collect();
        pairs.join(":")
    }

    /// An identifier in the form of a UUID (version 8, RFC 9562) that is always the same for the same
    /// authority and purpose.
    pub fn id(&self, purpose: &str) -> String {
        let hash = Sha256::new().chain_update(purpose).chain_update(&self.certificate).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        ids::in_uuid_form(bytes)
    }
}

impl Cloud {
    /// Sets the certificate of the server. Only the first call counts.
    pub fn is_secured_by(&self, certificate: Certificate) {
        self.certificate.get_or_init(|| certificate);
    }
}

impl CloudView<'_> {
    /// The certificate of the server. `None` if it does not use TLS.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.cloud.certificate.get()
    }

    /// The address of the page that helps to trust the certificate. `base_url` is the address at
    /// which the caller reaches the cloud. Without it, an address without TLS is preferred, because a
    /// phone that does not trust the server yet shows a warning at the others.
    ///
    /// # Errors
    /// `Code::Invalid` if `base_url` is not a valid address.
    pub fn certificate_page(&self, base_url: Option<&str>) -> Result<String> {
        let base = match base_url {
            Some(url) => checked_base_url(url)?,
            None => {
                let addresses = self.pairing_addresses();
                let plain = addresses.iter().find(|address| address.starts_with("http://"));
                plain.or(addresses.first()).cloned().unwrap_or_default()
            }
        };
        Ok(format!("{}/certificate/", base.trim_end_matches('/')))
    }
}
