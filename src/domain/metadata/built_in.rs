//! Sets whose values the program knows: facts about photos, and the history of entries. They are
//! computed when they are read, and nobody changes them.

use crate::base::time::{self, plain_text, wall_text};
use crate::disk::Stat;
use crate::error::Result;
use crate::store::built_in_values::{IMAGE, LIFE_CYCLE};
use crate::store::checks::{self, CheckKind};
use crate::store::nodes::NodeRow;
use crate::store::photos::{self, TimeSource};
use crate::store::{Read, checksums, versions};
use std::collections::HashMap;
use std::time::SystemTime;

/// The values of a set on an entry, by the id of the attribute. `None` if the entry does not have
/// the set. `node` is the entry's row, unless the index does not know it yet.
pub(super) fn values(
    read: &Read,
    set: i64,
    node: Option<&NodeRow>,
    stat: &Stat,
) -> Result<Option<HashMap<i64, String>>> {
    let values = match set {
        IMAGE => match node {
            Some(node) => image(read, node.id)?,
            None => None,
        },
        LIFE_CYCLE => Some(life_cycle(read, node, stat)?),
        _ => None,
    };
    let known = |values: HashMap<i64, Option<String>>| {
        values.into_iter().filter_map(|(id, value)| Some((id, value.filter(|value| !value.is_empty())?)))
    };
    Ok(values.map(|values| known(values).collect()))
}

fn image(read: &Read, node: i64) -> Result<Option<HashMap<i64, Option<String>>>> {
    let Some(photo) = photos::of_node(read, node)? else { return Ok(None) };
    let facts = photo.facts;
    if facts.is_video {
        return Ok(None);
    }
    let taken = (facts.source == TimeSource::Camera).then(|| wall_text(facts.taken).replace('T', " "));
    let (width, height) = facts.size.unzip();
    let (latitude, longitude) = facts.position.unzip();
    Ok(Some(HashMap::from([
        (-101, taken),
        (-102, Some(facts.camera)),
        (-103, width.map(|pixels| pixels.to_string())),
        (-104, height.map(|pixels| pixels.to_string())),
        (-105, latitude.map(|degrees| degrees.to_string())),
        (-106, longitude.map(|degrees| degrees.to_string())),
    ])))
}

fn life_cycle(read: &Read, node: Option<&NodeRow>, stat: &Stat) -> Result<HashMap<i64, Option<String>>> {
    let text = |time: SystemTime| plain_text(time::milliseconds(time) / 1000);
    let by = node.filter(|node| !node.facts.is_folder).and_then(|node| node.modified_by.clone());
    let born = stat.born.map(|time| time::milliseconds(time) / 1000);
    Ok(HashMap::from([
        (-201, earliest(read, node)?.into_iter().chain(born).min().map(plain_text)),
        (-202, Some(text(stat.modified))),
        (-203, by),
        (-204, checked(read, node)?.map(plain_text)),
    ]))
}

/// The time of an entry's earliest version: an upload gives a file a new birth on the disk.
fn earliest(read: &Read, node: Option<&NodeRow>) -> Result<Option<i64>> {
    let versions = node.map_or(Ok(Vec::new()), |node| versions::of_node(read, node.id))?;
    Ok(versions.iter().map(|version| version.modified_nanoseconds / 1_000_000_000).min())
}

/// The time of the last complete deep check, if it has read this content: the content has a
/// checksum and is older than the check.
fn checked(read: &Read, node: Option<&NodeRow>) -> Result<Option<i64>> {
    let Some(node) = node else { return Ok(None) };
    let is_known = checksums::of_node(read, node.id)?.is_some_and(|checksum| checksum.is_of(&node.facts));
    let last = checks::all(read)?.into_iter().find(|check| check.kind == CheckKind::Deep);
    let since = node.facts.changed_nanoseconds.unwrap_or(i64::MAX) / 1_000_000_000;
    Ok(last.filter(|last| is_known && last.failure.is_empty() && since < last.began).map(|last| last.ended))
}
