//! Metadata of files and folders: their sets, the sets that they may get, and the values.

use crate::api::call_context::CallContext;
use crate::api::metadata::{AttributeId, KindNumber, MetadataAttribute, OneOrEmpty, SetId, Told, TypeNumber};
use crate::api::numbered_groups::{NumberedGroup, joined, optional};
use crate::api::op::ops;
use crate::api::params::{Field, Params, params};
use crate::api::record::{Id, Numbered, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::base::limits::METADATA_VALUE_BYTES_MAX;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::metadata::values::SeenSet;
use crate::error::Result;
use crate::http::Form;
use crate::store::metadata::{AttributeRow, AttributeType, SetKind};

ops! { METADATA: User "Metadata"
    /// The metadata sets that the caller may add to a file or folder and that it does not have yet.
    "getavailablemetadatasets" proxy read available(Item) -> MetadataSets;
    /// The metadata sets whose values the caller can search below a folder.
    "getmetadatasetsforsearch" proxy read for_search(Item) -> MetadataSets;
    /// The values of a file's or folder's metadata sets that the caller may see. All files and
    /// folders have the default set.
    "getmetadatavalues" proxy read values(Item) -> MetadataValues;
    /// The values of a metadata set when it is added to a file or folder.
    "getdefaultmetadatavalues" proxy read defaults(OneSet) -> MetadataValues;
    /// Adds a metadata set to a file or folder. The caller needs the right to change the file and
    /// the set's values.
    "addsettofileobject" proxy slow add(SetOfItem) -> Command;
    /// Removes a metadata set and its values from a file or folder.
    "removesetfromfileobject" proxy slow remove(SetOfItem) -> Command;
    /// Changes values of a file's or folder's metadata set. Other values stay; an empty value
    /// removes one.
    "saveattributevalues" proxy slow save(Save) -> Command;
}

params! {
    Item {
        /// The full path.
        fullpath: ShownPath,
    }
    OneSet {
        /// The id of the set.
        setid: SetId,
    }
    SetOfItem {
        /// The full path.
        fullpath: ShownPath,
        /// The id of the set.
        setid: SetId,
    }
    GivenValue {
        /// The id of the attribute.
        id = "attribute0..attributeN_attributeid": AttributeId,
        /// The value: `true` or `false`, a date such as 2024-12-31, a value of the enumeration, or
        /// a list separated by commas.
        value = "attribute0..attributeN_value": Told<METADATA_VALUE_BYTES_MAX> = "",
    }
    Count {
        /// Number of values in the call. If it is missing, they are counted.
        total = "attributes_total": Option<u64>,
    }
}

/// Values to save.
struct Save {
    item: SetOfItem,
    values: Vec<GivenValue>,
}

impl Params for Save {
    const FIELDS: &'static [Field] =
        &joined::<{ SetOfItem::FIELDS.len() + VALUE.len() + Count::FIELDS.len() }>(&[
            SetOfItem::FIELDS,
            &VALUE,
            Count::FIELDS,
        ]);

    fn read(form: &Form) -> Result<Save> {
        let total = Count::read(form)?.total;
        let values = NumberedGroup { prefix: "attribute", total }.read(form)?.unwrap_or_default();
        Ok(Save { item: SetOfItem::read(form)?, values })
    }
}

/// The call may have no value at all.
const VALUE: [Field; GivenValue::FIELDS.len()] = optional(GivenValue::FIELDS);

record! {
    /// A metadata set.
    MetadataSetRecord {
        /// The id.
        id: SetId,
        /// The name.
        name: String,
        /// Its purpose.
        description: String,
        /// Always empty: a disabled set is not shown.
        disabled: OneOrEmpty,
        /// Whether the caller may see its values.
        read: OneOrEmpty,
        /// Whether the caller may change its values.
        write: OneOrEmpty,
        /// 1 built in, 2 default, 3 custom.
        kind = "type": KindNumber,
        /// Whether it can be used everywhere.
        allowallpaths: OneOrEmpty,
        /// Its attributes.
        attribute: Numbered<MetadataAttribute>,
        /// Number of attributes.
        attributes_total: usize,
    }
    /// A value on a file or folder. Its fields are fields of the set; those of the first value
    /// begin with `attribute0`.
    MetadataValue {
        /// The id of the attribute.
        id = "_attributeid": Id,
        /// The name of the attribute.
        name = "_name": String,
        /// The purpose of the attribute.
        description = "_description": String,
        /// Whether it can no longer be changed.
        disabled = "_disabled": OneOrEmpty,
        /// Whether it must not be empty.
        required = "_required": OneOrEmpty,
        /// 1 text, 2 whole number, 3 decimal number, 4 boolean, 5 date, 6 enumeration, 7 list separated by commas.
        datatype = "_datatype": TypeNumber,
        /// The value; empty for none.
        value = "_value": String,
        /// The values of an enumeration, separated by commas.
        enumvalues = "_enumvalues": Option<String>,
    }
    /// The values of a metadata set on a file or folder.
    MetadataSetValues {
        /// The id of the set.
        id: SetId,
        /// The name of the set.
        name: String,
        /// The purpose of the set.
        description: String,
        /// 1 built in, 2 default, 3 custom.
        settype: KindNumber,
        /// Whether the caller may see its values.
        read: OneOrEmpty,
        /// Whether the caller may change its values.
        write: OneOrEmpty,
        /// Its values.
        attribute: Numbered<MetadataValue>,
        /// Number of attributes.
        attributes_total: usize,
    }
}

reply! {
    /// Metadata sets, the default first.
    MetadataSets = metadatasets(Total)[metadataset: MetadataSetRecord];
    /// Values of metadata sets, the default set first.
    MetadataValues = metadatavalues(Total)[metadatasetvalue: MetadataSetValues];
}

fn available(view: &CloudView<'_>, user: &User, params: Item) -> Result<Reply<MetadataSets>> {
    let seen = view.metadata_at(user, &view.readable(user, &params.fullpath)?)?;
    let free = seen.into_iter().filter(|seen| !seen.is_on_entry && seen.access.may_write);
    Ok(Reply::counted(free.map(set_record).collect::<Vec<_>>()))
}

fn for_search(view: &CloudView<'_>, user: &User, params: Item) -> Result<Reply<MetadataSets>> {
    let seen = view.metadata_at(user, &view.readable(user, &params.fullpath)?)?;
    // Values that are computed are in no index.
    let stored = seen.into_iter().filter(|seen| seen.set.row.kind != SetKind::BuiltIn);
    Ok(Reply::counted(stored.map(set_record).collect::<Vec<_>>()))
}

fn values(view: &CloudView<'_>, user: &User, params: Item) -> Result<Reply<MetadataValues>> {
    let seen = view.metadata_at(user, &view.readable(user, &params.fullpath)?)?;
    let on_entry = seen.into_iter().filter(|seen| seen.is_on_entry);
    Ok(Reply::counted(on_entry.map(values_record).collect::<Vec<_>>()))
}

fn defaults(view: &CloudView<'_>, user: &User, params: OneSet) -> Result<Reply<MetadataValues>> {
    Ok(Reply::counted(vec![values_record(view.metadata_defaults(user, params.setid.0)?)]))
}

fn add(context: &mut CallContext<'_>, user: &User, params: SetOfItem) -> Result<Reply> {
    let path = context.view().replaceable(user, &params.fullpath)?;
    context.commit(context.cloud().add_metadata(user, &path, params.setid.0)?)?;
    Ok(Reply::done())
}

fn remove(context: &mut CallContext<'_>, user: &User, params: SetOfItem) -> Result<Reply> {
    let path = context.view().replaceable(user, &params.fullpath)?;
    context.commit(context.cloud().remove_metadata(user, &path, params.setid.0)?)?;
    Ok(Reply::done())
}

fn save(context: &mut CallContext<'_>, user: &User, params: Save) -> Result<Reply> {
    let path = context.view().replaceable(user, &params.item.fullpath)?;
    let values = params.values.into_iter().map(|given| (given.id.0, given.value.0)).collect();
    context.commit(context.cloud().save_metadata(user, &path, params.item.setid.0, values)?)?;
    Ok(Reply::done())
}

fn set_record(seen: SeenSet) -> MetadataSetRecord {
    let SeenSet { set, access, .. } = seen;
    MetadataSetRecord {
        id: SetId(set.row.id),
        name: set.row.name,
        description: set.row.description,
        disabled: OneOrEmpty(false),
        read: OneOrEmpty(access.may_read),
        write: OneOrEmpty(access.may_write),
        kind: KindNumber(set.row.kind),
        allowallpaths: OneOrEmpty(set.row.is_everywhere),
        attributes_total: set.attributes.len(),
        attribute: Numbered(set.attributes.into_iter().map(MetadataAttribute::from).collect()),
    }
}

fn values_record(seen: SeenSet) -> MetadataSetValues {
    let SeenSet { set, access, mut values, .. } = seen;
    let value = |row: AttributeRow| MetadataValue {
        id: Id(row.id),
        value: values.remove(&row.id).unwrap_or_default(),
        name: row.name,
        description: row.description,
        disabled: OneOrEmpty(row.is_disabled),
        required: OneOrEmpty(row.is_required),
        datatype: TypeNumber(row.kind),
        enumvalues: (row.kind == AttributeType::Enumeration).then(|| row.choices.join(",")),
    };
    MetadataSetValues {
        id: SetId(set.row.id),
        name: set.row.name,
        description: set.row.description,
        settype: KindNumber(set.row.kind),
        read: OneOrEmpty(access.may_read),
        write: OneOrEmpty(access.may_write),
        attributes_total: set.attributes.len(),
        attribute: Numbered(set.attributes.into_iter().map(value).collect()),
    }
}
