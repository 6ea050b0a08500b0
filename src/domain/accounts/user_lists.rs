//! Lists of accounts as CSV: exported, and imported as a whole or not at all.

use super::account::{self, NewAccount, checked_email};
use super::groups;
use super::passwords;
use crate::base::csv::{self, Record};
use crate::base::limits::IMPORTED_ACCOUNTS_MAX;
use crate::base::secret::Secret;
use crate::base::size::{GIGABYTE, parse_gigabytes};
use crate::base::time;
use crate::base::user_name::UserName;
use crate::domain::{Change, Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::users::{AccountStatus, UserRow};
use crate::store::{self, Read, Write, users};
use std::collections::HashSet;

/// The columns, in the order of an export. An import may have them in any order, and needs only the
/// first.
const COLUMNS: [&str; 8] =
    ["UserName", "EmailID", "Password", "DisplayName", "Status", "ExpirationDate", "SizeInGB", "Groups"];
const GROUP_SEPARATOR: char = '|';

/// One line of a list that is to be imported.
pub struct Line {
    /// Counted from 1.
    pub number: usize,
    /// The name as the line spells it.
    pub name: String,
    /// True if the line has no password, so that its owner needs a link to choose one.
    pub needs_link: bool,
    /// The reason why no account can be created from it.
    pub fault: Option<Error>,
    entry: Option<Entry>,
}

/// The values of a line.
struct Entry {
    account: NewAccount,
    password: Option<Secret>,
    groups: Vec<i64>,
}

/// A list that was read.
pub struct UserList {
    pub lines: Vec<Line>,
}

impl UserList {
    /// True if the list makes accounts members of groups.
    pub fn has_groups(&self) -> bool {
        self.lines.iter().filter_map(|line| line.entry.as_ref()).any(|entry| !entry.groups.is_empty())
    }

    pub fn faults(&self) -> impl Iterator<Item = (&Line, &Error)> {
        self.lines.iter().filter_map(|line| line.fault.as_ref().map(|fault| (line, fault)))
    }
}

impl CloudView<'_> {
    /// Reads a list and finds the faults of each line. Nothing is changed.
    ///
    /// # Errors
    /// `Code::Invalid` if the bytes are no table, or if columns are missing.
    pub fn read_user_list(&self, bytes: &[u8]) -> Result<UserList> {
        let records = csv::read(bytes, IMPORTED_ACCOUNTS_MAX + 1).map_err(|fault| {
            let sentence = match fault.line {
                line if line > IMPORTED_ACCOUNTS_MAX + 1 => {
                    format!(
                        "Line {line}: {} At most {IMPORTED_ACCOUNTS_MAX} accounts are imported at a time.",
                        fault.sentence
                    )
                }
                line => format!("Line {line}: {}", fault.sentence),
            };
            Error::new(Code::Invalid, sentence)
        })?;
        let Some((head, records)) = records.split_first() else {
            return Err(Error::new(Code::Invalid, "The list is empty."));
        };
        let columns = columns(head)?;
        let password_length_min = self.cloud.config().password_length_min;
        self.cloud.store.read(|read| {
            let mut reader =
                Reader { read, columns, password_length_min, names: HashSet::new(), emails: HashSet::new() };
            Ok(UserList { lines: records.iter().map(|record| reader.line(record)).collect() })
        })
    }

    /// All accounts as a list, without passwords.
    pub fn export_users(&self) -> Result<String> {
        self.cloud.store.read(|read| {
            let mut text = csv::line(COLUMNS);
            for user in users::search(read, "", 0, u64::MAX)?.0 {
                let groups = store::groups::names_of_member(read, user.id)?;
                let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
                text.push_str(&export_line(&user, &groups));
            }
            Ok(text)
        })
    }
}

impl Cloud {
    /// Creates the accounts of a list with their home folders: all of them or none.
    ///
    /// # Errors
    /// `Code::Invalid` for a list with faults; inside the transaction, if a name, address or group
    /// has changed meanwhile.
    pub fn import_users(&self, list: UserList) -> Result<Change<()>> {
        if let Some((line, fault)) = list.faults().next() {
            let sentence = format!(
                "Nothing was imported: {} lines have faults. Line {}: {}",
                list.faults().count(),
                line.number,
                fault.message
            );
            return Err(Error::new(Code::Invalid, sentence));
        }
        let mut entries: Vec<Entry> = list.lines.into_iter().filter_map(|line| line.entry).collect();
        for entry in &mut entries {
            entry.account.password_hash = match &entry.password {
                Some(password) => self.hash_new_password(password)?,
                None => passwords::of_nobody()?,
            };
        }
        let with_home = entries.iter().filter(|entry| entry.account.needs_home());
        let names: Vec<String> = with_home.map(|entry| entry.account.name.to_string()).collect();
        let change = Change::new(move |tx: &Write| entries.iter().try_for_each(|entry| insert(tx, entry)));
        Ok(change.completed_by(move |cloud| names.iter().for_each(|name| cloud.make_home(name))))
    }
}

fn insert(tx: &Write, entry: &Entry) -> Result<()> {
    account::add(tx, &entry.account)?;
    entry.groups.iter().try_for_each(|group| groups::add_member(tx, *group, entry.account.name.as_str()))
}

fn export_line(user: &UserRow, groups: &[&str]) -> String {
    let expires = user.expires.map(time::plain_text).unwrap_or_default();
    let size = format!("{}", user.quota_bytes as f64 / GIGABYTE);
    let status = status_word(user.status);
    let groups = groups.join("|");
    let email = user.email.as_deref().unwrap_or("");
    csv::line([user.name.as_str(), email, "", &user.display_name, status, &expires, &size, &groups])
}

