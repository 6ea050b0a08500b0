//! A certificate authority of this machine's own, and the certificates that it issues.
//!
//! Phones and computers that trust the authority trust all its certificates. So it is limited to
//! the names of this machine and to addresses of home networks (RFC 5280, section 4.2.1.10): a
//! thief of its key cannot pretend to be another site.

use crate::base::ids;
use crate::error::{Error, Result};
use crate::http::tls::Pem;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PublicKeyData, SerialNumber,
};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::str::FromStr;

/// The years in which an authority is valid. They are fixed, because the clock of a small board may
/// be wrong when the authority is made.
const AUTHORITY_YEARS: (i32, i32) = (2020, 2049);

/// The addresses that an authority may certify, which are those of
/// [`is_local`](crate::base::network::is_local).
const HOME_NETWORKS: [&str; 8] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];

/// The maximum length of a serial number is 20 bytes (RFC 5280, section 4.1.2.2).
const SERIAL_BYTES: usize = 16;

/// Makes an authority for some names and for all addresses of home networks.
pub fn make(names: &[String]) -> Result<Pem> {
    let key = KeyPair::generate().map_err(Error::internal)?;
    let mut params = authority_params(&key);
    let networks = HOME_NETWORKS.iter().filter_map(|network| CidrSubnet::from_str(network).ok());
    let names = names.iter().filter(|name| name.parse::<IpAddr>().is_err());
    let subtrees = names.cloned().map(GeneralSubtree::DnsName).chain(networks.map(GeneralSubtree::IpAddress));
    params.name_constraints =
        Some(NameConstraints { permitted_subtrees: subtrees.collect(), excluded_subtrees: Vec::new() });
    params.not_before = rcgen::date_time_ymd(AUTHORITY_YEARS.0, 1, 1);
    params.not_after = rcgen::date_time_ymd(AUTHORITY_YEARS.1, 12, 31);
    let certificate = params.self_signed(&key).map_err(Error::internal)?;
    Ok(Pem { certificates: certificate.pem(), key: key.serialize_pem() })
}

/// Issues a certificate for a key, with some names and addresses. Returns it as PEM.
pub fn issue(authority_key: &str, key: &str, names: &[String], valid: (Date, Date)) -> Result<String> {
    let authority_key = KeyPair::from_pem(authority_key).map_err(Error::internal)?;
    let authority = authority_params(&authority_key);
    let key = KeyPair::from_pem(key).map_err(Error::internal)?;
    let mut params = CertificateParams::new(names).map_err(Error::internal)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "cloudlet");
    params.use_authority_key_identifier_extension = true;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    // Browsers refuse two certificates of one authority with the same number.
    params.serial_number = Some(SerialNumber::from(positive(ids::random_bytes::<SERIAL_BYTES>()).to_vec()));
    let midnight = |date: Date| {
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        rcgen::date_time_ymd(i32::from(date.year()), month, day)
    };
    (params.not_before, params.not_after) = (midnight(valid.0), midnight(valid.1));
    let issuer = Issuer::from_params(&authority, &authority_key);
    let certificate = params.signed_by(&key, &issuer).map_err(Error::internal)?;
    Ok(certificate.pem())
}

/// A new key, as PEM.
pub fn new_key() -> Result<String> {
    KeyPair::generate().map(|key| key.serialize_pem()).map_err(Error::internal)
}

/// The name of the authority with a key. Each authority has its own, so that nobody confuses those
/// of two machines.
pub fn name(key: &str) -> Result<String> {
    KeyPair::from_pem(key).map(|key| common_name(&key)).map_err(Error::internal)
}

fn authority_params(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name(key));
    // It issues no further authorities.
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn common_name(key: &KeyPair) -> String {
    let hash = Sha256::digest(key.subject_public_key_info());
    format!("cloudlet home authority {}", ids::hex(&hash[..4]))
}

/// The bytes as a positive number that has no leading zeros.
fn positive<const COUNT: usize>(mut bytes: [u8; COUNT]) -> [u8; COUNT] {
    bytes[0] = bytes[0] & 0x3f | 0x40;
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use std::sync::Arc;
    use std::time::Duration;

    const VALID: (Date, Date) = (date(2026, 11, 27), date(2027, 12, 29));

    /// True if a client that trusts the authority accepts a certificate of it for a name.
    fn is_accepted(pem: &Pem, name: &str) -> bool {
        let key = new_key().unwrap();
        let certificate = issue(&pem.key, &key, &[name.to_owned()], VALID).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(pem.certificates.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
        let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let day = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        verifier.verify_server_cert(&certificate, &[], &name, &[], day).is_ok()
    }

    #[test]
    fn an_authority_certifies_this_machine_and_home_addresses_alone() {
        let pem =
            make(&["localhost".into(), "nas".into(), "nas.local".into(), "192.168.1.2".into()]).unwrap();
        for name in
            ["localhost", "nas.local", "192.168.7.9", "10.1.2.3", "172.31.0.1", "127.0.0.1", "fd12::1", "::1"]
        {
            assert!(is_accepted(&pem, name), "{name}");
        }
        for name in ["example.com", "box.local", "mynas.local", "8.8.8.8", "172.32.0.1", "2001:db8::1", "::2"]
        {
            assert!(!is_accepted(&pem, name), "{name}");
        }
    }

    #[test]
    fn each_authority_has_a_name_of_its_own() {
        let (one, other) = (make(&[]).unwrap(), make(&[]).unwrap());
        assert_ne!(name(&one.key).unwrap(), name(&other.key).unwrap());
        assert_eq!(name(&one.key).unwrap(), name(&one.key).unwrap());
    }

    #[test]
    fn the_home_networks_are_those_that_count_as_local() {
        for network in HOME_NETWORKS {
            let address = network.split('/').next().unwrap().parse().unwrap();
            assert!(crate::base::network::is_local(address), "{network}");
            assert!(CidrSubnet::from_str(network).is_ok(), "{network}");
        }
    }
}
