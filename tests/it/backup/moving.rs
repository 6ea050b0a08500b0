//! Moves to a new machine as the README describes it: copy the directory and start the server.

use super::furnish;
use crate::harness::old_database::{SCHEMA_1, contents, fill, missing};
use crate::harness::{Data, Launch, Server, cloudlet};
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, params};
use std::path::Path;
use std::process::Command;

#[test]
fn a_copied_directory_is_the_same_cloud() {
    let mut server = Server::start();
    let mut bob = server.user("bob");
    furnish(&mut bob);
    assert_eq!(server.stop(), Some(0));
    let board = Data::empty();
    let source = format!("{}/.", server.data().path("").display());
    let status = Command::new("cp").args(["-a", &source]).arg(board.path("")).status().unwrap();
    assert!(status.success(), "cp -a: {status}");

    let mut moved = Launch::on(board).start();
    // Sessions continue, because the cookies belong to the cloud and not to the machine.
    bob.follow(&moved);
    assert!(bob.is_signed_in());
    bob.download("/bob/letter").holds(b"second thoughts");
    moved.user("bobby");
    moved.admin();
    bob.upload("/bob", "letter", b"from the new board").ok();
    assert_eq!(moved.stop(), Some(0));
    cloudlet(moved.data(), &["check", "--deep"], "").succeeded();
    cloudlet(moved.data(), &["audit", "verify"], "").succeeded();
}

#[test]
fn a_database_of_the_first_release_is_taken_over() {
    let data = Data::empty();
    std::fs::write(data.path("cloudlet.db"), SCHEMA_1).unwrap();
    let said = cloudlet(&data, &["user", "list"], "").succeeded();
    assert!(said.contains("anna\tfull\tadmin") && said.contains("bert\tfull"), "{said}");
    cloudlet(&data, &["audit", "verify"], "").succeeded();
    let server = Launch::on(data).start();
    let fields = [("userid", "anna"), ("password", "correct horse")];
    server.guest().core("loginguest", &fields).done();
}

/// The migrations in order, as the program has them.
fn migrations() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema");
    let mut paths: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// A connection that has the functions which triggers call. The names that the search knows are of
/// no account here.
fn opened(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    for name in ["fold_name", "name_parts"] {
        let flags = FunctionFlags::SQLITE_UTF8
            | FunctionFlags::SQLITE_DETERMINISTIC
            | FunctionFlags::SQLITE_INNOCUOUS;
        connection.create_scalar_function(name, 1, flags, |context| context.get::<String>(0)).unwrap();
    }
    connection
}

/// What people made, which no start may take away. Upkeep ends sessions, uploads and the like.
const KEPT: [&str; 14] = [
    "users",
    "favorite_lists",
    "comments",
    "user_values",
    "groups",
    "group_members",
    "shares",
    "share_members",
    "policies",
    "policy_values",
    "admin_rights",
    "devices",
    "second_factors",
    "metadata_values",
];

#[test]
fn the_server_starts_on_the_database_from_before_each_migration() {
    let migrations = migrations();
    for schema in 1..=migrations.len() {
        let data = Data::in_memory();
        let path = data.path("cloudlet.db");
        std::fs::write(&path, SCHEMA_1).unwrap();
        let connection = opened(&path);
        for migration in &migrations[1..schema] {
            connection.execute_batch(migration).unwrap();
        }
        fill(&connection);
        connection.pragma_update(None, "user_version", schema as i64).unwrap();
        let mut before = contents(&connection);
        before.retain(|table, _| KEPT.contains(&table.as_str()));
        drop(connection);

        let mut server = Launch::on(data).start();
        let mut anna = server.guest();
        anna.core("loginguest", &[("userid", "anna"), ("password", "correct horse")]).done();
        let mut admin = server.guest();
        admin.administer("adminlogin", &[("adminuser", "anna"), ("adminpassword", "correct horse")]).done();
        let people = admin.administer("search", &[("keyword", "")]).text().to_owned();
        assert!(
            ["carl", "dora", "bert"].iter().all(|name| people.contains(name)),
            "from schema {schema}: {people}"
        );
        assert_eq!(server.stop(), Some(0), "from schema {schema}: {}", server.log());
        let connection = opened(&path);
        let version: i64 = connection.query_row("PRAGMA user_version", params![], |row| row.get(0)).unwrap();
        assert_eq!(version, migrations.len() as i64);
        let mut after = contents(&connection);
        for rows in [&mut before, &mut after].into_iter().filter_map(|tables| tables.get_mut("users")) {
            // Who has signed in is told there.
            rows.iter_mut().for_each(|row| drop(row.remove("last_login")));
        }
        let lost = missing(&before, &after);
        assert!(lost.is_empty(), "from schema {schema}: {lost:#?}");
        cloudlet(server.data(), &["audit", "verify"], "").succeeded();
    }
}
