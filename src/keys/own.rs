//! The certificate that this program makes for itself, in a folder of the data directory. It follows
//! the names and addresses of the machine, and is renewed before it ends.
//!
//! Above the certificate, its file says for what and for how long it is (texts outside of the
//! encoded part are allowed by RFC 7468, section 2), so that nothing here has to decode it.

use super::{PEM_BYTES_MAX, authority, read};
use crate::base::network::is_local;
use crate::disk::local::{create_private_directory, read_text, write_private};
use crate::domain::KEYS_NAME;
use crate::domain::accounts::certificate::Authority;
use crate::error::{Code, Error, Result};
use crate::host_names::machine_name;
use crate::http::local_addresses;
use jiff::civil::Date;
use jiff::{ToSpan, Zoned};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::HashSet;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// The domains that home routers and mDNS append to the name of a machine.
const HOME_DOMAINS: [&str; 6] = ["local", "lan", "home", "home.arpa", "fritz.box", "internal"];
/// The number of days for which a certificate is valid. Apple accepts 825 days at most, and 398
/// from public authorities (support.apple.com/102028, support.apple.com/103214).
const VALID_DAYS: i32 = 397;
/// A certificate is valid from this many days before it was made, because clocks differ.
const EARLIER_DAYS: i32 = 2;
/// A certificate is renewed this many days before its end.
const RENEWED_DAYS: i32 = 60;
/// The time between two looks at the names and addresses of the machine.
const LOOK_TIME: Duration = Duration::from_secs(5 * 60);

/// The own certificate of this machine.
pub struct Own {
    folder: PathBuf,
    /// The name of the server on the local network. Empty if it is not announced.
    local_name: String,
}

/// The facts in the text above a certificate.
#[derive(Debug, PartialEq, Eq)]
struct Scope {
    names: Vec<String>,
    valid: (Date, Date),
}

impl Own {
    pub fn new(data: &Path, local_name: &str) -> Own {
        Own { folder: data.join(KEYS_NAME), local_name: local_name.to_owned() }
    }

    pub fn certificates(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.folder.join("key.pem")
    }

    fn authority_certificate(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    fn authority_key(&self) -> PathBuf {
        self.folder.join("authority-key.pem")
    }

    /// Makes what is missing, and renews a certificate that is due.
    pub fn prepare(&self) -> Result<()> {
        create_private_directory(&self.folder)?;
        let has = |path: &Path| read_text(path, PEM_BYTES_MAX).map(|text| text.is_some());
        if !has(&self.authority_certificate())? {
            if has(&self.certificates())? {
                // Made by a version without an authority, or put there by the owner.
                return Ok(());
            }
            self.make_authority()?;
        }
        match self.renew_if_due() {
            // The server can still be reached with the certificate that it has.
            Err(error) if has(&self.certificates())? => {
                log::warn!("the TLS certificate could not be renewed: {error}");
                Ok(())
            }
            other => other,
        }
    }

    fn make_authority(&self) -> Result<()> {
        let names = self.machine_names();
        let pem = authority::make(&names)?;
        let text = format!("Names: {}\n{}", names.join(" "), pem.certificates);
        // The certificate is written last: its presence means that both files are complete.
        write_private(&self.authority_key(), pem.key.as_bytes())?;
        write_private(&self.authority_certificate(), text.as_bytes())?;
        log::info!("made a certificate authority for {} and for addresses at home", names.join(", "));
        Ok(())
    }

    /// The authority that phones can trust. `None` if the certificate comes from none.
    pub fn authority(&self) -> Result<Option<Authority>> {
        let Some(text) = read_text(&self.authority_certificate(), PEM_BYTES_MAX)? else { return Ok(None) };
        let certificate = CertificateDer::from_pem_slice(text.as_bytes())
            .map_err(|error| unusable(&self.authority_certificate()).because(error))?;
        let name = authority::name(&read(&self.authority_key())?)?;
        let pem = text.find("-----BEGIN").map_or("", |begin| &text[begin..]).to_owned();
        Ok(Some(Authority { name, certificate: certificate.to_vec(), pem }))
    }

    /// Issues a certificate if there is none, if the present one ends soon or is not valid yet, or
    /// if the machine has a name or an address that is not in it.
    fn renew_if_due(&self) -> Result<()> {
        let Some(limits) = read_text(&self.authority_certificate(), PEM_BYTES_MAX)? else { return Ok(()) };
        let permitted = names_of(&limits);
        let names: Vec<String> =
            self.machine_names().into_iter().filter(|name| is_permitted(name, &permitted)).collect();
        let today = Zoned::now().date();
        let present = read_text(&self.certificates(), PEM_BYTES_MAX)?;
        let is_due = match present.as_deref().map(Scope::read) {
            None => true,
            Some(Some(scope)) => !scope.serves(&names, today),
            // The owner has put it there.
            Some(None) => false,
        };
        if !is_due {
            return Ok(());
        }
        let days = |days: i32| today.saturating_add(days.days());
        let scope = Scope { names, valid: (days(-EARLIER_DAYS), days(VALID_DAYS - EARLIER_DAYS)) };
        let key = match read_text(&self.key(), PEM_BYTES_MAX)? {
            Some(key) => key,
            None => {
                let key = authority::new_key()?;
                write_private(&self.key(), key.as_bytes())?;
                key
            }
        };
        // The key stays the same, so that it belongs to the certificate at every moment.
        let certificate = authority::issue(&read(&self.authority_key())?, &key, &scope.names, scope.valid)?;
        write_private(&self.certificates(), format!("{}{certificate}", scope.text()).as_bytes())?;
        log::info!("made a TLS certificate until {} for {}", scope.valid.1, scope.names.join(", "));
        Ok(())
    }

    /// The names and addresses by which other machines at home reach this one.
    fn machine_names(&self) -> Vec<String> {
        let host = machine_name().to_lowercase();
        let in_domains = HOME_DOMAINS.iter().map(|domain| format!("{host}.{domain}"));
        let mut names: Vec<String> = vec!["localhost".to_owned(), host.clone()];
        names.extend(in_domains.filter(|_| !host.is_empty() && !host.contains('.')));
        names.extend(
            Some(&self.local_name).filter(|name| !name.is_empty()).map(|name| format!("{name}.local")),
        );
        let addresses = [true, false].into_iter().flat_map(local_addresses);
        names.extend(addresses.filter(|address| is_local(*address)).map(|address| address.to_string()));
        names.retain(|name| !name.is_empty() && name.is_ascii());
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }
}

/// An authority is limited to the names that the machine had when it was made.
fn is_permitted(name: &str, permitted: &[String]) -> bool {
    name.parse::<IpAddr>().is_ok() || permitted.iter().any(|one| one == name)
}

fn names_of(text: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("Names: "));
    line.map_or_else(Vec::new, |names| names.split_whitespace().map(str::to_owned).collect())
}

