//! Definitions of metadata sets: their attributes, who may see and change their values, and where
//! they can be used.

use super::attribute::checked_value;
use crate::base::limits::{
    METADATA_ATTRIBUTES_MAX, METADATA_CHOICES_MAX, METADATA_MEMBERS_MAX, METADATA_NAME_BYTES_MAX,
    METADATA_PLACES_MAX, METADATA_SETS_MAX, METADATA_VALUE_BYTES_MAX,
};
use crate::base::shown_path::ShownPath;
use crate::base::text::{is_line, is_lines};
use crate::base::user_name::UserName;
use crate::domain::access::rights::Readable;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::accounts::{account, groups};
use crate::domain::index::lookup;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Reason, Result};
use crate::store::metadata::{self, AttributeRow, SetKind, SetMember, SetRow};
use crate::store::shares::Member;
use crate::store::{Read, Write, users};
use std::collections::HashSet;

/// A set with its attributes.
#[derive(Clone, Debug)]
pub struct MetadataSet {
    pub row: SetRow,
    pub attributes: Vec<AttributeRow>,
}

/// A set as administrators see it.
#[derive(Clone, Debug)]
pub struct DefinedSet {
    pub set: MetadataSet,
    pub users: Vec<(String, SetMember)>,
    pub groups: Vec<(i64, String, SetMember)>,
    /// The folders below which it can be used, as seen by an administrator at work on users' data.
    pub places: Vec<ShownPath>,
}

/// The name by which a definition refers to a user or a group.
#[derive(Clone, Debug)]
pub enum NamedMember {
    User(String),
    Group(i64),
}

/// A definition of a set. `None` leaves a value as it is.
#[derive(Clone, Debug)]
pub struct Definition {
    pub name: String,
    pub description: String,
    pub is_disabled: bool,
    pub is_everywhere: bool,
    /// All attributes of the set. Attributes that are missing here are removed with their values.
    /// An attribute with the id 0 is new.
    pub attributes: Option<Vec<AttributeRow>>,
    /// The members, each with whether they may read and whether they may write.
    pub users: Option<Vec<(NamedMember, bool, bool)>>,
    pub groups: Option<Vec<(NamedMember, bool, bool)>>,
}

impl MetadataSet {
    pub(super) fn read(read: &Read, row: SetRow) -> Result<MetadataSet> {
        Ok(MetadataSet { attributes: metadata::attributes(read, row.id)?, row })
    }
}

impl CloudView<'_> {
    /// The sets whose name contains a text, the default set first.
    pub fn defined_sets(&self, admin: &Admin, text: &str) -> Result<Vec<DefinedSet>> {
        let key = UserName::normal_form(text);
        let ways = self.ways(&User::proxy(admin))?;
        let shown = |read: &Read, node: i64| -> Result<Option<ShownPath>> {
            let path = lookup::path_of_id(read, &self.cloud.volumes, node)?;
            Ok(path.and_then(|path| ways.seen(&path)).map(|reach| reach.shown().clone()))
        };
        self.cloud.store.read(|read| {
            let rows = metadata::all(read)?.into_iter().filter(|row| row.key.contains(&key));
            rows.map(|row| defined(read, row, &shown)).collect()
        })
    }
}

