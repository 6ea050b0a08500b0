//! Policies, as an administrator makes and gives them.

use crate::api::admin::groups::GroupRecord;
use crate::api::op::ops;
use crate::api::params::{AccountName, Field, Nothing, Param, Params, RecordId, Shown, params};
use crate::api::record::{Id, No, StatusNumber, Total, record, reply};
use crate::api::reply::{Command, Reply};
use crate::api::schema::{Schema, words};
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
    /// All policies: the default, which is for everybody, and then the others by name. For each key the nearest word holds: what
    /// is said of an account alone, then the policy that it was given, then those of its groups together, then the default
    /// policy, then the settings.
    "getallpolicies" admin read list(List) -> PolicyList;
    /// The policy that is for everybody.
    "getdefaultpolicy" admin read default(Nothing) -> PolicyList;
    /// Makes a policy that says nothing yet.
    "addpolicy" admin write add(Add) -> Command;
    /// Changes the values that are given of a policy. An empty value leaves a key to what is below; names that are no keys are
    /// ignored.
    "updatepolicy" admin write update(Update) -> Command;
    /// Removes a policy. Who had it is left to what is below. The default policy cannot be removed.
    "removepolicy" admin write remove(OnePolicy) -> Command;
    /// Gives an account a policy in place of the one that it had.
    "assignpolicytouser" admin write assign_to_user(AssignToUser) -> Command;
    /// Takes the policy of an account away, and what was said of the account alone.
    "resetpolicyforuser" admin write reset(OneUser) -> Command;
    /// The accounts to which a policy is the nearest.
    "getusersforpolicy" admin read users(OnePolicy) -> PolicyUsers;
    /// What holds for an account: the policy that is the nearest to it, with the values in force.
    "geteffectivepolicyforuser" admin read effective(OneUser) -> EffectivePolicies;
    /// The values in force for an account.
    "getpolicyforuser" admin read values(OneUser) -> PolicyValues;
    /// Says something of one account alone. An empty value leaves a key to its policies; names that are no keys are ignored.
    "updatepolicyforuser" admin write update_for_user(UpdateForUser) -> Command;
    /// Gives a group a policy in place of the one that it had, or none. Where the groups of an account say different things the
    /// stricter word holds, and what is kept is kept for the longer time.
    "assignpolicytogroup" admin write assign_to_group(AssignToGroup) -> Command;
    /// The groups that a policy is given to.
    "getgroupsforpolicy" admin read groups(OnePolicy) -> PolicyGroups;
}

params! {
    List {
        /// How many to pass over.
        start: u64 = 0,
        /// How many to send; all without it.
        limit: Option<u64>,
        /// Only policies whose name contains this text.
        policynamefilter: Option<String>,
    }
    Add {
        /// The name, 1 to 100 bytes.
        policyname: String,
        /// Makes it the default, in place of the one that is it.
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
        groupid: RecordId,
        /// The id of the policy; empty for none.
        policyid: Option<PolicyId>,
    }
    PolicyChange {
        /// The id of the policy.
        policyid: PolicyId,
        /// A new name, 1 to 100 bytes.
        policyname: Option<String>,
        /// Makes it the default, in place of the one that is it.
        isdefault: bool = false,
    }
}

/// The id of a policy. The audit log tells it.
#[derive(Clone, Copy, Debug)]
struct PolicyId(i64);

impl Param for PolicyId {
    const SCHEMA: Schema = RecordId::SCHEMA;
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<PolicyId> {
        RecordId::parse(text).map(|id| PolicyId(id.0))
    }
}

/// Values of keys, as they are given: a parameter for each key of the table.
type Values = Vec<(&'static str, String)>;

/// Something to change, with values of keys.
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
        Ok(With { what: PolicyChange::read(form)?, values: values_in(form) })
    }
}

impl Params for UpdateForUser {
    const FIELDS: &'static [Field] = &with_keys::<{ OneUser::FIELDS.len() + KEYS.len() }>(OneUser::FIELDS);

    fn read(form: &Form) -> Result<UpdateForUser> {
        Ok(With { what: OneUser::read(form)?, values: values_in(form) })
    }
}

fn values_in(form: &Form) -> Values {
    policy_changes::given_values(|name| form.get(name))
}

/// Some fields, and one for each key.
const fn with_keys<const N: usize>(first: &[Field]) -> [Field; N] {
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { field_of(&KEYS[at - first.len()]) };
        at += 1;
    }
    all
}

const fn field_of(key: &policy_keys::Key) -> Field {
    let schema = Schema::text("policy value").or_empty();
    Field { names: key.name, schema, is_required: false, default: None, shown: Shown::Named, help: key.help }
}

record! {
    /// A key of a policy.
    PolicySettingRecord {
        /// Its name.
        param: &'static str,
        /// What the policy says; empty where it leaves the key to what is below.
        value: String,
        /// What holds without its word.
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
        /// Whether it is the one for everybody.
        isdefault: bool as extension,
        /// How many accounts it is the nearest to.
        usercount: usize as extension,
        /// How many groups it is given to.
        groupcount: usize as extension,
        /// Its keys.
        setting: Vec<PolicySettingRecord> as extension,
    }
    /// An account to which a policy is the nearest.
    PolicyUserRecord {
        /// The name.
        username: String,
        /// 0 guest, 1 full, 2 disabled, 3 external.
        status: StatusNumber,
        /// Whether it is an administrator's.
        adminstatus: bool,
        /// How it is kept: 0, by this cloud.
        authtype: No,
    }
    /// A value in force.
    PolicyValueRecord {
        /// The name of the key.
        key: &'static str,
        /// The value.
        value: String,
    }
    /// What became of the call.
    EffectivePolicyCommand {
        /// The operation.
        kind = "type": &'static str,
        /// 1.
        result: bool,
        /// Empty.
        message: &'static str,
    }
    /// A policy with the values in force for an account.
    EffectivePolicyRecord {
        /// The id of the policy.
        policyid: Id,
        /// The name of the policy.
        policyname: String,
        /// All keys with the values in force.
        setting: Vec<PolicyValueRecord> as extension,
    }
}

reply! {
    /// Policies.
    PolicyList = policies(Total)[policy: PolicyRecord];
    /// Accounts to which a policy is the nearest.
    PolicyUsers = users(Total)[user: PolicyUserRecord];
    /// The policies that are the nearest to an account, with the values in force.
    EffectivePolicies = policies(EffectivePolicyCommand as command)[policy: EffectivePolicyRecord];
    /// The values in force for an account.
    PolicyValues = policies()[policy: PolicyValueRecord];
    /// The groups that a policy is given to.
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
