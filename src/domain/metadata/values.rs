//! Values of metadata on files and folders. Everybody who may read an entry and a set sees its
//! values there. Everybody who may change both changes them. A value belongs to the entry and stays
//! with it when it is renamed or moved.

use super::attribute::checked_value;
use super::built_in;
use super::sets::{MetadataSet, existing};
use crate::base::limits::METADATA_OF_ENTRY_BYTES_MAX;
use crate::base::path::CloudPath;
use crate::base::size::size_text;
use crate::domain::access::rights::{Readable, Replaceable};
use crate::domain::accounts::actor::User;
use crate::domain::index::lookup;
use crate::domain::index::rows::IndexRows;
use crate::domain::{Cloud, CloudView};
use crate::error::{Code, Error, Result};
use crate::store::metadata::{self, AttributeRow, SetKind, SetMember, SetRow};
use crate::store::shares::Member;
use crate::store::{Read, Write};
use std::collections::HashMap;

/// The rights of a user to the values of a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SetAccess {
    pub may_read: bool,
    pub may_write: bool,
}

/// A set that a user sees.
#[derive(Clone, Debug)]
pub struct SeenSet {
    pub set: MetadataSet,
    pub access: SetAccess,
    /// True if the entry has it.
    pub is_on_entry: bool,
    /// Values by the id of the attribute. Attributes that are missing here are empty.
    pub values: HashMap<i64, String>,
}

impl CloudView<'_> {
    /// The sets that a user may see on an entry, with its values: those that it has and those that
    /// it may get.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry.
    pub fn metadata_at(&self, user: &User, path: &Readable) -> Result<Vec<SeenSet>> {
        let volumes = &self.cloud.volumes;
        let stat = path.there(volumes.stat(path.real())?)?;
        self.cloud.store.read(|read| {
            let row = lookup::find(read, volumes, path.real())?;
            let node = row.as_ref().map(|node| node.id);
            let on_entry = node.map_or(Ok(Vec::new()), |node| metadata::sets_of_node(read, node))?;
            let values: HashMap<i64, String> = match node {
                Some(node) => metadata::values_of_node(read, node)?.into_iter().collect(),
                None => HashMap::new(),
            };
            let above: Vec<i64> =
                lookup::chain(read, volumes, path.real())?.into_iter().map(|node| node.id).collect();
            let mut seen = Vec::new();
            for (set, access) in readable_sets(read, user)? {
                if set.row.kind == SetKind::BuiltIn {
                    if let Some(values) = built_in::values(read, set.row.id, row.as_ref(), &stat)? {
                        seen.push(SeenSet { set, access, is_on_entry: true, values });
                    }
                    continue;
                }
                let is_on_entry = set.row.kind == SetKind::Default || on_entry.contains(&set.row.id);
                if !is_on_entry && !may_be_used(read, &set, &above)? {
                    continue;
                }
                let ids = set.attributes.iter().map(|attribute| attribute.id);
                let values = ids.filter_map(|id| Some((id, values.get(&id)?.clone()))).collect();
                seen.push(SeenSet { set, access, is_on_entry, values });
            }
            Ok(seen)
        })
    }

    /// A set that a user may see, with its default values.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such set.
    pub fn metadata_defaults(&self, user: &User, id: i64) -> Result<SeenSet> {
        self.cloud.store.read(|read| {
            let (set, access) = readable_set(read, user, id)?;
            let values = set.attributes.iter().filter(|attribute| !attribute.default_value.is_empty());
            let values = values.map(|attribute| (attribute.id, attribute.default_value.clone())).collect();
            Ok(SeenSet { set, access, is_on_entry: false, values })
        })
    }
}

