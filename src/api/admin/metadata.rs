//! Metadata sets, for administrators.

use crate::api::call_context::CallContext;
use crate::api::metadata::{
    AttributeId, AttributeType, KindNumber, MetadataAttribute, OneOrEmpty, SetId, SetType, Told,
};
use crate::api::numbered_groups::{NumberedGroup, joined, optional};
use crate::api::op::ops;
use crate::api::params::{
    AccountName, Field, Ignored, Param, Params, RecordId, TrueOrFalse, check_length, params, unusable,
};
use crate::api::record::{Id, Numbered, NumberedTexts, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::Schema;
use crate::api::texts::Lines;
use crate::base::limits::{METADATA_CHOICES_MAX, METADATA_NAME_BYTES_MAX, METADATA_VALUE_BYTES_MAX};
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::accounts::actor::{Admin, User};
use crate::domain::metadata::sets::{self, DefinedSet, Definition, NamedMember};
use crate::error::{Code, Error, Result};
use crate::http::Form;
use crate::store::Write;
use crate::store::metadata::{AttributeRow, SetMember};

ops! { METADATA: Admin "Metadata"
    /// The metadata sets, the default first.
    "getmetadatasetdefinitions" admin read list(List) -> DefinedMetadataSets;
    /// The metadata set with an id; an empty reply if there is none.
    "getmetadataset" admin read one(OneSet) -> DefinedMetadataSet;
    /// Defines a metadata set. Only the users and groups in it see and change its values.
    "addmetadataset" admin slow add(NewSet) -> Command;
    /// Changes a metadata set. If no attributes, users, groups or paths are given, those of the set
    /// stay. If some are given, the missing ones are removed; removed attributes lose all their
    /// values.
    "updatemetadataset" admin slow update(ChangedSet) -> Command;
    /// Removes a metadata set with all its values. The default set stays.
    "deletemetadataset" admin write remove(OneSet) -> Command;
}

params! {
    List {
        /// Only sets whose name contains this text.
        keyword: Option<String>,
        /// Number of records to skip.
        start: u64 = 0,
        /// The position after the last set to send; 0 for all.
        end: u64 = 0,
    }
    OneSet {
        /// The id of the set.
        setid = "setId|setid": SetId,
    }
    NoId {
        /// Ignored: the server chooses the id.
        id: Ignored,
    }
    ItsId {
        /// The id of the set.
        id: SetId,
    }
    Head {
        /// The name, 1 to 100 bytes.
        name: Told<METADATA_NAME_BYTES_MAX>,
        /// Its purpose.
        description: Lines<0, METADATA_VALUE_BYTES_MAX> = "",
        /// Whether the set is hidden for now. Its values are kept.
        disabled: TrueOrFalse = "false",
        /// Whether it can be used everywhere; otherwise only below its paths.
        allowallpaths: TrueOrFalse = "false",
        /// The kind of the set, which cannot be changed: 3, or 2 for the default set.
        kind = "type": Option<SetType>,
    }
    GivenAttribute {
        /// The id of the attribute, to change it; empty for a new one.
        id = "attribute0..attributeN_attributeid": Option<AttributeId>,
        /// Its name, 1 to 100 bytes.
        name = "attribute0..attributeN_name": Told<METADATA_NAME_BYTES_MAX> = "",
        /// Its purpose.
        description = "attribute0..attributeN_description": Lines<0, METADATA_VALUE_BYTES_MAX> = "",
        /// 1 text, 2 whole number, 3 decimal number, 4 boolean, 5 date, 6 enumeration, 7 list
        /// separated by commas. It cannot be changed once there are values.
        kind = "attribute0..attributeN_type": AttributeType = 1,
        /// Whether it must not be empty.
        required = "attribute0..attributeN_required": TrueOrFalse = "false",
        /// Whether its values can no longer be changed.
        disabled = "attribute0..attributeN_disabled": TrueOrFalse = "false",
        /// The value with which a file or folder begins.
        defaultvalue = "attribute0..attributeN_defaultvalue": Lines<0, METADATA_VALUE_BYTES_MAX> = "",
        /// A value of an enumeration. The next one is `attribute0_predefinedvalue1` and so on.
        choices = "attribute0..attributeN_predefinedvalue0": Choices,
        /// Ignored: the values of the enumeration are counted.
        choices_total = "attribute0..attributeN_predefinedvalues_total": Ignored,
    }
    GivenUser {
        /// Whether the user may see the values.
        read = "user0..userN_read": TrueOrFalse = "false",
        /// Whether the user may change the values.
        write = "user0..userN_write": TrueOrFalse = "false",
        /// The user.
        name = "user0..userN_name": AccountName,
    }
    GivenGroup {
        /// Ignored: the name is known from the id.
        name = "group0..groupN_name": Ignored,
        /// Whether the members may see the values.
        read = "group0..groupN_read": TrueOrFalse = "false",
        /// Whether the members may change the values.
        write = "group0..groupN_write": TrueOrFalse = "false",
        /// The id of the group.
        id = "group0..groupN_id": RecordId,
    }
    GivenPath {
        /// A folder below which the set can be used.
        path = "path0..pathN": ShownPath,
    }
    Totals {
        /// Number of attributes in the call. If it is missing, they are counted.
        attributes = "attributes_total": Option<u64>,
        /// Number of users in the call. If it is missing, they are counted.
        users = "users_total": Option<u64>,
        /// Number of groups in the call. If it is missing, they are counted.
        groups = "groups_total": Option<u64>,
        /// Number of paths in the call. If it is missing, they are counted.
        paths = "paths_total": Option<u64>,
    }
}

/// The values of an enumeration: the texts whose names end in 0, 1 and so on.
#[derive(Clone, Debug, Default)]
struct Choices(Vec<String>);

impl Param for Choices {
    const SCHEMA: Schema = Schema::TEXT.of_bytes(0, METADATA_VALUE_BYTES_MAX);
    const IS_REQUIRED: bool = false;

    fn parse(text: &str) -> Result<Choices> {
        Ok(Choices(vec![text.into()]))
    }

    fn take(form: &Form, names: &'static str) -> Result<Choices> {
        let prefix = names.trim_end_matches('0');
        // Reads one more than the maximum, so that too many are refused.
        let texts = (0..=METADATA_CHOICES_MAX).map_while(|number| form.get(&format!("{prefix}{number}")));
        let texts = texts.map(|text| match check_length(text, METADATA_VALUE_BYTES_MAX) {
            Ok(()) => Ok(text.to_owned()),
            Err(error) => Err(unusable(names, error)),
        });
        texts.collect::<Result<_>>().map(Choices)
    }
}

/// The definition of a set in a call.
struct GivenSet {
    head: Head,
    attributes: Option<Vec<GivenAttribute>>,
    users: Option<Vec<GivenUser>>,
    groups: Option<Vec<GivenGroup>>,
    paths: Option<Vec<GivenPath>>,
}

/// A new set, and a changed set.
struct NewSet(GivenSet);
struct ChangedSet(ItsId, GivenSet);

const ATTRIBUTE: [Field; GivenAttribute::FIELDS.len()] = optional(GivenAttribute::FIELDS);
const USER: [Field; GivenUser::FIELDS.len()] = optional(GivenUser::FIELDS);
const GROUP: [Field; GivenGroup::FIELDS.len()] = optional(GivenGroup::FIELDS);
const PATH: [Field; GivenPath::FIELDS.len()] = optional(GivenPath::FIELDS);
const GIVEN: usize =
    Head::FIELDS.len() + ATTRIBUTE.len() + USER.len() + GROUP.len() + PATH.len() + Totals::FIELDS.len() + 1;

impl Params for NewSet {
    const FIELDS: &'static [Field] =
        &joined::<GIVEN>(&[NoId::FIELDS, Head::FIELDS, &ATTRIBUTE, &USER, &GROUP, &PATH, Totals::FIELDS]);

    fn read(form: &Form) -> Result<NewSet> {
        GivenSet::read(form).map(NewSet)
    }
}

impl Params for ChangedSet {
    const FIELDS: &'static [Field] =
        &joined::<GIVEN>(&[ItsId::FIELDS, Head::FIELDS, &ATTRIBUTE, &USER, &GROUP, &PATH, Totals::FIELDS]);

    fn read(form: &Form) -> Result<ChangedSet> {
        Ok(ChangedSet(ItsId::read(form)?, GivenSet::read(form)?))
    }
}

impl GivenSet {
    fn read(form: &Form) -> Result<GivenSet> {
        let totals = Totals::read(form)?;
        Ok(GivenSet {
            head: Head::read(form)?,
            attributes: NumberedGroup { prefix: "attribute", total: totals.attributes }.read(form)?,
            users: NumberedGroup { prefix: "user", total: totals.users }.read(form)?,
            groups: NumberedGroup { prefix: "group", total: totals.groups }.read(form)?,
            paths: NumberedGroup { prefix: "path", total: totals.paths }.read(form)?,
        })
    }

    fn definition(&self) -> Definition {
        let user = |user: &GivenUser| (NamedMember::User(user.name.0.clone()), user.read.0, user.write.0);
        let group = |group: &GivenGroup| (NamedMember::Group(group.id.0), group.read.0, group.write.0);
        Definition {
            name: self.head.name.0.clone(),
            description: self.head.description.0.clone(),
            is_disabled: self.head.disabled.0,
            is_everywhere: self.head.allowallpaths.0,
            attributes: self.attributes.as_ref().map(|all| all.iter().map(attribute_row).collect()),
            users: self.users.as_ref().map(|all| all.iter().map(user).collect()),
            groups: self.groups.as_ref().map(|all| all.iter().map(group).collect()),
        }
    }
}

fn attribute_row(given: &GivenAttribute) -> AttributeRow {
    AttributeRow {
        id: given.id.map_or(0, |id| id.0),
        name: given.name.0.clone(),
        description: given.description.0.clone(),
        kind: given.kind.stored(),
        is_required: given.required.0,
        is_disabled: given.disabled.0,
        default_value: given.defaultvalue.0.clone(),
        choices: given.choices.0.clone(),
    }
}

record! {
    /// A user who may see or change the values of a metadata set.
    MetadataUser {
        /// The name.
        name = "_name": String,
        /// Whether they may see the values.
        read = "_read": OneOrEmpty,
        /// Whether they may change the values.
        write = "_write": OneOrEmpty,
    }
    /// A group whose members may see or change the values of a metadata set.
    MetadataGroup {
        /// The id.
        id = "_id": Id,
        /// The name.
        name = "_name": String,
        /// Whether they may see the values.
        read = "_read": OneOrEmpty,
        /// Whether they may change the values.
        write = "_write": OneOrEmpty,
    }
    /// A metadata set, as it is defined.
    DefinedMetadataSetRecord {
        /// The id.
        id: SetId,
        /// The name.
        name: String,
        /// Its purpose.
        description: String,
        /// 1 built in, 2 default, 3 custom.
        kind = "type": KindNumber,
        /// Whether the set is hidden for now.
        disabled: OneOrEmpty,
        /// Whether it can be used everywhere.
        allowallpaths: OneOrEmpty,
        /// Its attributes.
        attribute: Numbered<MetadataAttribute>,
        /// Number of attributes.
        attributes_total: usize,
        /// Users who may see or change its values.
        user: Numbered<MetadataUser>,
        /// Number of users.
        users_total: usize,
        /// Groups whose members may see or change its values.
        group: Numbered<MetadataGroup>,
        /// Number of groups.
        groups_total: usize,
        /// A folder below which it can be used.
        path: NumberedTexts,
        /// Number of paths.
        paths_total: usize,
    }
}

reply! {
    /// Metadata sets, as they are defined.
    DefinedMetadataSets = metadatasets(Total)[metadataset: DefinedMetadataSetRecord];
    /// The metadata set with an id, as it is defined.
    DefinedMetadataSet = metadatasets()[metadataset: DefinedMetadataSetRecord];
}

fn list(view: &CloudView<'_>, admin: &Admin, params: List) -> Result<Reply<DefinedMetadataSets>> {
    let found = view.defined_sets(admin, params.keyword.as_deref().unwrap_or_default())?;
    let total = Total { total: found.len() };
    let position = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let end = if params.end == 0 { usize::MAX } else { position(params.end) };
    let page = found.into_iter().take(end).skip(position(params.start));
    Ok(Reply::with_meta(total, page.map(record).collect::<Vec<_>>()))
}

fn one(view: &CloudView<'_>, admin: &Admin, params: OneSet) -> Result<Reply<DefinedMetadataSet>> {
    let found = view.defined_sets(admin, "")?.into_iter().filter(|found| found.set.row.id == params.setid.0);
    Ok(Reply::list(found.map(record).collect::<Vec<_>>()))
}

fn add(context: &mut CallContext<'_>, admin: &Admin, params: NewSet) -> Result<Reply> {
    let NewSet(given) = params;
    if given.head.kind.is_some_and(|kind| kind != SetType::Custom) {
        return Err(Error::new(Code::Invalid, "A new metadata set is of the type 3."));
    }
    define(context, admin, None, &given)
}

fn update(context: &mut CallContext<'_>, admin: &Admin, params: ChangedSet) -> Result<Reply> {
    let ChangedSet(id, given) = params;
    define(context, admin, Some(id.id.0), &given)
}

fn define(context: &mut CallContext<'_>, admin: &Admin, id: Option<i64>, given: &GivenSet) -> Result<Reply> {
    let (view, proxy) = (context.view(), User::proxy(admin));
    let places = given.paths.as_ref().map(|paths| {
        let places = paths.iter().map(|given| view.readable(&proxy, &given.path));
        places.collect::<Result<Vec<_>>>()
    });
    let change = context.cloud().define_set(id, given.definition(), places.transpose()?.as_deref())?;
    context.commit(change)?;
    Ok(Reply::done())
}

fn remove(tx: &Write, _: &Admin, params: OneSet) -> Result<Reply> {
    sets::remove(tx, params.setid.0)?;
    Ok(Reply::done())
}

fn record(defined: DefinedSet) -> DefinedMetadataSetRecord {
    let DefinedSet { set, users, groups, places } = defined;
    let may = |member: &SetMember| (OneOrEmpty(member.may_read), OneOrEmpty(member.may_write));
    let user = |(name, member): (String, SetMember)| {
        let (read, write) = may(&member);
        MetadataUser { name, read, write }
    };
    let group = |(id, name, member): (i64, String, SetMember)| {
        let (read, write) = may(&member);
        MetadataGroup { id: Id(id), name, read, write }
    };
    DefinedMetadataSetRecord {
        id: SetId(set.row.id),
        name: set.row.name,
        description: set.row.description,
        kind: KindNumber(set.row.kind),
        disabled: OneOrEmpty(set.row.is_disabled),
        allowallpaths: OneOrEmpty(set.row.is_everywhere),
        attributes_total: set.attributes.len(),
        attribute: Numbered(set.attributes.into_iter().map(MetadataAttribute::from).collect()),
        users_total: users.len(),
        user: Numbered(users.into_iter().map(user).collect()),
        groups_total: groups.len(),
        group: Numbered(groups.into_iter().map(group).collect()),
        paths_total: places.len(),
        path: NumberedTexts(places.iter().map(ShownPath::to_string).collect()),
    }
}
