//! The administrator's rules for links: who may make links, whether links need a password, and how
//! long they last.

use crate::domain::Cloud;
use crate::domain::accounts::actor::User;
use crate::error::{Code, Error, Result};
use crate::store::shares::LinkRow;

const DAY: i64 = 24 * 3600;

/// The rules for the links of one user.
pub(super) struct LinkRules {
    may_make: bool,
    needs_password: bool,
    /// The longest time in seconds for which a link may last.
    life_max: Option<i64>,
}

impl Cloud {
    pub(super) fn link_rules(&self, user: &User) -> Result<LinkRules> {
        let (config, policy) = (self.config(), self.view().policy_of(user.id())?);
        let makers = &config.link_makers;
        let is_maker = makers.is_empty() || makers.iter().any(|name| name == user.name());
        let days = i64::from(policy.link_days_max.0);
        let is_maker = is_maker || user.session().account.is_admin;
        Ok(LinkRules {
            may_make: config.links_allowed && policy.links.0 && is_maker,
            needs_password: config.link_password_required,
            life_max: (days > 0).then_some(days * DAY),
        })
    }
}

impl LinkRules {
    /// # Errors
    /// `Code::Forbidden` if the user may not share with people without an account.
    pub fn check_may_share_outside(&self) -> Result<()> {
        match self.may_make {
            true => Ok(()),
            false => Err(Error::new(
                Code::Forbidden,
                "The administrator of this cloud does not let you share with people outside of it.",
            )),
        }
    }

    /// Checks a link before it is stored, and limits how long it lasts.
    ///
    /// # Errors
    /// `Code::Forbidden` if the user may not make links; `Code::Invalid` if a required password is
    /// missing.
    pub fn apply(&self, link: &mut LinkRow, now: i64) -> Result<()> {
        if !link.is_public {
            return Ok(());
        }
        if !self.may_make {
            return Err(Error::new(
                Code::Forbidden,
                "The administrator of this cloud does not let you make links.",
            ));
        }
        if self.needs_password && link.password_hash.is_none() {
            return Err(Error::new(
                Code::Invalid,
                "A link needs a password in this cloud. Please choose one.",
            ));
        }
        if let Some(latest) = self.life_max.map(|life| now.saturating_add(life)) {
            link.ends = Some(link.ends.unwrap_or(latest).min(latest));
        }
        Ok(())
    }
}
