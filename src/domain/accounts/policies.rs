//! Policies: the rights and limits of accounts, set for everybody, for groups and for single
//! accounts.
//!
//! For each key, the first value of this order applies: the account's own, that of its policy,
//! those of its groups' policies together, that of the default policy, that of the settings.

use super::policy_keys::{EffectivePolicy, Policy};
use crate::base::guarded::GuardedShared;
use crate::base::root::Root;
use crate::domain::CloudView;
use crate::error::{Code, Error, Result};
use crate::store::groups::{self, GroupRow};
use crate::store::policies::{self, Holder, PolicyRow};
use crate::store::shares::{self, Member};
use crate::store::users::UserRow;
use crate::store::{Read, users};
use std::collections::HashMap;
use std::sync::Arc;

/// All policies at one moment, and the accounts and groups that have them.
#[derive(Debug, Default)]
pub struct Policies {
    /// The default policy first.
    rows: Vec<PolicyRow>,
    said: HashMap<Holder, Policy>,
    members: HashMap<Member, i64>,
    /// The groups of accounts, but not EVERYONE.
    groups: HashMap<i64, Vec<i64>>,
    everyone: i64,
}

/// The policies that were read last, and their version in the database.
#[derive(Default)]
pub struct Remembered(GuardedShared<Option<OfVersion>>);

type OfVersion = ((u64, u64), Arc<Policies>);

impl Policies {
    pub(super) fn read(read: &Read) -> Result<Policies> {
        let mut said: HashMap<Holder, Policy> = HashMap::new();
        for row in policies::all_values(read)? {
            // Keys of another version of the program stay in the database and are skipped.
            if let Err(error) = said.entry(row.holder).or_default().set(&row.name, &row.value) {
                log::warn!("a value of a policy is passed over: {error}");
            }
        }
        let mut groups: HashMap<i64, Vec<i64>> = HashMap::new();
        for (user, group) in shares::memberships(read)? {
            groups.entry(user).or_default().push(group);
        }
        Ok(Policies {
            rows: policies::all(read)?,
            said,
            members: policies::all_members(read)?
                .into_iter()
                .map(|(policy, member)| (member, policy))
                .collect(),
            groups,
            everyone: shares::everyone(read)?,
        })
    }

    /// All policies, the default first, then by name.
    pub fn rows(&self) -> &[PolicyRow] {
        &self.rows
    }

    /// The values of a policy.
    pub fn said_by(&self, policy: i64) -> Policy {
        self.said.get(&Holder::Policy(policy)).cloned().unwrap_or_default()
    }

    /// True if any policy requires a second factor of somebody.
    pub(super) fn require_a_second_factor(&self) -> bool {
        self.said.values().any(Policy::requires_second_factor)
    }

    /// The values that apply below a policy: the default policy's; none below the default policy.
    pub fn below(&self, policy: &PolicyRow) -> Policy {
        if policy.is_default { Policy::default() } else { self.default() }
    }

    /// The policy that a member itself has.
    pub fn of_member(&self, member: Member) -> Option<i64> {
        self.members.get(&member).copied()
    }

    /// The values of all policies of an account together.
    pub fn of_account(&self, account: i64) -> Policy {
        let own = self.said.get(&Holder::User(account)).cloned().unwrap_or_default();
        let given = self.of_member(Member::User(account)).map(|id| self.said_by(id)).unwrap_or_default();
        let of_groups = self.of_groups(account).into_iter().map(|id| self.said_by(id));
        let of_groups = of_groups.reduce(|one, other| one.and(&other)).unwrap_or_default();
        own.over(&given).over(&of_groups).over(&self.default())
    }

    /// The policies that are nearest to an account: its own, or those of its groups, or the
    /// default.
    pub fn nearest(&self, account: i64) -> Vec<i64> {
        if let Some(id) = self.of_member(Member::User(account)) {
            return vec![id];
        }
        let of_groups = self.of_groups(account);
        let default = || self.rows.iter().filter(|row| row.is_default).map(|row| row.id).collect();
        if of_groups.is_empty() { default() } else { of_groups }
    }

    /// The groups that have a policy.
    pub fn groups_of(&self, policy: i64) -> Vec<i64> {
        let groups =
            self.members.iter().filter(|(_, id)| **id == policy).filter_map(|(member, _)| match member {
                Member::Group(id) => Some(*id),
                Member::User(_) => None,
            });
        let mut groups: Vec<i64> = groups.collect();
        groups.sort_unstable();
        groups
    }

