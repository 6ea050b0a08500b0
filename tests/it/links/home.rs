//! Links that work only in the home network.

use super::{Ground, ground_on, opened, refused};
use crate::harness::{Caller, Data, Launch};

/// A server behind a proxy on this machine, which tells the address of the client.
fn behind_proxy() -> Ground {
    ground_on(Launch::on(Data::with_accounts()).setting("CLOUDLET_TRUSTED_PROXIES", "127.0.0.0/8"))
}

fn from(ground: &Ground, address: &str) -> Caller {
    ground.guest().always("X-Forwarded-For", address)
}

#[test]
fn a_link_for_home_leads_nowhere_outside() {
    let mut ground = behind_proxy();
    let link = ground.link("/bob/Holiday", &[]);
    ground.change(&link, &[("homeonly", "1")]);
    for address in ["192.168.1.7", "10.1.2.3", "fd00::7", "fe80::7"] {
        let mut guest = from(&ground, address);
        assert!(guest.list_names(&link.path).contains(&"a.txt".to_owned()), "{address}");
        opened(&mut guest, &link.token);
    }
    for address in ["203.0.113.9", "2001:db8::7", "203.0.113.9, 192.168.1.7", "nonsense, 192.168.1.7"] {
        let mut guest = from(&ground, address);
        refused(&guest.core("getfilelist", &[("path", &link.path)]));
        let info = guest.core("getpublicshareinfo", &[("path", &link.path)]);
        assert_eq!(info.message(), "This link does not work. It may have ended.");
        refused(&guest.get(&format!("/url/{}", link.token)));
    }
    // A trusted proxy that tells no address may pass on a call from anywhere.
    refused(&ground.guest().core("getfilelist", &[("path", &link.path)]));
}

#[test]
fn a_proxy_or_a_tunnel_that_nobody_has_declared_brings_nobody_home() {
    let mut ground = ground_on(Launch::on(Data::with_accounts()));
    let link = ground.link("/bob/Holiday", &[]);
    ground.change(&link, &[("homeonly", "1")]);
    assert!(!ground.guest().list_names(&link.path).is_empty());
    for (name, value) in [
        ("X-Forwarded-For", "192.168.1.7"),
        ("Forwarded", "for=192.168.1.7"),
        ("X-Real-IP", "192.168.1.7"),
        ("Via", "1.1 proxy"),
        ("CF-Connecting-IP", "192.168.1.7"),
    ] {
        let mut guest = ground.guest().always(name, value);
        refused(&guest.core("getfilelist", &[("path", &link.path)]));
    }
}
