//! If somebody removes the newest rows of the log, the values that are stored outside of it show
//! that.

use crate::harness::{Server, cloudlet};
use rusqlite::Connection;

#[test]
fn the_newest_rows_cannot_be_removed_unseen() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    for name in ["a", "b", "c"] {
        bob.core("createfolder", &[("path", "/bob"), ("name", name)]).done();
    }
    assert_eq!(server.stop(), Some(0));
    let said = cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    let noted = said.split("elsewhere: ").nth(1).unwrap().trim().to_owned();
    let verify = |noted: &str| cloudlet(server.data(), &["audit", "verify", "--newest", noted], "");
    verify(&noted).succeeded();
    verify(&noted.replace(':', ":0")).failed();
    verify("nonsense").failed();
    let database = Connection::open(server.data().path("cloudlet.db")).unwrap();
    let last: i64 = database.query_row("SELECT max(id) FROM audit", [], |row| row.get(0)).unwrap();
    let shorten = format!(
        "DELETE FROM audit WHERE id = {last}; UPDATE sqlite_sequence SET seq = seq - 1 WHERE name = 'audit';"
    );
    database.execute_batch(&shorten).unwrap();
    let said = cloudlet(server.data(), &["audit", "verify"], "").failed();
    assert!(said.contains(&format!("row {last} ")), "{said}");
    // If somebody also resets the values beside the log, the values that a person has noted show
    // that.
    let turn_back = "UPDATE audit_chains SET newest_number = newest_number - 1,
        newest_hash = (SELECT hash FROM audit WHERE chain = 0 ORDER BY id DESC LIMIT 1) WHERE chain = 0;";
    database.execute_batch(turn_back).unwrap();
    drop(database);
    cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    let said = verify(&noted).failed();
    assert!(said.contains("noted"), "{said}");
}
