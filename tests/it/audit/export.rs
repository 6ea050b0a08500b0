//! The audit log as CSV (RFC 4180), from the command line and through the API.

use crate::harness::{Server, cloudlet};

/// Reads CSV strictly. Every line must have as many columns as the first.
fn table(csv: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut rest = csv;
    while !rest.is_empty() {
        let mut row = Vec::new();
        loop {
            let (column, after) = column(rest);
            row.push(column);
            rest = after;
            if let Some(after) = rest.strip_prefix("\r\n") {
                rest = after;
                break;
            }
            rest = rest.strip_prefix(',').unwrap_or_else(|| panic!("no comma or line end at: {rest:.60}"));
        }
        rows.push(row);
    }
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    rows
}

fn column(text: &str) -> (String, &str) {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n', '"']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    loop {
        let (piece, after) = rest.split_once('"').expect("a quoted column ends");
        value.push_str(piece);
        match after.strip_prefix('"') {
            Some(after) => rest = after,
            None => return (value, after),
        }
        value.push('"');
    }
}

fn ground() -> Server {
    let server = Server::start();
    let mut bob = server.user("bob");
    for path in ["/bob/a,b", "/bob/say \"hi\"", "/bob/\u{e4}\u{1f600}"] {
        bob.core("fileexists", &[("file", path)]);
    }
    for agent in ["=cmd|' /C calc'!A0", "@SUM(A1:A9)", "-2+3", "+1"] {
        bob.twin().always("User-Agent", agent).core("fileexists", &[("file", "/bob")]);
    }
    server
}

fn check(csv: &str) {
    let rows = table(csv);
    assert_eq!(rows[0][..7], ["id", "time", "username", "ip", "operation", "object", "outcome"]);
    let objects: Vec<&str> = rows.iter().map(|row| row[5].as_str()).collect();
    for path in ["/bob/a,b", "/bob/say \"hi\"", "/bob/\u{e4}\u{1f600}"] {
        assert!(objects.contains(&path), "{path} in {objects:?}");
    }
    assert_eq!(rows.iter().filter(|row| row[4] == "fileexists").count(), 7);
    for column in rows.iter().flatten() {
        assert!(!column.starts_with(['=', '@', '+', '-']), "a spreadsheet would run it: {column}");
    }
    let ids: Vec<i64> = rows[1..].iter().map(|row| row[0].parse().unwrap()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "oldest first: {ids:?}");
}

#[test]
fn the_command_line_exports_all_rows() {
    let mut server = ground();
    assert_eq!(server.stop(), Some(0));
    check(&cloudlet(server.data(), &["audit", "export"], "").succeeded());
}

#[test]
fn the_api_exports_a_range_as_a_file() {
    let server = ground();
    let mut admin = server.admin();
    let reply = admin.administer("exportaudit", &[("startdate", "2001-01-01"), ("enddate", "2100-01-01")]);
    assert_eq!(reply.status, 200, "{reply:?}");
    assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")), "{reply:?}");
    assert!(
        reply.header("content-disposition").is_some_and(|value| value.starts_with("attachment")),
        "{reply:?}"
    );
    check(reply.text());
    let none = admin.administer("exportaudit", &[("startdate", "2001-01-01"), ("enddate", "2001-01-02")]);
    assert_eq!(table(none.text()).len(), 1, "the head alone");
    check(admin.administer("exportaudit", &[]).text());
    let message = admin.administer("exportaudit", &[("enddate", "never")]).failed(400);
    assert!(message.contains("enddate"), "{message}");
    server.user("bob").administer("exportaudit", &[("enddate", "2100-01-01")]).failed(401);
}
