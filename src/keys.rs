//! The source of the TLS certificate: files that the settings name, or a certificate that is made
//! at the first start for the names and addresses that the machine has at that time.

use crate::base::guarded::Guarded;
use crate::config::Config;
use crate::disk::local::{create_private_directory, read_text, write_private};
use crate::error::{Code, Error, Result};
use crate::host_names::machine_name;
use crate::http::local_addresses;
use crate::http::tls::{KeySource, Keys, Pem, self_signed};
use std::path::{Path, PathBuf};

/// The folder in the data directory for a certificate made by this program.
const FOLDER_NAME: &str = "tls";
const PEM_BYTES_MAX: u64 = 1 << 20;

/// Loads the keys for TLS. If the settings name none and none has been made, a self-signed
/// certificate is made now.
///
/// # Errors
/// Names the file that is missing or that cannot be read, written or used.
pub fn load(data: &Path, config: &Config) -> Result<Keys> {
    let own = data.join(FOLDER_NAME);
    let (certificates, key) = match (config.tls_certificate.0.as_str(), config.tls_key.0.as_str()) {
        ("", "") => (own.join("certificate.pem"), own.join("key.pem")),
        ("", _) | (_, "") => {
            let sentence = "The settings tls_certificate and tls_key belong together: set both or none.";
            return Err(Error::new(Code::Invalid, sentence));
        }
        (certificates, key) => (PathBuf::from(certificates), PathBuf::from(key)),
    };
    if certificates.starts_with(&own) && read_text(&certificates, PEM_BYTES_MAX)?.is_none() {
        make(&own, &certificates, &key, &config.mdns_name.0)?;
    }
    let used = format!("They are read from {} and {}.", certificates.display(), key.display());
    let last = Guarded::new(None);
    let source: KeySource = Box::new(move || {
        let pem = Pem { certificates: read(&certificates)?, key: read(&key)? };
        let mut last = last.lock();
        Ok(if last.as_ref() == Some(&pem) { None } else { Some(last.insert(pem).clone()) })
    });
    Keys::new(source).map_err(|error| match error.code {
        Code::Invalid => Error { message: format!("{} {used}", error.message).into(), ..error },
        _ => error,
    })
}

fn read(path: &Path) -> Result<String> {
    let missing = || Error::new(Code::NotFound, format!("The TLS file {} does not exist.", path.display()));
    read_text(path, PEM_BYTES_MAX)?.ok_or_else(missing)
}

fn make(folder: &Path, certificates: &Path, key: &Path, local_name: &str) -> Result<()> {
    let host = machine_name();
    let mut names = vec!["localhost".to_owned(), format!("{host}.local"), host];
    let local_name = Some(local_name).filter(|name| !name.is_empty()).map(|name| format!("{name}.local"));
    names.extend(local_name.filter(|name| !names.contains(name)));
    names.extend([true, false].into_iter().flat_map(local_addresses).map(|address| address.to_string()));
    let pem = self_signed(&names)?;
    create_private_directory(folder)?;
    // The certificate is written last: its presence means that both files are complete.
    write_private(key, pem.key.as_bytes())?;
    write_private(certificates, pem.certificates.as_bytes())?;
    log::info!("made a self-signed TLS certificate for {}", names.join(", "));
    Ok(())
}
