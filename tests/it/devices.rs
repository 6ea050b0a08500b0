//! Devices. They wait for approval, sign in with a code of their own, and are signed out at once
//! when they are blocked.

use crate::harness::{Authenticator, Caller, Element, PASSWORD, Reply, Server};

const ID: &str = "0b1f2c3d-4e5f-6789-abcd-ef0123456789";

fn sign_in(caller: &mut Caller, proof: (&str, &str)) -> Reply {
    let fields =
        [("userid", "bob"), proof, ("remote_client_id", ID), ("remote_client_disp_name", "Bob's laptop")];
    caller.core("loginguest", &fields)
}

fn request(caller: &mut Caller, name: &str) -> Reply {
    let fields = [("userid", name), ("remote_client_id", ID), ("remote_client_disp_name", "Bob's laptop")];
    caller.core("requestdeviceaccess", &fields)
}

fn own(caller: &mut Caller) -> Vec<Element> {
    caller.core("getrmcclients", &[("userid", "bob")]).xml().all("rmc_client").cloned().collect()
}

fn approve(caller: &mut Caller) -> Reply {
    caller.core("approvedeviceaccess", &[("remote_client_id", ID)])
}

fn tell(admin: &mut Caller, command: &str, message: &str) -> Reply {
    let fields = [("remote_client_id", ID), ("remote_command_id", command), ("message", message)];
    admin.administer("addrmccommand", &fields)
}

#[test]
fn a_device_asks_is_approved_and_signs_in_with_its_code() {
    let server = Server::start();
    let (mut device, mut bob) = (server.guest(), server.user("bob"));
    approve(&mut bob).refused();
    let asked = request(&mut device, "bob").done();
    assert_eq!(asked.message(), request(&mut device, "nobody").done().message(), "no account is told of");
    let listed = own(&mut bob);
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(listed[0].number("remote_client_status"), 1);
    sign_in(&mut device, ("dsc", "aaaa-bbbb-cccc")).refused();
    let code = approve(&mut bob).done().message();
    for id in ["another", ""] {
        let fields = [("userid", "bob"), ("dsc", code.as_str()), ("remote_client_id", id)];
        device.core("loginguest", &fields).refused();
    }
    sign_in(&mut device, ("dsc", &code)).done();
    assert!(device.is_signed_in());
    let fields = [("userid", "bob"), ("dsc", code.as_str()), ("remote_client_id", ID)];
    server.guest().core("rmcloginguest", &fields).done();
    assert_eq!(own(&mut bob)[0].number("remote_client_status"), 2);
    // A new password makes the code invalid, too.
    let change = [("oldpassword", PASSWORD), ("newpassword", "wholly other words")];
    bob.core("updatepassword", &change).done();
    assert!(!device.is_signed_in());
    sign_in(&mut device, ("dsc", &code)).refused();
}

#[test]
fn a_blocked_device_ends_at_once_and_its_owner_cannot_undo_an_admins_block() {
    let server = Server::start();
    let (mut admin, mut device, mut bob) = (server.admin(), server.guest(), server.user("bob"));
    sign_in(&mut device, ("password", PASSWORD)).done();
    let block = |bob: &mut Caller, is: &str| {
        bob.core("setdeviceblocked", &[("remote_client_id", ID), ("isblocked", is)])
    };
    block(&mut bob, "1").done();
    assert!(!device.is_signed_in() && bob.is_signed_in());
    assert!(sign_in(&mut device, ("password", PASSWORD)).refused().contains("blocked"));
    block(&mut bob, "0").done();
    sign_in(&mut device, ("password", PASSWORD)).done();

    tell(&mut admin, "10001", "").done();
    assert!(!device.is_signed_in() && bob.is_signed_in());
    block(&mut bob, "0").refused();
    bob.core("deletedevice", &[("remote_client_id", ID)]).refused();
    sign_in(&mut device, ("password", PASSWORD)).refused();
    // The device asks without a session for its commands, and reports that it has carried them out.
    let asked = [("userid", "bob"), ("remote_client_id", ID)];
    let told = device.core("getrmccommands", &asked).xml();
    let command = told.child("rmc_command").clone();
    assert_eq!(command.number("remote_command_id"), 10001);
    let wrong = [("command_rids", "000000000000000000000063"), ("remote_client_id", ID)];
    device.core("ackrmccommands", &wrong).refused();
    let done = [("command_rids", command.field("rid")), ("remote_client_id", ID)];
    device.core("ackrmccommands", &done).done();
    assert_eq!(device.core("getrmccommands", &asked).xml().all("rmc_command").count(), 0);
    sign_in(&mut device, ("password", PASSWORD)).refused();

    admin.administer("allowrmcclient", &[("remote_client_id", ID)]).done();
    sign_in(&mut device, ("password", PASSWORD)).done();
    admin.administer("removermcclient", &[("remote_client_id", ID)]).done();
    assert!(!device.is_signed_in() && own(&mut bob).is_empty());
    admin.administer("removermcclient", &[("remote_client_id", ID)]).refused();
}

