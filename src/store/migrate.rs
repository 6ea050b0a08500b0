//! Migrates a database to the current schema. Migrations are only ever appended.

use super::{failed, names};
use crate::error::{Code, Error, Result};
use rusqlite::Connection;

/// Marks the file as a database of cloudlet ("clet"), for `file` and recovery tools.
const APPLICATION_ID: i32 = 0x636c_6574;

/// All migrations in order. `user_version` is the number of migrations that a database has had.
/// Each file says why it is needed.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001_first.sql"),
    include_str!("schema/0002_kept.sql"),
    include_str!("schema/0003_favorites.sql"),
    include_str!("schema/0004_comments.sql"),
    include_str!("schema/0005_user_values.sql"),
    include_str!("schema/0006_activities.sql"),
    include_str!("schema/0007_notifications.sql"),
    include_str!("schema/0008_search.sql"),
    include_str!("schema/0009_sync.sql"),
    include_str!("schema/0010_checksums.sql"),
    include_str!("schema/0011_locks.sql"),
    include_str!("schema/0012_checks.sql"),
    include_str!("schema/0013_parts.sql"),
    include_str!("schema/0014_texts.sql"),
    include_str!("schema/0015_how.sql"),
    include_str!("schema/0016_profile_images.sql"),
    include_str!("schema/0017_uploads.sql"),
    include_str!("schema/0018_known_networks.sql"),
    include_str!("schema/0019_roots.sql"),
    include_str!("schema/0020_audit_chains.sql"),
    include_str!("schema/0021_change.sql"),
    include_str!("schema/0022_encodings.sql"),
    include_str!("schema/0023_groups.sql"),
    include_str!("schema/0024_shares.sql"),
    include_str!("schema/0025_externals.sql"),
    include_str!("schema/0026_policies.sql"),
    include_str!("schema/0027_alerts.sql"),
    include_str!("schema/0028_second_factors.sql"),
    include_str!("schema/0029_admin_rights.sql"),
    include_str!("schema/0030_devices.sql"),
    include_str!("schema/0031_activity_entries.sql"),
    include_str!("schema/0032_one_time_links.sql"),
    include_str!("schema/0033_mails.sql"),
    include_str!("schema/0034_sign_ups.sql"),
    include_str!("schema/0035_photos.sql"),
    include_str!("schema/0036_metadata.sql"),
    include_str!("schema/0037_audit_index.sql"),
    include_str!("schema/0038_invitations.sql"),
    include_str!("schema/0039_holds.sql"),
    include_str!("schema/0041_videos.sql"),
    include_str!("schema/0042_statistics.sql"),
    include_str!("schema/0043_version_names.sql"),
    include_str!("schema/0044_built_in_sets.sql"),
    include_str!("schema/0045_checksums_by_size.sql"),
    include_str!("schema/0046_folder_sizes.sql"),
    include_str!("schema/0047_album_shares.sql"),
    include_str!("schema/0048_members_since.sql"),
    include_str!("schema/0049_gif_photos.sql"),
    include_str!("schema/0050_disk_members_since.sql"),
    include_str!("schema/0051_video_frames.sql"),
    include_str!("schema/0052_sync_lists.sql"),
];

/// Applies the missing migrations: all of them or none.
///
/// # Errors
/// The file belongs to another program or to a newer cloudlet, or a migration failed. The file is
/// unchanged then.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    migrate_by(connection, MIGRATIONS)
}