fn unusable(path: &Path) -> Error {
    let sentence = format!(
        "The TLS file {} cannot be used. Remove its folder to let the server make new ones at the next start.",
        path.display()
    );
    Error::new(Code::Invalid, sentence)
}

impl Scope {
    fn read(text: &str) -> Option<Scope> {
        let (from, until) = text.lines().find_map(|line| line.strip_prefix("Valid: "))?.split_once(' ')?;
        Some(Scope { names: names_of(text), valid: (from.parse().ok()?, until.parse().ok()?) })
    }

    fn text(&self) -> String {
        format!("Names: {}\nValid: {} {}\n", self.names.join(" "), self.valid.0, self.valid.1)
    }

    /// True if the certificate is for all of some names, and stays so for a while.
    fn serves(&self, names: &[String], today: Date) -> bool {
        let (from, until) = self.valid;
        names.iter().all(|name| self.names.contains(name))
            && from <= today
            && today < until.saturating_sub(RENEWED_DAYS.days())
    }
}

/// Renews the own certificate while the server runs.
pub struct Renewal {
    /// Dropping this ends the thread.
    _stop: mpsc::Sender<()>,
}

impl Renewal {
    pub fn start(own: Option<Own>) -> Result<Renewal> {
        let (stop, stopped) = mpsc::channel();
        let Some(own) = own else { return Ok(Renewal { _stop: stop }) };
        let look = move || {
            while stopped.recv_timeout(LOOK_TIME) == Err(RecvTimeoutError::Timeout) {
                if let Err(error) = own.renew_if_due() {
                    log::warn!("the TLS certificate could not be renewed: {error}");
                }
            }
        };
        thread::Builder::new().name("certificate".into()).spawn(look).map_err(Error::internal)?;
        Ok(Renewal { _stop: stop })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_scope_is_read_as_it_was_written() {
        let scope = Scope {
            names: vec!["nas.local".into(), "192.168.1.2".into(), "fd00::2".into()],
            valid: (date(2026, 11, 27), date(2027, 12, 29)),
        };
        let file = format!("{}-----BEGIN CERTIFICATE-----\nx\n", scope.text());
        assert_eq!(Scope::read(&file), Some(scope));
        for nothing in ["", "-----BEGIN CERTIFICATE-----\nx\n", "Valid: soon later\n", "Valid: 2026-11-27\n"]
        {
            assert_eq!(Scope::read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_certificate_serves_from_its_first_day_until_two_months_before_its_end() {
        let scope = Scope { names: vec!["nas".into()], valid: (date(2026, 1, 10), date(2027, 1, 10)) };
        let nas = vec!["nas".to_owned()];
        for (day, wanted) in [
            (date(2026, 1, 9), false),
            (date(2026, 1, 10), true),
            (date(2026, 11, 10), true),
            (date(2026, 11, 11), false),
            (date(2027, 1, 11), false),
        ] {
            assert_eq!(scope.serves(&nas, day), wanted, "{day}");
        }
        assert!(!scope.serves(&["nas".to_owned(), "nas.local".to_owned()], date(2026, 5, 1)));
    }

    #[test]
    fn an_authority_is_asked_for_nothing_beyond_its_limits() {
        let permitted = names_of("Names: localhost nas nas.local\n-----BEGIN");
        assert!(is_permitted("nas.local", &permitted) && is_permitted("10.0.0.7", &permitted));
        assert!(!is_permitted("box.local", &permitted));
    }
}