impl Cloud {
    /// Adds a set to an entry, with the default values. The result runs in a transaction.
    ///
    /// # Errors
    /// `Code::NotFound` if there is no such entry and, in the transaction, if the set cannot be
    /// used there; `Code::Forbidden` if the user may not change the values of the set;
    /// `Code::Conflict` if the entry has the set already.
    pub fn add_metadata(
        &self,
        user: &User,
        path: &Replaceable,
        id: i64,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        let node = path.there(self.node_at(path.real())?)?;
        let (user, path, rows) = (user.clone(), path.real().clone(), self.rows());
        Ok(move |tx: &Write| {
            let (node, set) = (node(tx)?, writable_set(tx, &user, id)?);
            let above = ids_above(tx, &rows, &path)?;
            if !may_be_used(tx, &set, &above)? {
                return Err(Error::new(Code::NotFound, "This metadata set cannot be used here."));
            }
            if set.row.kind == SetKind::Default || !metadata::add_to_node(tx, node, id)? {
                let sentence = format!("This already has the metadata set {}.", set.row.name);
                return Err(Error::new(Code::Conflict, sentence));
            }
            for attribute in &set.attributes {
                metadata::set_value(tx, node, id, attribute.id, &attribute.default_value)?;
            }
            check_room(tx, node)
        })
    }

    /// Removes a set with its values from an entry. The result runs in a transaction.
    ///
    /// # Errors
    /// As [`Cloud::add_metadata`]; `Code::NotFound` if the entry does not have the set.
    pub fn remove_metadata(
        &self,
        user: &User,
        path: &Replaceable,
        id: i64,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        let (node, user) = (path.there(self.node_at(path.real())?)?, user.clone());
        Ok(move |tx: &Write| {
            let (node, set) = (node(tx)?, writable_set(tx, &user, id)?);
            if set.row.kind == SetKind::Default {
                return Err(Error::new(Code::Conflict, "Every file and folder has the default set."));
            }
            if metadata::remove_from_node(tx, node, id)? { Ok(()) } else { Err(not_on_entry(&set)) }
        })
    }

    /// Changes values of a set on an entry. The result runs in a transaction. Values that are not
    /// named stay, and an empty text removes a value.
    ///
    /// # Errors
    /// As [`Cloud::remove_metadata`]; `Code::Invalid` for a value that its attribute cannot have,
    /// and for an empty value that is required; `Code::Conflict` if all values of the entry take
    /// too many bytes.
    pub fn save_metadata(
        &self,
        user: &User,
        path: &Replaceable,
        id: i64,
        values: Vec<(i64, String)>,
    ) -> Result<impl FnOnce(&Write) -> Result<()> + Send + use<>> {
        let (node, user) = (path.there(self.node_at(path.real())?)?, user.clone());
        Ok(move |tx: &Write| {
            let (node, set) = (node(tx)?, writable_set(tx, &user, id)?);
            if set.row.kind == SetKind::Default {
                metadata::add_to_node(tx, node, id)?;
            } else if !metadata::sets_of_node(tx, node)?.contains(&id) {
                return Err(not_on_entry(&set));
            }
            let mut now: HashMap<i64, String> = metadata::values_of_node(tx, node)?.into_iter().collect();
            for (attribute, text) in values {
                let attribute = set.attributes.iter().find(|one| one.id == attribute);
                let attribute =
                    attribute.ok_or_else(|| Error::new(Code::NotFound, "The set has no such attribute."))?;
                // Clients also send unchanged values back. These are accepted, even if they could
                // not be chosen any more.
                if now.get(&attribute.id).map_or("", String::as_str) == text.trim() {
                    continue;
                }
                let value = checked_value(attribute, &text)?;
                if attribute.is_disabled {
                    let sentence = format!("{} is disabled, so its value cannot be changed.", attribute.name);
                    return Err(Error::new(Code::Conflict, sentence));
                }
                metadata::set_value(tx, node, id, attribute.id, &value)?;
                now.insert(attribute.id, value);
            }
            check_required(&set, &now)?;
            check_room(tx, node)
        })
    }
}

/// The sets whose values a user's search may match.
pub(in crate::domain) fn readable_set_ids(read: &Read, user: &User) -> Result<Vec<i64>> {
    Ok(readable_sets(read, user)?.into_iter().map(|(set, _)| set.row.id).collect())
}

