//! Every operation of the administration, called by administrators who may not see its area, or may
//! only see it.

use super::operations::{OPERATIONS, Operation, refusal};
use crate::harness::{Caller, PASSWORD, Server};

/// The area of the administration for other people's files.
const FILES: &str = "Files of users";

fn set(admin: &mut Caller, area: &str, read: &str, update: &str) {
    let fields = [("username", "carl"), ("opname", area), ("read", read), ("update", update)];
    admin.administer("setadminuserpolicy", &fields).done();
}

/// The operations of an area, each with whether its caller must be a proxy.
fn operations_of<'a>(area: &'a str) -> impl Iterator<Item = (&'static Operation, bool)> + 'a {
    OPERATIONS.iter().filter_map(move |operation| {
        let is_proxy = ["proxy", "visitor"].contains(&operation.who.as_str());
        let is_in = match is_proxy {
            true => area == FILES,
            false => operation.who == "admin" && operation.area == format!("Administration: {area}"),
        };
        is_in.then_some((operation, is_proxy))
    })
}

#[test]
fn an_administrator_of_lesser_rights_is_refused_in_every_operation_of_an_area() {
    let server = Server::start();
    let mut admin = server.admin();
    admin.administer("adduser", &[("username", "carl"), ("password", PASSWORD)]).done();
    admin.administer("setadminstatus", &[("profile", "carl"), ("adminstatus", "1")]).done();
    let mut carl = server.guest();
    carl.sign_in_as_admin("carl");
    let areas = admin.administer("getadminoperations", &[]).xml();
    let areas: Vec<String> = areas.all("operation").map(|one| one.field("opname").to_owned()).collect();
    let mut count = 0;
    for area in &areas {
        let mut call = |operation: &Operation, is_proxy: bool| {
            let mut parameters = operation.sample();
            parameters.extend(is_proxy.then(|| ("adminproxyuserid", "carl".to_owned())));
            (operation.call(&mut carl, &parameters), operation.is_download())
        };
        set(&mut admin, area, "0", "0");
        for (operation, is_proxy) in operations_of(area) {
            let (reply, is_download) = call(operation, is_proxy);
            let status = if is_download {
                403
            } else if operation.is_action() {
                400
            } else {
                200
            };
            let message = refusal(operation, &reply, status);
            assert!(
                message.contains("You may not") && message.contains(area.as_str()),
                "{}: {message}",
                operation.name
            );
            count += 1;
        }
        set(&mut admin, area, "1", "0");
        for (operation, is_proxy) in operations_of(area) {
            let (reply, _) = call(operation, is_proxy);
            // The audit log also contains earlier refusals.
            let is_refused = reply.header("x-cloudlet-error") == Some("forbidden")
                && reply.text().contains("You may not change this part of the administration");
            assert_eq!(is_refused, operation.is_action(), "{}: {reply:?}", operation.name);
        }
        if area != "Administrators" {
            set(&mut admin, area, "1", "1");
        }
    }
    let all = OPERATIONS.iter().filter(|operation| operation.door == "admin" && operation.who == "admin");
    assert!(count > all.count(), "every area was swept: {count}");
}
