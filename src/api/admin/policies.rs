//! Policies, for administrators.

use crate::api::admin::groups::GroupRecord;
use crate::api::op::ops;
use crate::api::params::{
    AccountName, Field, Nothing, Param, Params, RecordId, Shown, check_length, params, unusable,
};
use crate::api::record::{Id, No, StatusNumber, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::{Schema, words};
use crate::api::shown::{Noted, Titled};
use crate::api::texts::Line;
use crate::base::limits::POLICY_NAME_BYTES_MAX;
use crate::domain::CloudView;
use crate::domain::accounts::actor::Admin;
use crate::domain::accounts::policies::Policies;
use crate::domain::accounts::policy_changes::{self, Recipient};
use crate::domain::accounts::policy_keys::{self, KEYS, Kind};
use crate::error::Result;
use crate::http::Form;
use crate::store::Write;
use crate::store::policies::PolicyRow;
use crate::store::users::UserRow;

ops! { POLICIES: Admin "Policies"
    /// All policies: the default policy, which applies to everybody, and then the others by name.
    /// For each key, the first value of this order applies: the account's own, that of its policy,
    /// those of its groups' policies together, that of the default policy, that of the settings.
    "getallpolicies" admin read list(List) -> PolicyList;
    /// The policy that applies to everybody.
    "getdefaultpolicy" admin read default(Nothing) -> PolicyList;
    /// Makes a policy without values.
    "addpolicy" admin write add(Add) -> Command;
    /// Changes the given values of a policy. An empty value removes the key from the policy. Names
    /// that are no keys are ignored.
    "updatepolicy" admin write update(Update) -> Command;
    /// Removes a policy. For accounts and groups that had it, the policies below it apply. The
    /// default policy cannot be removed.
    "removepolicy" admin write remove(OnePolicy) -> Command;
    /// Gives an account a policy, which replaces the one that it had.
    "assignpolicytouser" admin write assign_to_user(AssignToUser) -> Command;
    /// Removes the policy of an account, and the account's own values.
    "resetpolicyforuser" admin write reset(OneUser) -> Command;
    /// The accounts whose nearest policy this is.
    "getusersforpolicy" admin read users(OnePolicy) -> PolicyUsers;
    /// The policy that is nearest to an account, and the values that apply to the account.
    "geteffectivepolicyforuser" admin read effective(OneUser) -> EffectivePolicies;
    /// The values that apply to an account.
    "getpolicyforuser" admin read values(OneUser) -> PolicyValues;
    /// Changes the account's own values. An empty value leaves a key to its policies. Names that
    /// are no keys are ignored.
    "updatepolicyforuser" admin write update_for_user(UpdateForUser) -> Command;
    /// Gives a group a policy, which replaces the one that it had; an empty id gives it none. If
    /// the groups of an account differ, the stricter value applies; of two times for keeping
    /// something, the longer one.
    "assignpolicytogroup" admin write assign_to_group(AssignToGroup) -> Command;
    /// The groups that have a policy.
    "getgroupsforpolicy" admin read groups(OnePolicy) -> PolicyGroups;
}

params! {
    List {
        /// Number of records to skip.
        start: u64 = 0,
        /// Maximum number of records; all if it is missing.
        limit: Option<u64>,
        /// Only policies whose name contains this text.
        policynamefilter: Option<String>,
    }
    Add {
        /// The name.
        policyname: Titled<Line<POLICY_NAME_BYTES_MAX>>,
        /// 1 to make it the default policy instead of the present one.
        isdefault: bool = false,
    }
    OnePolicy {
        /// The id of the policy.
        policyid: PolicyId,
    }
    OneUser {
        /// The account.
        username: AccountName,
    }
    AssignToUser {
        /// The account.
        username: AccountName,
        /// The id of the policy.
        policyid: PolicyId,
    }
    AssignToGroup {
        /// The id of the group.
        groupid: Noted<RecordId>,
        /// The id of the policy; empty for none.
        policyid: Option<PolicyId>,
    }
    PolicyChange {
        /// The id of the policy.
        policyid: PolicyId,
        /// The new name.
        policyname: Option<Line<POLICY_NAME_BYTES_MAX>>,
        /// 1 to make it the default policy instead of the present one.
        isdefault: bool = false,
    }
}

/// The id of a policy. The audit log shows it.
#[derive(Clone, Copy, Debug)]
struct PolicyId(i64);

impl Param for PolicyId {
    const SCHEMA: Schema = RecordId::SCHEMA;
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<PolicyId> {
        RecordId::parse(text).map(|id| PolicyId(id.0))
    }
}

/// Values of keys from a call, which has a parameter for each key of the table.
type Values = Vec<(&'static str, String)>;

/// The parameters of a call, and its values of keys.
struct With<P> {
    what: P,
    values: Values,
}

type Update = With<PolicyChange>;
type UpdateForUser = With<OneUser>;

impl Params for Update {
    const FIELDS: &'static [Field] =
        &with_keys::<{ PolicyChange::FIELDS.len() + KEYS.len() }>(PolicyChange::FIELDS);

    fn read(form: &Form) -> Result<Update> {
        Ok(With { what: PolicyChange::read(form)?, values: values_in(form)? })
    }
}

impl Params for UpdateForUser {
    const FIELDS: &'static [Field] = &with_keys::<{ OneUser::FIELDS.len() + KEYS.len() }>(OneUser::FIELDS);

    fn read(form: &Form) -> Result<UpdateForUser> {
        Ok(With { what: OneUser::read(form)?, values: values_in(form)? })
    }
}

fn values_in(form: &Form) -> Result<Values> {
    let values = policy_changes::given_values(|name| form.get(name));
    for (name, value) in &values {
        check_length(value, VALUE_BYTES_MAX).map_err(|error| unusable(name, error))?;
    }
    Ok(values)
}

/// Fields, followed by one for each key.
const fn with_keys<const N: usize>(first: &[Field]) -> [Field; N] {
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { field_of(&KEYS[at - first.len()]) };
        at += 1;
    }
    all
}

/// Longer than any number or word that a key can have.
const VALUE_BYTES_MAX: usize = 100;

const fn field_of(key: &policy_keys::Key) -> Field {
    const SCHEMA: Schema = Schema::text("policy value").of_bytes(0, VALUE_BYTES_MAX).or_empty();
    Field {
        names: key.name,
        schema: &SCHEMA,
        is_required: false,
        default: None,
        shown: Shown::Named,
        help: key.help,
    }
}

record! {
    /// A key of a policy.
    PolicySettingRecord {
        /// Its name.
        param: &'static str,
        /// The value in the policy; empty if the policies below it decide.
        value: String,
        /// The value that applies if the policy has none.
        below: String,
        /// The form of its values.
        kind: KeyKind,
    }
    /// A policy.
    PolicyRecord {
        /// The id.
        policyid: Id,
        /// The name.
        policyname: String,
        /// Whether it is the default policy.
        isdefault: bool as extension,
        /// Number of accounts whose nearest policy this is.
        usercount: usize as extension,
        /// Number of groups that have it.
        groupcount: usize as extension,
        /// Its keys.
        setting: Vec<PolicySettingRecord> as extension,
    }
    /// An account whose nearest policy this is.
    PolicyUserRecord {
        /// The name.
        username: String,
        /// 0 guest, 1 full, 2 disabled, 3 external.
        status: StatusNumber,
        /// Whether the account is an administrator's.
        adminstatus: bool,
        /// The kind of account: 0, an account of this cloud.
        authtype: No,
    }
    /// A value that applies.
    PolicyValueRecord {
        /// The name of the key.
        key: &'static str,
        /// The value.
        value: String,
    }
    /// The result of the call.
    EffectivePolicyCommand {
        /// The operation.
        kind = "type": &'static str,
        /// 1.
        result: bool,
        /// Empty.
        message: &'static str,
    }
    /// A policy with the values that apply to an account.
    EffectivePolicyRecord {
        /// The id of the policy.
        policyid: Id,
        /// The name of the policy.
        policyname: String,
        /// All keys with the values that apply.
        setting: Vec<PolicyValueRecord> as extension,
    }
}

reply! {
    /// Policies.
    PolicyList = policies(Total)[policy: PolicyRecord];
    /// Accounts whose nearest policy this is.
    PolicyUsers = users(Total)[user: PolicyUserRecord];
    /// The policies that are nearest to an account, with the values that apply to it.
    EffectivePolicies = policies(EffectivePolicyCommand as command)[policy: EffectivePolicyRecord];
    /// The values that apply to an account.
    PolicyValues = policies()[policy: PolicyValueRecord];
    /// The groups that have a policy.
    PolicyGroups = groups(Total)[group: GroupRecord];
}

pub enum KeyKind {
    Flag,
    Days,
    Gigabytes,
}

words! {
    KeyKind { Flag = "flag", Days = "days", Gigabytes = "gigabytes" }
}

fn kind(kind: Kind) -> KeyKind {
    match kind {
        Kind::Flag => KeyKind::Flag,
        Kind::Days => KeyKind::Days,
        Kind::Gigabytes => KeyKind::Gigabytes,
    }
}

fn list(view: &CloudView<'_>, _: &Admin, params: List) -> Result<Reply<PolicyList>> {
    let part = params.policynamefilter.unwrap_or_default().to_lowercase();
    let policies = view.policies()?;
    let rows: Vec<&PolicyRow> =
        policies.rows().iter().filter(|row| row.name.to_lowercase().contains(&part)).collect();
    let total = Total { total: rows.len() };
    let position = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let page = rows
        .into_iter()
        .skip(position(params.start))
        .take(params.limit.map_or(usize::MAX, position))
        .cloned()
        .collect();
    Ok(Reply::with_meta(total, records(view, &policies, page)?))
}

fn default(view: &CloudView<'_>, _: &Admin, _: Nothing) -> Result<Reply<PolicyList>> {
    let policies = view.policies()?;
    let row = policies.rows().iter().filter(|row| row.is_default).cloned().collect();
    Ok(Reply::counted(records(view, &policies, row)?))
}

fn records(view: &CloudView<'_>, policies: &Policies, rows: Vec<PolicyRow>) -> Result<Vec<PolicyRecord>> {
    let config = view.config();
    let (accounts, _) = view.search_accounts("", 0, u64::MAX)?;
    let users =
        |policy: i64| accounts.iter().filter(|user| policies.nearest(user.id).contains(&policy)).count();
    let record = |row: PolicyRow| {
        let (said, below) = (policies.said_by(row.id), policies.below(&row).effective(&config));
        let setting = KEYS.iter().map(|key| PolicySettingRecord {
            param: key.name,
            value: said.text(key.name).unwrap_or_default(),
            below: below.text(key.name),
            kind: kind(key.kind),
        });
        PolicyRecord {
            policyid: Id(row.id),
            isdefault: row.is_default,
            usercount: users(row.id),
            groupcount: policies.groups_of(row.id).len(),
            setting: setting.collect(),
            policyname: row.name,
        }
    };
    Ok(rows.into_iter().map(record).collect())
}

fn add(tx: &Write, _: &Admin, params: Add) -> Result<Reply> {
    policy_changes::add(tx, &params.policyname, params.isdefault)?;
    Ok(Reply::done())
}

fn update(tx: &Write, _: &Admin, params: Update) -> Result<Reply> {
    let id = params.what.policyid.0;
    policy_changes::change(tx, id, params.what.policyname.as_deref(), &params.values)?;
    if params.what.isdefault {
        policy_changes::make_default(tx, id)?;
    }
    Ok(Reply::done())
}

fn remove(tx: &Write, _: &Admin, params: OnePolicy) -> Result<Reply> {
    policy_changes::remove(tx, params.policyid.0)?;
    Ok(Reply::done())
}

fn assign_to_user(tx: &Write, _: &Admin, params: AssignToUser) -> Result<Reply> {
    policy_changes::assign(tx, Recipient::User(&params.username.0), Some(params.policyid.0))?;
    Ok(Reply::done())
}

fn reset(tx: &Write, _: &Admin, params: OneUser) -> Result<Reply> {
    policy_changes::reset(tx, &params.username.0)?;
    Ok(Reply::done())
}

fn users(view: &CloudView<'_>, _: &Admin, params: OnePolicy) -> Result<Reply<PolicyUsers>> {
    let record = |user: UserRow| PolicyUserRecord {
        username: user.name,
        status: StatusNumber(user.status),
        adminstatus: user.is_admin,
        authtype: No,
    };
    let users = view.accounts_of_policy(params.policyid.0)?.into_iter().map(record);
    Ok(Reply::counted(users.collect::<Vec<_>>()))
}

fn effective(view: &CloudView<'_>, _: &Admin, params: OneUser) -> Result<Reply<EffectivePolicies>> {
    let (id, policies) = (view.existing_account(&params.username.0)?.id, view.policies()?);
    let nearest = policies.nearest(id);
    let rows = policies.rows().iter().filter(|row| nearest.contains(&row.id));
    let records = rows.map(|row| {
        Ok(EffectivePolicyRecord {
            policyid: Id(row.id),
            policyname: row.name.clone(),
            setting: in_force(view, id)?,
        })
    });
    let command = EffectivePolicyCommand { kind: "geteffectivepolicyforuser", result: true, message: "" };
    Ok(Reply::with_meta(command, records.collect::<Result<Vec<_>>>()?))
}

fn values(view: &CloudView<'_>, _: &Admin, params: OneUser) -> Result<Reply<PolicyValues>> {
    let account = view.existing_account(&params.username.0)?;
    Ok(Reply::list(in_force(view, account.id)?))
}

fn in_force(view: &CloudView<'_>, account: i64) -> Result<Vec<PolicyValueRecord>> {
    let policy = view.policy_of(account)?;
    let value = |key: &policy_keys::Key| PolicyValueRecord { key: key.name, value: policy.text(key.name) };
    Ok(KEYS.iter().map(value).collect())
}

fn update_for_user(tx: &Write, _: &Admin, params: UpdateForUser) -> Result<Reply> {
    policy_changes::change_for_account(tx, &params.what.username.0, &params.values)?;
    Ok(Reply::done())
}

fn assign_to_group(tx: &Write, _: &Admin, params: AssignToGroup) -> Result<Reply> {
    policy_changes::assign(tx, Recipient::Group(params.groupid.0), params.policyid.map(|id| id.0))?;
    Ok(Reply::done())
}

fn groups(view: &CloudView<'_>, _: &Admin, params: OnePolicy) -> Result<Reply<PolicyGroups>> {
    let groups = view.groups_of_policy(params.policyid.0)?;
    Ok(Reply::counted(groups.into_iter().map(GroupRecord::from).collect::<Vec<_>>()))
}