fn migrate_by(connection: &mut Connection, migrations: &[&str]) -> Result<()> {
    names::register(connection)?;
    let owner: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(failed)?;
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if owner != APPLICATION_ID && (owner != 0 || version != 0 || tables != 0) {
        return Err(Error::new(Code::Conflict, "this is the database of another program"));
    }
    if version > migrations.len() {
        return Err(Error::new(
            Code::Conflict,
            format!(
                "it was written by a newer cloudlet (schema {version}, this one knows {}); start that version, or restore a backup made by this one",
                migrations.len()
            ),
        ));
    }
    if version == migrations.len() {
        return Ok(());
    }
    let transaction = connection.transaction().map_err(failed)?;
    for migration in &migrations[version..] {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    transaction.pragma_update(None, "user_version", migrations.len()).map_err(failed)?;
    transaction.commit().map_err(failed)
}

#[cfg(test)]
#[path = "../../tests/it/harness/old_database.rs"]
mod old_database;

#[cfg(test)]
mod tests {
    use super::old_database::{SCHEMA_1, contents, fill, missing};
    use super::*;
    use crate::test_directory::TestDirectory;
    use std::path::PathBuf;

    /// Every released schema, with a database that has it.
    const RELEASED: &[(i64, &[u8])] = &[(1, SCHEMA_1)];

    fn file(directory: &TestDirectory, bytes: &[u8]) -> PathBuf {
        let path = directory.join("test.db");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn number(connection: &Connection, sql: &str) -> i64 {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn the_database_of_every_released_schema_becomes_todays() {
        for (schema, bytes) in RELEASED {
            let directory = TestDirectory::new();
            let path = file(&directory, bytes);
            let mut connection = Connection::open(&path).unwrap();
            assert_eq!(number(&connection, "PRAGMA user_version"), *schema);
            migrate(&mut connection).unwrap();
            assert_eq!(number(&connection, "PRAGMA user_version"), MIGRATIONS.len() as i64);
            assert_eq!(number(&connection, "SELECT count(*) FROM users WHERE name IN ('anna', 'bert')"), 2);
            for table in ["versions", "trash"] {
                let owners = owners(&connection, table);
                assert_eq!(owners.len(), 1, "{owners:?}");
                assert!(owners[0].ends_with(" anna") || owners[0].ends_with(" bert"), "{owners:?}");
            }
            assert!(number(&connection, "SELECT count(*) FROM audit") > 5);
            let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok");
            drop(connection);
        }
    }

    /// The tables, indexes and triggers of a database, and its accounts.
    fn shape(connection: &Connection) -> Vec<String> {
        let sql = "SELECT coalesce(sql, name) FROM sqlite_schema UNION ALL SELECT name FROM users ORDER BY 1";
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect()
    }

    #[test]
    fn the_database_from_before_each_migration_becomes_todays() {
        let directory = TestDirectory::new();
        let mut at_once = Connection::open(file(&directory, SCHEMA_1)).unwrap();
        migrate(&mut at_once).unwrap();
        for schema in 1..MIGRATIONS.len() {
            let directory = TestDirectory::new();
            let path = file(&directory, SCHEMA_1);
            let mut before = Connection::open(&path).unwrap();
            migrate_by(&mut before, &MIGRATIONS[..schema]).unwrap();
            assert_eq!(number(&before, "PRAGMA user_version"), schema as i64);
            drop(before);
            let mut connection = Connection::open(&path).unwrap();
            migrate(&mut connection).unwrap_or_else(|error| panic!("from schema {schema}: {error}"));
            assert_eq!(shape(&connection), shape(&at_once), "from schema {schema}");
            let broken = "SELECT count(*) FROM pragma_foreign_key_check";
            assert_eq!(number(&connection, broken), 0, "from schema {schema}");
        }
    }

    #[test]
    fn no_migration_loses_a_row_of_any_table() {
        for schema in 1..MIGRATIONS.len() {
            let directory = TestDirectory::new();
            let mut connection = Connection::open(file(&directory, SCHEMA_1)).unwrap();
            migrate_by(&mut connection, &MIGRATIONS[..schema]).unwrap();
            fill(&connection);
            let before = contents(&connection);
            assert!(before.values().all(|rows| rows.len() >= 2), "schema {schema}: every table has rows");
            let number_of_calls = number(&connection, "SELECT count(*) FROM audit");
            migrate(&mut connection).unwrap_or_else(|error| panic!("from schema {schema}: {error}"));
            let lost = missing(&before, &contents(&connection));
            assert!(lost.is_empty(), "from schema {schema}: {lost:#?}");
            assert_eq!(number(&connection, "SELECT count(*) FROM audit"), number_of_calls);
            assert_eq!(number(&connection, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
            let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(sound, "ok", "from schema {schema}");
        }
    }

    #[test]
    fn a_lost_row_and_a_lost_value_are_noticed() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        fill(&connection);
        let before = contents(&connection);
        for harm in [
            "DELETE FROM groups WHERE id = 2",
            "UPDATE devices SET name = '' WHERE id = 1",
            "DROP TABLE days",
        ] {
            let transaction = connection.transaction().unwrap();
            transaction.execute_batch(harm).unwrap();
            assert!(!missing(&before, &contents(&transaction)).is_empty(), "{harm}");
        }
        assert!(missing(&before, &contents(&connection)).is_empty());
    }

    #[test]
    fn a_failed_migration_leaves_the_file_as_it_was() {
        let directory = TestDirectory::new();
        let path = file(&directory, SCHEMA_1);
        let mut connection = Connection::open(&path).unwrap();
        let good = "CREATE TABLE more (id INTEGER PRIMARY KEY); DELETE FROM users; DROP TABLE audit;";
        for broken in
            ["CREATE TABLE users (id INTEGER);", "this is no SQL", "INSERT INTO nowhere VALUES (1);"]
        {
            migrate_by(&mut connection, &[MIGRATIONS[0], good, broken]).unwrap_err();
            assert_eq!(number(&connection, "PRAGMA user_version"), 1);
            assert_eq!(number(&connection, "SELECT count(*) FROM users WHERE name IN ('anna', 'bert')"), 2);
            assert_eq!(number(&connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'more'"), 0);
        }
        // The other migrations apply without the broken one, so this test can fail.
        drop(connection);
        assert!(std::fs::read(&path).unwrap() == SCHEMA_1, "not a byte is another");
        let mut connection = Connection::open(&path).unwrap();
        migrate_by(&mut connection, &[MIGRATIONS[0], good]).unwrap();
        assert_eq!(number(&connection, "SELECT count(*) FROM users"), 0);
        drop(connection);
    }

    #[test]
    fn networks_of_sessions_are_known_at_once() {
        const WITHOUT_NETWORKS: usize = 17;
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..WITHOUT_NETWORKS]).unwrap();
        let before = "INSERT INTO users (id, name, display_name, password_hash, status, created)
                VALUES (7, 'anna', '', '', 1, 100), (8, 'bert', '', '', 1, 300);
            INSERT INTO sessions (token_hash, id, side, user, xsrf, created, last_used, address, agent)
                VALUES (x'01', 'a', 'user', 7, '', 1, 5, '192.0.2.7', ''), (x'02', 'b', 'admin', 7, '', 1, 9, '192.0.2.7', ''),
                    (x'03', 'c', 'user', 8, '', 1, 3, '192.0.2.8', ''), (x'04', 'd', 'user', 8, '', 1, 3, '2001:db8::1', '');";
        connection.execute_batch(before).unwrap();
        migrate(&mut connection).unwrap();
        let mut rows = connection
            .prepare("SELECT account || ' ' || network || ' ' || last_used FROM known_networks")
            .unwrap();
        let rows: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows, ["7 192.0.2.7/32 9", "8 192.0.2.8/32 3"]);
    }

    /// The owner of each row, as the name of its account.
    fn owners(connection: &Connection, table: &str) -> Vec<String> {
        let sql = format!(
            "SELECT {table}.id || ' ' || coalesce(users.name, former_accounts.name || '#', owner) FROM {table}
             LEFT JOIN users ON owner = CAST(users.id AS TEXT)
             LEFT JOIN former_accounts ON owner = CAST(former_accounts.id AS TEXT) ORDER BY {table}.id"
        );
        let mut rows = connection.prepare(&sql).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn what_is_kept_comes_to_the_account_that_had_it_and_no_row_is_lost() {
        const BY_NAME: usize = 18;
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..BY_NAME]).unwrap();
        // One account has the id of another account as its name, one was removed and made again,
        // and one was removed.
        let before = "INSERT INTO users (id, name, display_name, password_hash, status, created)
                VALUES (1, 'anna', '', '', 1, 100), (2, '1', '', '', 1, 100), (9, 'bob', '', '', 1, 500);
            INSERT INTO nodes (id, parent, name, is_folder, size_bytes, modified_ns, inode)
                VALUES (1, 0, 'top', 1, 0, 0, 1), (2, 1, 'a', 0, 0, 0, 2);
            INSERT INTO trash (id, owner, path, is_folder, size_bytes, deleted, deleted_by, name)
                VALUES ('a', 'anna', '/anna/x', 0, 1, 200, 'anna', 'x'), ('b', '1', '/1/x', 0, 1, 200, '1', 'x'),
                    ('c', 'bob', '/bob/x', 0, 1, 400, 'bob', 'x'), ('d', 'bob', '/bob', 1, 1, 450, 'anna', 'bob'),
                    ('e', 'bob', '/bob/y', 0, 1, 600, 'bob', 'y'), ('f', 'gone', '/gone', 1, 1, 300, 'anna', 'gone'),
                    ('g', 'EXTERNAL/disk', '/EXTERNAL/disk/x', 0, 1, 300, 'anna', 'x'), ('h', '', '', 0, 1, 300, '', 'h');
            INSERT INTO versions (id, node, owner, size_bytes, modified_ns, created, created_by, number)
                VALUES ('a', 2, 'anna', 1, 1, 200, '', 1), ('b', 2, '1', 1, 1, 200, '', 2), ('c', 2, 'bob', 1, 1, 400, '', 3),
                    ('d', 2, 'bob', 1, 1, 600, '', 4), ('e', 2, 'gone', 1, 1, 300, '', 5), ('f', 2, 'EXTERNAL/disk', 1, 1, 1, '', 6);";
        connection.execute_batch(before).unwrap();
        migrate(&mut connection).unwrap();
        let trash = ["a anna", "b 1", "c bob#", "d bob#", "e bob", "f gone#", "g EXTERNAL/disk", "h #"];
        assert_eq!(owners(&connection, "trash"), trash);
        assert_eq!(
            owners(&connection, "versions"),
            ["a anna", "b 1", "c bob#", "d bob", "e gone#", "f EXTERNAL/disk"]
        );
        assert_eq!(number(&connection, "SELECT count(*) FROM former_accounts WHERE id >= 0"), 0);
    }

    #[test]
    fn unfinished_uploads_come_to_the_account_that_began_them() {
        const BY_NAME: usize = 16;
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..BY_NAME]).unwrap();
        let before = "INSERT INTO users (id, name, display_name, password_hash, status, created)
                VALUES (7, 'anna', '', '', 1, 100), (8, 'bert', '', '', 1, 300);
            INSERT INTO uploads (id, account, session, path, received, created, touched)
                VALUES ('a', 'anna', 'anna:one-upload', '/anna/a', '0-5', 200, 210),
                    ('b', 'anna', 'session', '/anna/b', '0-6', 200, 220),
                    ('c', 'bert', 'bert:one-upload', '/bert/c', '0-7', 200, 230),
                    ('d', 'gone', 'gone:one-upload', '/gone/d', '0-8', 200, 240);";
        connection.execute_batch(before).unwrap();
        migrate(&mut connection).unwrap();
        let mut rows =
            connection.prepare("SELECT id || user || session || path || received FROM uploads").unwrap();
        let rows: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        // The account that is named bert now is younger than bert's rows.
        assert_eq!(rows, ["a77:one-upload/anna/a0-5", "b7session/anna/b0-6"]);
    }

    #[test]
    fn activities_of_many_files_become_one_and_each_file_keeps_its_own() {
        const BY_FILE: usize = 30;
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..BY_FILE]).unwrap();
        let before = "INSERT INTO users (id, name, display_name, password_hash, status, created)
                VALUES (1, 'anna', '', '', 1, 100), (2, 'bert', '', '', 1, 100);
            INSERT INTO nodes (id, parent, name, is_folder, size_bytes, modified_ns, inode)
                VALUES (1, 0, 'top', 1, 0, 0, 1), (2, 1, 'a', 0, 0, 0, 2), (3, 1, 'b', 0, 0, 0, 3);
            INSERT INTO activities (id, at, action, user, node, folder, name, note, how)
                VALUES (1, 600, 3, 1, 2, 1, 'a', '', ''), (2, 610, 3, 2, 2, 1, 'a', '', ''), (3, 620, 3, 1, 3, 1, 'b', '', ''),
                    (4, 630, 7, 1, 2, 1, 'a', '/anna/x/a', ''), (5, 630, 7, 1, 3, 1, 'b', '/anna/y/b', ''),
                    (9, 5000, 3, 1, 3, 1, 'b', '', '');";
        connection.execute_batch(before).unwrap();
        migrate(&mut connection).unwrap();
        let sql = "SELECT activity || ' ' || activities.at || ' ' || action || ' ' || user || ' ' || group_concat(node || note)
            FROM activities JOIN activity_entries ON activity = activities.id GROUP BY activity ORDER BY activity";
        let mut rows = connection.prepare(sql).unwrap();
        let rows: Vec<String> = rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let expected =
            ["1 620 3 1 2,3", "2 610 3 2 2", "4 630 7 1 2/anna/x/a", "5 630 7 1 3/anna/y/b", "9 5000 3 1 3"];
        assert_eq!(rows, expected);
        connection.execute_batch("DELETE FROM activity_entries WHERE node = 3 AND activity > 1").unwrap();
        assert_eq!(number(&connection, "SELECT sum(id) FROM activities"), 1 + 2 + 4);
    }

    #[test]
    fn gif_files_that_are_there_already_wait_to_be_read() {
        const WITHOUT_GIF: usize = 47;
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &MIGRATIONS[..WITHOUT_GIF]).unwrap();
        let add = |connection: &Connection, rows: &str| {
            let columns = "(id, parent, name, is_folder, size_bytes, modified_ns, inode)";
            connection.execute_batch(&format!("INSERT INTO nodes {columns} VALUES {rows}")).unwrap();
        };
        add(
            &connection,
            "(1, 0, 'top', 1, 0, 0, 1), (2, 1, 'a.gif', 0, 0, 0, 2), (3, 1, 'B.GIF', 0, 0, 0, 3)",
        );
        add(&connection, "(4, 1, 'c.txt', 0, 0, 0, 4), (5, 1, 'folder.gif', 1, 0, 0, 5)");
        assert_eq!(number(&connection, "SELECT count(*) FROM photos_due"), 0);
        migrate(&mut connection).unwrap();
        assert_eq!(number(&connection, "SELECT sum(node) FROM photos_due"), 2 + 3);
        add(&connection, "(6, 1, 'd.gif', 0, 0, 0, 6)");
        assert_eq!(number(&connection, "SELECT sum(node) FROM photos_due"), 2 + 3 + 6);
    }
}
