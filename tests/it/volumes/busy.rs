//! A disk that answers, but has as many calls inside as it can serve at once.

use super::silent::{LATE, begin, list_request, others_go_on, state};
use crate::harness::{Connection, OnFaultyDisk, wait_until};
use crate::sweep::operations::{OPERATIONS, Operation, refusal};
use std::fs;

const TOP: &str = OnFaultyDisk::TOP;
/// The number of calls that may be inside a disk that is not local.
const PERMITS: usize = 8;
/// The files in a folder. With the delay of each of its answers, the disk needs a while to list it.
const FILES: usize = 150;

/// The parameters of a call, with a file of the disk in place of each path.
fn on_the_disk(operation: &Operation) -> Option<Vec<(&str, String)>> {
    let is_path = |name: &str| operation.parameters.iter().any(|one| one.name == name && one.kind == "path");
    let mut parameters = operation.sample();
    let mut paths = 0;
    for (_, value) in parameters.iter_mut().filter(|(name, _)| is_path(name)) {
        *value = format!("{TOP}/file");
        paths += 1;
    }
    (paths > 0 && operation.who != "admin").then_some(parameters)
}

#[test]
fn a_busy_disk_is_told_as_busy_in_each_envelope_and_counts_as_one_that_is_there() {
    let Some(mut on_disk) = OnFaultyDisk::start(|_| {}) else { return };
    for folder in 0..PERMITS {
        let folder = on_disk.source(&folder.to_string());
        fs::create_dir(&folder).unwrap();
        (0..FILES).for_each(|number| fs::write(folder.join(number.to_string()), "x").unwrap());
    }
    fs::write(on_disk.source("file"), "x").unwrap();
    let OnFaultyDisk { disk, server, ground: _ground } = &mut on_disk;
    let (mut bob, mut admin) = (server.user("bob"), server.admin());
    assert!(bob.sees(&format!("{TOP}/file")));
    disk.tell("fault what=slow:0.15");
    let mut inside: Vec<Connection> = Vec::new();
    wait_until("it is busy", LATE, || {
        // The question whether it is busy may have taken the place of one of these.
        let requests = (0..PERMITS).map(|folder| list_request(&format!("{TOP}/{folder}")));
        inside.extend(requests.map(|request| begin(server, &bob, &request)));
        bob.send(&list_request(TOP)).header("x-cloudlet-error") == Some("disk-busy")
    });

    let calls = OPERATIONS.iter().filter_map(|operation| Some((operation, on_the_disk(operation)?)));
    let begun: Vec<_> = calls
        .map(|(operation, parameters)| {
            let request = operation.request(&parameters);
            (operation, begin(server, &bob, &request))
        })
        .collect();
    assert_eq!(state(&mut admin), ("online".into(), String::new()));
    let mut told = 0;
    for (operation, mut connection) in begun {
        let reply = connection.reply();
        if reply.status == 503 {
            let message = refusal(operation, &reply, 503);
            assert!(message.starts_with("The disk usb has too much to do at the moment."), "{message}");
            assert_eq!(reply.header("x-cloudlet-error"), Some("disk-busy"), "{reply:?}");
            assert!(reply.header("retry-after").is_some(), "{reply:?}");
            told += 1;
        }
    }
    assert!(told > 30, "{told} calls were told");
    others_go_on(server, &mut bob, &mut admin);
    disk.tell("heal");
    wait_until("it is entered again", LATE, || bob.send(&list_request(TOP)).status == 200);
}