fn status_word(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Guest => "guest",
        AccountStatus::Full => "full",
        AccountStatus::Disabled => "disabled",
        AccountStatus::External => "external",
    }
}

fn parse_status(text: &str) -> Option<AccountStatus> {
    let text = text.trim().to_ascii_lowercase();
    let all = (0..).map_while(AccountStatus::from_number);
    all.into_iter().find(|status| status_word(*status) == text || status.number().to_string() == text)
}

/// The place of each column of [`COLUMNS`] in a list.
fn columns(head: &Record) -> Result<[Option<usize>; COLUMNS.len()]> {
    let mut places = [None; COLUMNS.len()];
    let fault = |sentence: String| Error::new(Code::Invalid, format!("Line {}: {sentence}", head.line));
    for (place, name) in head.fields.iter().enumerate() {
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let plain = if plain.eq_ignore_ascii_case("email") { "EmailID" } else { &plain };
        let Some(at) = COLUMNS.iter().position(|column| column.eq_ignore_ascii_case(plain)) else {
            let known = COLUMNS.join(", ");
            return Err(fault(format!("There is no column \"{}\". Columns are {known}.", name.trim())));
        };
        if places[at].replace(place).is_some() {
            return Err(fault(format!("The column {} is there twice.", COLUMNS[at])));
        }
    }
    match places[0] {
        Some(_) => Ok(places),
        None => Err(fault("The column UserName is missing.".into())),
    }
}

struct Reader<'a> {
    read: &'a Read,
    columns: [Option<usize>; COLUMNS.len()],
    password_length_min: u32,
    names: HashSet<String>,
    emails: HashSet<String>,
}

impl Reader<'_> {
    fn line(&mut self, record: &Record) -> Line {
        let name = self.columns[0].and_then(|at| record.fields.get(at)).cloned().unwrap_or_default();
        let (entry, fault) = match self.entry(record) {
            Ok(entry) => (Some(entry), None),
            Err(error) => (None, Some(error)),
        };
        let needs_link = entry.as_ref().is_some_and(|entry| entry.password.is_none());
        Line { number: record.line, name, needs_link, fault, entry }
    }

    fn entry(&mut self, record: &Record) -> Result<Entry> {
        let wanted = self.columns.iter().flatten().count();
        if record.fields.len() != wanted {
            let found = record.fields.len();
            return Err(Error::new(Code::Invalid, format!("It has {found} columns instead of {wanted}.")));
        }
        let [name, email, password, display_name, status, expires, size, groups] =
            self.columns.map(|at| at.map_or("", |at| unguarded(&record.fields[at])));
        let name = UserName::parse(name)?;
        if !self.names.insert(name.to_string()) {
            return Err(twice("This user is in the list twice.", Reason::UserExists));
        }
        let email = checked_email(email)?;
        if email.as_ref().is_some_and(|email| !self.emails.insert(email.clone())) {
            return Err(twice("This e-mail address is in the list twice.", Reason::EmailTaken));
        }
        let password = (!password.is_empty()).then(|| Secret::new(password));
        password.iter().try_for_each(|one| passwords::check_new(one, self.password_length_min))?;
        let account = NewAccount {
            display_name: given(display_name),
            email,
            status: given(status).map_or(Ok(AccountStatus::Full), |text| read_status(&text))?,
            expires: given(expires).map(|text| read_date(&text)).transpose()?,
            quota_bytes: given(size).map_or(Ok(0), |text| read_size(&text))?,
            ..NewAccount::with_hash(name, String::new())
        };
        account::checked(self.read, &account)?;
        Ok(Entry { account, password, groups: self.groups(groups)? })
    }

    fn groups(&self, names: &str) -> Result<Vec<i64>> {
        let mut ids = Vec::new();
        for name in names.split(GROUP_SEPARATOR).map(str::trim).filter(|name| !name.is_empty()) {
            let group = store::groups::by_key(self.read, &UserName::normal_form(name))?;
            let group = group.filter(|group| !group.is_everyone).ok_or_else(|| {
                Error::new(Code::NotFound, format!("There is no group {name} that people can be added to."))
            })?;
            if !ids.contains(&group.id) {
                ids.push(group.id);
            }
        }
        Ok(ids)
    }
}

/// A field without the apostrophe that an export adds to keep spreadsheets from running it as a
/// formula.
fn unguarded(field: &str) -> &str {
    let rest = field.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@']));
    rest.unwrap_or(field)
}

fn given(field: &str) -> Option<String> {
    let field = field.trim();
    (!field.is_empty()).then(|| field.to_owned())
}

fn read_status(text: &str) -> Result<AccountStatus> {
    parse_status(text).ok_or_else(|| {
        Error::new(Code::Invalid, "The status is full, guest, external or disabled.")
            .for_reason(Reason::NotOneOf(&["full", "guest", "external", "disabled"]))
    })
}

fn read_date(text: &str) -> Result<i64> {
    time::parse_end(text).ok_or_else(|| {
        Error::new(Code::Invalid, "The date is written like 2024-12-31.").for_reason(Reason::NotADate)
    })
}

fn read_size(text: &str) -> Result<u64> {
    parse_gigabytes(text).ok_or_else(|| {
        Error::new(Code::Invalid, "The size must be a number of GB, or 0 for no limit.")
            .for_reason(Reason::NotASize)
    })
}

fn twice(sentence: &'static str, reason: Reason) -> Error {
    Error::new(Code::Conflict, sentence).for_reason(reason)
}
