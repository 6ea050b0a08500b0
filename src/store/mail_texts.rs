//! Texts of mails that administrators have written. They replace the program's own texts.

use super::mails::MailKind;
use super::{Read, Write};
use crate::base::language::Language;
use crate::error::Result;
use rusqlite::params;

/// Subject and text of a kind of mail in a language; `None` if no administrator has written them.
pub fn get(read: &Read, kind: MailKind, language: Language) -> Result<Option<(String, String)>> {
    let sql = "SELECT subject, text FROM mail_texts WHERE kind = ?1 AND language = ?2";
    read.first(sql, params![kind, language.code()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Stores subject and text.
pub fn set(write: &Write, kind: MailKind, language: Language, subject: &str, text: &str) -> Result<()> {
    write.run(
        "INSERT OR REPLACE INTO mail_texts (kind, language, subject, text) VALUES (?1, ?2, ?3, ?4)",
        params![kind, language.code(), subject, text],
    )?;
    Ok(())
}

/// Removes the text, so that the program's own text is used again.
pub fn delete(write: &Write, kind: MailKind, language: Language) -> Result<()> {
    write
        .run("DELETE FROM mail_texts WHERE kind = ?1 AND language = ?2", params![kind, language.code()])
        .map(drop)
}