/// The sets that a user may see, the default set first.
fn readable_sets(read: &Read, user: &User) -> Result<Vec<(MetadataSet, SetAccess)>> {
    let said = metadata::members_of_user(read, user.id())?;
    let mut sets = Vec::new();
    for row in metadata::all(read)?.into_iter().filter(|row| !row.is_disabled) {
        let access = access(user, &row, &said);
        if access.may_read {
            sets.push((MetadataSet::read(read, row)?, access));
        }
    }
    Ok(sets)
}

/// The rights of a user to a set. If the account itself has rights, only these count. Otherwise
/// those of its groups count together.
fn access(user: &User, set: &SetRow, said: &[(i64, SetMember)]) -> SetAccess {
    if user.is_proxy() {
        return SetAccess { may_read: true, may_write: set.kind != SetKind::BuiltIn };
    }
    let of_set = || said.iter().filter(|(id, _)| *id == set.id).map(|(_, member)| member);
    let is_own = |member: &&SetMember| matches!(member.member, Member::User(_));
    let has_own = of_set().any(|member| is_own(&member));
    of_set().filter(|member| is_own(member) == has_own).fold(SetAccess::default(), |access, member| {
        SetAccess {
            may_read: access.may_read || member.may_read,
            may_write: access.may_write || member.may_write,
        }
    })
}

/// A set that a user may see. Users do not learn that other sets exist.
fn readable_set(read: &Read, user: &User, id: i64) -> Result<(MetadataSet, SetAccess)> {
    let row = existing(read, id)?;
    let access = access(user, &row, &metadata::members_of_user(read, user.id())?);
    if row.is_disabled || !access.may_read {
        return Err(Error::new(Code::NotFound, "There is no such metadata set."));
    }
    Ok((MetadataSet::read(read, row)?, access))
}

fn writable_set(read: &Read, user: &User, id: i64) -> Result<MetadataSet> {
    let (set, access) = readable_set(read, user, id)?;
    if access.may_write {
        return Ok(set);
    }
    let sentence = format!("You may look at the metadata set {}, but not change its values.", set.row.name);
    Err(Error::new(Code::Forbidden, sentence))
}

/// True if a set can be used on an entry. `above` are the ids of the entry and of the folders above
/// it.
fn may_be_used(read: &Read, set: &MetadataSet, above: &[i64]) -> Result<bool> {
    if set.row.is_everywhere {
        return Ok(true);
    }
    Ok(metadata::places(read, set.row.id)?.iter().any(|place| above.contains(place)))
}

fn ids_above(tx: &Write, rows: &IndexRows, path: &CloudPath) -> Result<Vec<i64>> {
    Ok(lookup::chain(tx, rows.volumes(), path)?.into_iter().map(|node| node.id).collect())
}

fn not_on_entry(set: &MetadataSet) -> Error {
    Error::new(Code::NotFound, format!("This does not have the metadata set {}.", set.row.name))
}

fn check_required(set: &MetadataSet, values: &HashMap<i64, String>) -> Result<()> {
    let is_empty = |attribute: &&AttributeRow| values.get(&attribute.id).is_none_or(String::is_empty);
    let needed = set.attributes.iter().filter(|attribute| attribute.is_required && !attribute.is_disabled);
    match needed.filter(is_empty).map(|attribute| &attribute.name).next() {
        Some(name) => Err(Error::new(Code::Invalid, format!("{name} needs a value."))),
        None => Ok(()),
    }
}

fn check_room(tx: &Write, node: i64) -> Result<()> {
    if metadata::bytes_of_node(tx, node)? <= METADATA_OF_ENTRY_BYTES_MAX {
        return Ok(());
    }
    let most = size_text(METADATA_OF_ENTRY_BYTES_MAX);
    Err(Error::new(Code::Conflict, format!("All metadata of one file together has at most {most}.")))
}