#[test]
fn where_devices_are_not_free_an_admin_allows_each_before_its_owner() {
    let server = Server::start();
    let (mut admin, mut device, mut bob) = (server.admin(), server.guest(), server.user("bob"));
    let policy = [("username", "bob"), ("TONIDOCLOUD_ALLOW_DEVICES", "0")];
    admin.administer("updatepolicyforuser", &policy).done();
    assert!(sign_in(&mut device, ("password", PASSWORD)).refused().contains("administrator"));
    assert_eq!(request(&mut device, "bob").result(), 2);
    approve(&mut bob).refused();
    let all = admin.administer("getrmcclients", &[("userid", "bob")]).xml();
    assert_eq!(all.child("rmc_client").number("waitsforadmin"), 1);
    admin.administer("allowrmcclient", &[("remote_client_id", ID)]).done();
    assert_eq!(request(&mut device, "bob").result(), 1);
    let code = approve(&mut bob).done().message();
    sign_in(&mut device, ("dsc", &code)).done();
    sign_in(&mut device, ("password", PASSWORD)).done();
}

#[test]
fn messages_are_told_and_taken_back_and_nobody_acts_on_devices_of_others() {
    let server = Server::start();
    let (mut admin, mut device, mut bob) = (server.admin(), server.guest(), server.user("bob"));
    sign_in(&mut device, ("password", PASSWORD)).done();
    tell(&mut admin, "10000", "Please call me").done();
    tell(&mut admin, "10003", "").refused();
    let told = device.core("getrmccommands", &[("remote_client_id", ID)]).xml();
    assert_eq!(told.child("rmc_command").field("message"), "Please call me");
    assert_eq!(own(&mut bob)[0].number("pending_actions_count"), 1);
    let mut other = server.user("bobby");
    assert_eq!(other.core("getrmccommands", &[("remote_client_id", ID)]).xml().all("rmc_command").count(), 0);
    let done = [("command_rids", told.child("rmc_command").field("rid")), ("remote_client_id", ID)];
    other.core("ackrmccommands", &done).refused();
    for operation in ["deletedevice", "approvedeviceaccess"] {
        other.core(operation, &[("remote_client_id", ID)]).refused();
    }
    other.core("setdeviceblocked", &[("remote_client_id", ID), ("isblocked", "1")]).refused();
    let foreign = other.core("getrmcclients", &[("userid", "bob")]);
    assert_eq!(foreign.header("x-cloudlet-error"), Some("forbidden"));
    let rid = admin.administer("getrmccommands", &[("remote_client_id", ID)]).xml();
    let rid = rid.child("rmc_command").field("rid").to_owned();
    admin.administer("removermccommand", &[("remote_command_record_id", &rid)]).done();
    assert_eq!(
        device.core("getrmccommands", &[("remote_client_id", ID)]).xml().all("rmc_command").count(),
        0
    );
    bob.core("deletedevice", &[("remote_client_id", ID)]).done();
    assert!(!device.is_signed_in());
}

#[test]
fn paired_phones_stand_in_the_list_and_codes_are_no_way_around_a_second_factor() {
    let server = Server::start();
    let (mut device, mut bob) = (server.guest(), server.user("bob"));
    let code = bob.core("createpairing", &[]).xml().child("meta").field("code").to_owned();
    let mut phone = server.guest();
    phone.core("pairdevice", &[("code", &code), ("devicename", "Bob's phone")]).done();
    let listed = own(&mut bob);
    assert_eq!(listed[0].field("remote_client_disp_name"), "Bob's phone");
    let id = listed[0].field("remote_client_id").to_owned();
    bob.core("setdeviceblocked", &[("remote_client_id", &id), ("isblocked", "1")]).done();
    assert!(!phone.is_signed_in());

    request(&mut device, "bob").done();
    let before = approve(&mut bob).done().message();
    let reply = bob.core("startsecondfactor", &[("password", PASSWORD)]);
    let mut app = Authenticator::new(reply.xml().child("key").field("secret"));
    bob.core("confirmsecondfactor", &[("code", &app.code())]);
    sign_in(&mut device, ("dsc", &before)).refused();
    assert_eq!(sign_in(&mut device, ("password", PASSWORD)).result(), 3);
    // If a session with the second factor approves a device, the device's sessions have it too.
    // Pairing does the same.
    let after = approve(&mut bob).done().message();
    sign_in(&mut device, ("dsc", &after)).done();
    assert!(device.is_signed_in());
}

#[test]
fn a_device_tells_by_what_name_the_audit_log_has_its_calls() {
    let server = Server::start();
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    let mut device = Caller::new(server.address).always("User-Agent", "CloudSync/7.1 (laptop)");
    request(&mut device, "bob").done();
    assert_eq!(own(&mut bob)[0].field("agent"), "", "it has never signed in");
    let code = approve(&mut bob).done().message();
    sign_in(&mut device, ("dsc", &code)).done();
    device.upload("/bob", "from the laptop.txt", b"x").ok();
    bob.upload("/bob", "from elsewhere.txt", b"x").ok();
    let of = |admin: &mut Caller| {
        let reply = admin.administer("getrmcclients", &[("userid", "bob")]).xml();
        let device = reply.child("rmc_client").clone();
        let filter = [("username", device.field("userid")), ("agent", device.field("agent"))];
        let rows = admin.audit(&filter);
        rows.iter()
            .map(|row| format!("{} {}", row.field("operation"), row.field("object")))
            .collect::<Vec<_>>()
    };
    let did = of(&mut admin);
    assert!(did.contains(&"upload /bob/from the laptop.txt".to_owned()), "{did:?}");
    assert!(!did.iter().any(|row| row.contains("elsewhere")), "{did:?}");
    // A block ends its sessions, but not the trace.
    tell(&mut admin, "10002", "").done();
    assert!(!device.is_signed_in());
    assert!(of(&mut admin).contains(&"upload /bob/from the laptop.txt".to_owned()));
}