    /// The policies of the groups of an account, each once.
    fn of_groups(&self, account: i64) -> Vec<i64> {
        let groups = self.groups.get(&account).into_iter().flatten().chain([&self.everyone]);
        let mut ids: Vec<i64> = groups.filter_map(|group| self.of_member(Member::Group(*group))).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn default(&self) -> Policy {
        let default = self.rows.iter().find(|row| row.is_default);
        default.map(|row| self.said_by(row.id)).unwrap_or_default()
    }
}

impl CloudView<'_> {
    /// All policies, as they are now.
    pub fn policies(&self) -> Result<Arc<Policies>> {
        // The version is read first: after a change in between, the policies look too old, never
        // too new.
        let version = self.cloud.store.grants_version()?;
        if let Some((_, policies)) = self.cloud.policies.0.read().as_ref().filter(|(of, _)| *of == version) {
            return Ok(Arc::clone(policies));
        }
        let policies = Arc::new(self.cloud.store.read(Policies::read)?);
        *self.cloud.policies.0.write() = Some((version, Arc::clone(&policies)));
        Ok(policies)
    }

    /// The values of the default policy.
    pub fn default_policy(&self) -> Result<Policy> {
        Ok(self.policies()?.default())
    }

    /// The values that apply to an account, by its id.
    pub fn policy_of(&self, account: i64) -> Result<EffectivePolicy> {
        Ok(self.policies()?.of_account(account).effective(&self.config()))
    }

    /// The days for which deleted entries of an owner stay in the recycle bin: by the policy of an
    /// account, and by the setting for further disks and the data of removed accounts.
    pub(in crate::domain) fn recycle_days_of(&self, owner: &Root) -> Result<u32> {
        let Root::Account(id) = owner else { return Ok(self.config().recycle_days) };
        Ok(self.policy_of(*id)?.recycle_days.0)
    }

    /// True if an account must use a second factor at sign-in. Only this decides it.
    pub fn requires_second_factor(&self, account: i64) -> Result<bool> {
        Ok(self.policy_of(account)?.second_factor.0)
    }

    /// As [`CloudView::requires_second_factor`], from memory only: `None` if policies have to be
    /// read.
    pub(super) fn requires_second_factor_at_once(&self, account: i64) -> Option<bool> {
        let version = self.cloud.store.grants_version().ok()?;
        let remembered = self.cloud.policies.0.read();
        let (_, policies) = remembered.as_ref().filter(|(of, _)| *of == version)?;
        Some(policies.of_account(account).effective(&self.config()).second_factor.0)
    }

    /// The maximum number of bytes of an account; 0 for no limit. Its own limit comes before that
    /// of its policy.
    pub fn storage_limit(&self, account: &UserRow) -> Result<u64> {
        match account.quota_bytes {
            0 => Ok(self.policy_of(account.id)?.storage_max.0),
            own => Ok(own),
        }
    }

    /// Refuses to connect a device if the account may have none.
    ///
    /// # Errors
    /// `Code::Forbidden`.
    pub(in crate::domain) fn check_may_connect(&self, account: i64) -> Result<()> {
        match self.policy_of(account)?.devices.0 {
            true => Ok(()),
            false => Err(Error::new(
                Code::Forbidden,
                "The administrator of this cloud does not let this account connect devices.",
            )),
        }
    }

    /// Accounts whose nearest policy is this one, by name.
    ///
    /// # Errors
    /// `Code::NotFound` without such a policy.
    pub fn accounts_of_policy(&self, policy: i64) -> Result<Vec<UserRow>> {
        let policies = self.policies()?;
        let (mut accounts, _) = self.cloud.store.read(|read| {
            existing(read, policy)?;
            users::search(read, "", 0, u64::MAX)
        })?;
        accounts.retain(|account| policies.nearest(account.id).contains(&policy));
        Ok(accounts)
    }

    /// The groups that have a policy, in the order in which they were made.
    ///
    /// # Errors
    /// `Code::NotFound` without such a policy.
    pub fn groups_of_policy(&self, policy: i64) -> Result<Vec<GroupRow>> {
        let ids = self.policies()?.groups_of(policy);
        self.cloud.store.read(|read| {
            existing(read, policy)?;
            let groups = ids.into_iter().map(|id| groups::by_id(read, id));
            Ok(groups.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
        })
    }
}

/// # Errors
/// `Code::NotFound`.
pub(super) fn existing(read: &Read, id: i64) -> Result<PolicyRow> {
    policies::by_id(read, id)?.ok_or_else(|| Error::new(Code::NotFound, "There is no such policy."))
}
