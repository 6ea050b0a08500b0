//! Databases as they were before a migration, with rows in every table that existed then. Unit
//! tests and `tests/it` share this file.
//!
//! The rows are made from the tables' own declarations, so a table that a later migration adds has
//! rows without a word here.

use rusqlite::Connection;
use std::collections::BTreeMap;

/// A database with the first schema, with two accounts, files, a version, a recycle bin and an
/// audit log.
pub const SCHEMA_1: &[u8] = include_bytes!("../../data/schema-1.db");

/// Rows per table.
const ROWS: i64 = 2;

/// Tables that the program derives from others. Rows that are made up would be wrong there. The
/// audit log has the rows of the first schema, because its hashes must be right.
const DERIVED: [&str; 9] = [
    "audit",
    "audit_blocks",
    "audit_chains",
    "audit_objects",
    "audit_words",
    "folder_sizes",
    "sqlite_sequence",
    "texts_due",
    "photos_due",
];

/// Values that the meaning of a column demands; the others follow from the column's type.
const VALUES: &[(&str, &str, [&str; 2])] = &[
    ("sessions", "side", ["'user'", "'admin'"]),
    ("sessions", "address", ["'192.0.2.7'", "'192.0.2.8'"]),
    ("trash", "owner", ["'anna'", "'bert'"]),
    ("trash", "path", ["'/anna/thrown away'", "'/bert/thrown away'"]),
    ("versions", "owner", ["'anna'", "'bert'"]),
    ("uploads", "account", ["'anna'", "'bert'"]),
    ("uploads", "received", ["'0-5'", "'0-7'"]),
    ("nodes", "missing_since", ["NULL", "NULL"]),
    ("externals", "directory", ["'/nowhere/one'", "'/nowhere/two'"]),
    ("checks", "kind", ["'quick'", "'deep'"]),
    ("groups", "is_everyone", ["0", "0"]),
    ("policies", "is_default", ["0", "0"]),
    ("metadata_sets", "kind", ["3", "3"]),
    ("users", "name", ["'carl'", "'dora'"]),
    ("users", "expires", ["NULL", "NULL"]),
    ("users", "status", ["1", "0"]),
    ("users", "is_admin", ["0", "0"]),
];

struct Column {
    name: String,
    kind: String,
    is_nullable: bool,
    /// The place in the primary key, from 1; 0 outside of it.
    key: i64,
}

/// Columns that refer to those of another table.
struct Reference {
    table: String,
    columns: Vec<(String, Option<String>)>,
}

/// All rows of a table: the values by the names of their columns, as SQL writes them.
pub type Rows = Vec<BTreeMap<String, String>>;