fn defined(
    read: &Read,
    row: SetRow,
    shown: &dyn Fn(&Read, i64) -> Result<Option<ShownPath>>,
) -> Result<DefinedSet> {
    let (mut in_users, mut in_groups, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for member in metadata::members(read, row.id)? {
        match member.member {
            Member::User(id) => in_users.extend(users::by_id(read, id)?.map(|user| (user.name, member))),
            Member::Group(id) => in_groups.extend(groups::name_of(read, id)?.map(|name| (id, name, member))),
        }
    }
    for node in metadata::places(read, row.id)? {
        places.extend(shown(read, node)?);
    }
    Ok(DefinedSet { set: MetadataSet::read(read, row)?, users: in_users, groups: in_groups, places })
}

impl Cloud {
    /// Makes a set, or changes the set with this id. The result runs in a transaction. `None`
    /// leaves the folders as they are.
    ///
    /// # Errors
    /// `Code::NotFound` for a folder that does not exist and, in the transaction, for an unknown
    /// set, user or group; `Code::Invalid` for an invalid definition; `Code::Conflict` for a name
    /// that is taken, for another type of an attribute that has values, and for too many sets.
    pub fn define_set(
        &self,
        id: Option<i64>,
        definition: Definition,
        places: Option<&[Readable]>,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        if places.is_some_and(|places| places.len() > METADATA_PLACES_MAX) {
            return Err(too_many("folders", METADATA_PLACES_MAX));
        }
        let nodes = places.map(|places| {
            let nodes = places.iter().map(|place| place.there(self.node_at(place.real())?));
            nodes.collect::<Result<Vec<_>>>()
        });
        let nodes = nodes.transpose()?;
        Ok(move |tx: &Write| {
            if let Some(set) = built_in(tx, id)? {
                return change_built_in(tx, set, &definition);
            }
            let set = save_set(tx, id, &definition)?;
            if let Some(attributes) = &definition.attributes {
                save_attributes(tx, set, attributes)?;
            }
            save_members(tx, set, &definition)?;
            let Some(nodes) = nodes else { return Ok(()) };
            let nodes = nodes.into_iter().map(|node| node(tx)).collect::<Result<Vec<_>>>()?;
            metadata::set_places(tx, set, &nodes)
        })
    }
}

/// Removes a set with all its values.
///
/// # Errors
/// `Code::NotFound` if there is no such set; `Code::Conflict` for the default set.
pub fn remove(tx: &Write, id: i64) -> Result<()> {
    match existing(tx, id)?.kind {
        SetKind::Custom => metadata::delete(tx, id),
        SetKind::Default => {
            Err(Error::new(Code::Conflict, "The default set cannot be removed. It can be disabled instead."))
        }
        SetKind::BuiltIn => {
            Err(Error::new(Code::Conflict, "A built-in set cannot be removed. It can be disabled instead."))
        }
    }
}

pub(super) fn existing(read: &Read, id: i64) -> Result<SetRow> {
    metadata::by_id(read, id)?.ok_or_else(|| Error::new(Code::NotFound, "There is no such metadata set."))
}

/// The built-in set with an id; `None` if it is another one.
fn built_in(read: &Read, id: Option<i64>) -> Result<Option<SetRow>> {
    let row = id.map_or(Ok(None), |id| metadata::by_id(read, id))?;
    Ok(row.filter(|row| row.kind == SetKind::BuiltIn))
}

/// Disables or enables a set whose values the program knows, and changes who sees them. The rest
/// stays, because the program relies on it.
fn change_built_in(tx: &Write, row: SetRow, definition: &Definition) -> Result<()> {
    let set = row.id;
    metadata::update(tx, &SetRow { is_disabled: definition.is_disabled, ..row })?;
    save_members(tx, set, definition)?;
    let seen = metadata::members(tx, set)?.into_iter();
    metadata::set_members(
        tx,
        set,
        &seen.map(|member| SetMember { may_write: false, ..member }).collect::<Vec<_>>(),
    )
}

fn save_set(tx: &Write, id: Option<i64>, definition: &Definition) -> Result<i64> {
    let name = checked_name(&definition.name)?;
    let key = UserName::normal_form(&name);
    if metadata::by_key(tx, &key)?.is_some_and(|taken| Some(taken.id) != id) {
        return Err(Error::new(Code::Conflict, format!("There is already a metadata set {name}."))
            .for_reason(Reason::Exists));
    }
    let mut row = SetRow {
        id: 0,
        name,
        key,
        description: checked_text(&definition.description)?,
        kind: SetKind::Custom,
        is_disabled: definition.is_disabled,
        is_everywhere: definition.is_everywhere,
    };
    let Some(id) = id else {
        if metadata::count(tx)? >= METADATA_SETS_MAX {
            return Err(too_many("metadata sets", METADATA_SETS_MAX));
        }
        return metadata::insert(tx, &row);
    };
    let before = existing(tx, id)?;
    (row.id, row.kind) = (id, before.kind);
    row.is_everywhere |= before.kind == SetKind::Default;
    metadata::update(tx, &row).map(|()| id)
}

/// Replaces the attributes of a set by these, in this order.
fn save_attributes(tx: &Write, set: i64, attributes: &[AttributeRow]) -> Result<()> {
    if attributes.len() > METADATA_ATTRIBUTES_MAX {
        return Err(too_many("attributes", METADATA_ATTRIBUTES_MAX));
    }
    let before = metadata::attributes(tx, set)?;
    let kept: HashSet<i64> = attributes.iter().map(|attribute| attribute.id).collect();
    for gone in before.iter().filter(|attribute| !kept.contains(&attribute.id)) {
        metadata::delete_attribute(tx, gone.id)?;
    }
    let mut names = HashSet::new();
    for (position, attribute) in attributes.iter().enumerate() {
        let checked = checked_attribute(attribute)?;
        if !names.insert(UserName::normal_form(&checked.name)) {
            let sentence = format!("Two attributes have the name {}.", checked.name);
            return Err(Error::new(Code::Invalid, sentence));
        }
        if checked.id != 0 {
            let old = before.iter().find(|old| old.id == checked.id);
            let old = old.ok_or_else(|| Error::new(Code::NotFound, "The set has no such attribute."))?;
            if old.kind != checked.kind && metadata::is_used(tx, old.id)? {
                let sentence = format!("{} has values, so its type cannot be changed.", old.name);
                return Err(Error::new(Code::Conflict, sentence));
            }
        }
        metadata::save_attribute(tx, set, position, &checked)?;
    }
    Ok(())
}

/// Stores the rights of the members. Users or groups that the definition leaves out keep their
/// rights.
fn save_members(tx: &Write, set: i64, definition: &Definition) -> Result<()> {
    let before = metadata::members(tx, set)?;
    let mut members = Vec::new();
    for (said, is_user) in [(&definition.users, true), (&definition.groups, false)] {
        let Some(said) = said else {
            let kept = before.iter().filter(|one| matches!(one.member, Member::User(_)) == is_user);
            members.extend(kept.copied());
            continue;
        };
        for (named, may_read, may_write) in said {
            let member = match named {
                NamedMember::User(name) => Member::User(account::existing(tx, name)?.id),
                NamedMember::Group(id) => Member::Group(groups::checked_id(tx, *id)?),
            };
            // A member who may change a value may see it.
            members.push(SetMember { member, may_read: *may_read || *may_write, may_write: *may_write });
        }
    }
    if members.len() > METADATA_MEMBERS_MAX {
        return Err(too_many("users and groups", METADATA_MEMBERS_MAX));
    }
    metadata::set_members(tx, set, &members)
}

fn checked_attribute(attribute: &AttributeRow) -> Result<AttributeRow> {
    let mut checked = AttributeRow {
        name: checked_name(&attribute.name)?,
        description: checked_text(&attribute.description)?,
        ..attribute.clone()
    };
    for choice in &mut checked.choices {
        *choice = checked_name(choice)?;
        if choice.contains(',') {
            let sentence = format!("{choice}: a value to choose from cannot contain a comma.");
            return Err(Error::new(Code::Invalid, sentence));
        }
    }
    let is_enumeration = checked.kind == metadata::AttributeType::Enumeration;
    if is_enumeration == checked.choices.is_empty() || checked.choices.len() > METADATA_CHOICES_MAX {
        let sentence = format!(
            "{}: an enumeration needs 1 to {METADATA_CHOICES_MAX} values to choose from, and other types need none.",
            checked.name
        );
        return Err(Error::new(Code::Invalid, sentence));
    }
    checked.default_value = checked_value(&checked, &attribute.default_value)?;
    Ok(checked)
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if is_line(name, METADATA_NAME_BYTES_MAX) {
        return Ok(name.to_owned());
    }
    let sentence =
        format!("A name or a value to choose from has 1 to {METADATA_NAME_BYTES_MAX} bytes in one line.");
    Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NotPlainText))
}

fn checked_text(text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if is_lines(&text, METADATA_VALUE_BYTES_MAX) {
        return Ok(text);
    }
    let sentence =
        format!("A description has at most {METADATA_VALUE_BYTES_MAX} bytes and no control characters.");
    Err(Error::new(Code::Invalid, sentence).for_reason(Reason::NotPlainText))
}

fn too_many(what: &str, most: impl std::fmt::Display) -> Error {
    Error::new(Code::Conflict, format!("There can be no more than {most} {what}."))
}