/// Inserts rows into all tables.
pub fn fill(connection: &Connection) {
    for table in tables(connection) {
        for number in 0..ROWS {
            let values = row(connection, &table, number);
            let (names, values): (Vec<String>, Vec<String>) =
                values.into_iter().map(|(name, value)| (format!("\"{name}\""), value)).unzip();
            let sql = format!("INSERT INTO \"{table}\" ({}) VALUES ({})", names.join(","), values.join(","));
            connection.execute(&sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
    }
}

/// The contents of all tables that [`fill`] has filled.
pub fn contents(connection: &Connection) -> BTreeMap<String, Rows> {
    tables(connection).into_iter().map(|table| (table.clone(), rows(connection, &table))).collect()
}

/// What of the earlier contents is missing in the later ones. A column that is in both must have
/// the same values.
pub fn missing(before: &BTreeMap<String, Rows>, after: &BTreeMap<String, Rows>) -> Vec<String> {
    let mut lost = Vec::new();
    for (table, rows) in before {
        // An activity has one row for each of its files since they are told together.
        let is_split = table == "activities" && !before.contains_key("activity_entries");
        let now = if is_split { "activity_entries" } else { table };
        let Some(later) = after.get(now) else {
            lost.push(format!("the table {table}"));
            continue;
        };
        let mut later: Vec<_> = later.iter().collect();
        for row in rows {
            let fits = |now: &&BTreeMap<String, String>| {
                let mut both = row.iter().filter_map(|(name, value)| Some((name, value, now.get(name)?)));
                both.all(|(name, value, now)| value == now || is_rewritten(table, name, value))
            };
            match later.iter().position(fits) {
                Some(at) => drop(later.swap_remove(at)),
                None => lost.push(format!("{table}: {row:?}")),
            }
        }
    }
    lost
}

/// True for values that a migration writes in another form. Tests of these migrations say which.
fn is_rewritten(table: &str, column: &str, value: &str) -> bool {
    match (table, column) {
        // Names of accounts have become their ids.
        ("trash" | "versions", "owner") => value.contains("anna") || value.contains("bert"),
        ("uploads", "session") => value.contains(':'),
        ("facts", "value") => true,
        _ => false,
    }
}

/// The tables with rows of their own, each after those that it refers to.
fn tables(connection: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM pragma_table_list JOIN sqlite_schema USING (name)
        WHERE schema = 'main' AND pragma_table_list.type = 'table' ORDER BY sqlite_schema.rowid";
    let mut names = texts(connection, sql);
    names.retain(|name| !DERIVED.contains(&name.as_str()));
    let mut ordered: Vec<String> = Vec::new();
    while !names.is_empty() {
        let is_next = |name: &String| {
            let mut others = references(connection, name).into_iter().map(|reference| reference.table);
            others.all(|other| other == *name || ordered.contains(&other))
        };
        let at = names.iter().position(is_next).expect("the references of tables make no circle");
        ordered.push(names.remove(at));
    }
    ordered
}

fn row(connection: &Connection, table: &str, number: i64) -> Vec<(String, String)> {
    let references = references(connection, table);
    let columns = columns(connection, table);
    let is_nullable = |reference: &Reference| {
        columns.iter().any(|column| column.name == reference.columns[0].0 && column.is_nullable)
    };
    let either: Vec<&Reference> = references.iter().filter(|reference| is_nullable(reference)).collect();
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for reference in &references {
        // Where a row may refer to several tables, it refers to one: a person or a group.
        let place = either.iter().position(|one| one.columns[0].0 == reference.columns[0].0);
        let is_set =
            either.len() < 2 || place.is_none_or(|place| place as i64 == number % either.len() as i64);
        for (name, target) in &reference.columns {
            let value = match is_set {
                true => referred(connection, &reference.table, target.as_deref(), number),
                false => "NULL".to_owned(),
            };
            // A column of two references has the value of the wider one.
            if reference.columns.len() > 1 || !values.contains_key(name) {
                values.insert(name.clone(), value);
            }
        }
    }
    let is_single = columns.iter().filter(|column| column.key > 0).count() == 1;
    for column in &columns {
        let is_counted = is_single && column.key > 0 && column.kind == "INTEGER";
        if !is_counted && !values.contains_key(&column.name) {
            values.insert(column.name.clone(), value(table, column, number));
        }
    }
    values.into_iter().collect()
}

/// A value of another table's column: the last rows there are those that were made here.
fn referred(connection: &Connection, table: &str, column: Option<&str>, number: i64) -> String {
    let key = columns(connection, table).into_iter().find(|column| column.key > 0).map(|column| column.name);
    let column = column.map(str::to_owned).or(key).expect("a table that is referred to has a key");
    let sql = format!("SELECT quote(\"{column}\") FROM \"{table}\"");
    let values = texts(connection, &sql);
    let first = values.len().checked_sub(ROWS as usize).expect("the table has been filled");
    values[first + number as usize].clone()
}

fn value(table: &str, column: &Column, number: i64) -> String {
    let name = column.name.as_str();
    if let Some((_, _, values)) = VALUES.iter().find(|(of, column, _)| (*of, *column) == (table, name)) {
        return values[number as usize].to_owned();
    }
    let seconds = 1_795_507_950 + number;
    let is_time =
        ["created", "changed", "modified", "deleted", "touched", "last_used", "last_login", "removed"];
    match column.kind.as_str() {
        "BLOB" => format!("x'{:064x}'", 0xc10d_0000 + number),
        "REAL" => format!("{}.5", 48 + number),
        "INTEGER" if name.ends_with("_ns") => format!("{seconds}000000000"),
        "INTEGER" if name.ends_with("_ms") => format!("{seconds}000"),
        "INTEGER" if is_time.contains(&name) => seconds.to_string(),
        "INTEGER" if ["is_", "may_", "has_"].iter().any(|prefix| name.starts_with(prefix)) => {
            (number % 2).to_string()
        }
        "INTEGER" => (1 + number).to_string(),
        _ => format!("'{table} {name} {number}'"),
    }
}

fn columns(connection: &Connection, table: &str) -> Vec<Column> {
    let sql = "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1)";
    let mut statement = connection.prepare(sql).unwrap();
    let column = |row: &rusqlite::Row<'_>| {
        Ok(Column {
            name: row.get(0)?,
            kind: row.get(1)?,
            is_nullable: !row.get::<_, bool>(2)?,
            key: row.get(3)?,
        })
    };
    statement.query_map([table], column).unwrap().map(Result::unwrap).collect()
}

fn references(connection: &Connection, table: &str) -> Vec<Reference> {
    let sql = "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq";
    let mut statement = connection.prepare(sql).unwrap();
    let mut rows = statement.query([table]).unwrap();
    let mut references: BTreeMap<i64, Reference> = BTreeMap::new();
    while let Some(row) = rows.next().unwrap() {
        let (id, to) = (row.get(0).unwrap(), row.get(1).unwrap());
        let reference = references.entry(id).or_insert(Reference { table: to, columns: Vec::new() });
        reference.columns.push((row.get(2).unwrap(), row.get(3).unwrap()));
    }
    references.into_values().collect()
}

fn rows(connection: &Connection, table: &str) -> Rows {
    let columns = columns(connection, table);
    let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{}\")", column.name)).collect();
    let mut statement = connection.prepare(&format!("SELECT {} FROM \"{table}\"", quoted.join(","))).unwrap();
    let read = |row: &rusqlite::Row<'_>| {
        columns.iter().enumerate().map(|(at, column)| Ok((column.name.clone(), row.get(at)?))).collect()
    };
    statement.query_map([], read).unwrap().map(Result::unwrap).collect()
}

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
