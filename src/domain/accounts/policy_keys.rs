//! The keys of policies. One table declares names, types, help texts, and the values that apply
//! where no policy has one.

use crate::base::limits::SETTING_NUMBER_MAX;
use crate::base::refusal::Refusal;
use crate::base::size::{GIGABYTE, parse_gigabytes};
use crate::config::Config;
use crate::error::{Code, Error, Reason, Result};

/// A key of policies.
pub struct Key {
    /// The name of the key, as clients write it.
    pub name: &'static str,
    pub help: &'static str,
    pub kind: Kind,
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The values are 1 and 0.
    Flag,
    /// The values are whole numbers of days.
    Days,
    /// The values are numbers of GB.
    Gigabytes,
}

/// A type of values, which clients read and write as texts.
trait Value: Copy {
    const KIND: Kind;
    fn read(text: &str) -> Result<Self, Refusal>;
    fn text(self) -> String;
    /// The value for an account whose groups have two different ones.
    fn of_both(self, other: Self) -> Self;
}

/// Allows something or forbids it. If groups differ, it is forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed(pub bool);

/// Requires something or does not. If groups differ, it is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Required(pub bool);

/// The maximum number of days for which something lasts; 0 for no limit. The shorter time applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysMax(pub u32);

/// Days for which something is kept. The longer time applies, so that nothing is removed earlier
/// than any group says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaysKept(pub u32);

/// A maximum number of bytes; 0 for no limit. The smaller one applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BytesMax(pub u64);

fn flag(text: &str) -> Result<bool, Refusal> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "0" | "false" | "no" | "off" => Ok(false),
        _ => Err(Refusal::not_one_of(&["1", "0"])),
    }
}

fn flag_text(flag: bool) -> String {
    u8::from(flag).to_string()
}

fn days(text: &str, from: u32) -> Result<u32, Refusal> {
    let number = text.trim().parse().ok().filter(|number| (from..=SETTING_NUMBER_MAX).contains(number));
    number.ok_or_else(|| Refusal::not_in_range(from, SETTING_NUMBER_MAX))
}

/// The smaller of two limits; 0 is no limit.
fn smaller<T: Ord + Default>(one: T, other: T) -> T {
    let zero = T::default();
    if one == zero || (other != zero && other < one) { other } else { one }
}

impl Value for Allowed {
    const KIND: Kind = Kind::Flag;

    fn read(text: &str) -> Result<Allowed, Refusal> {
        flag(text).map(Allowed)
    }

    fn text(self) -> String {
        flag_text(self.0)
    }

    fn of_both(self, other: Allowed) -> Allowed {
        Allowed(self.0 && other.0)
    }
}

impl Value for Required {
    const KIND: Kind = Kind::Flag;

    fn read(text: &str) -> Result<Required, Refusal> {
        flag(text).map(Required)
    }

    fn text(self) -> String {
        flag_text(self.0)
    }

    fn of_both(self, other: Required) -> Required {
        Required(self.0 || other.0)
    }
}

impl Value for DaysMax {
    const KIND: Kind = Kind::Days;

    fn read(text: &str) -> Result<DaysMax, Refusal> {
        days(text, 0).map(DaysMax)
    }

    fn text(self) -> String {
        self.0.to_string()
    }

    fn of_both(self, other: DaysMax) -> DaysMax {
        DaysMax(smaller(self.0, other.0))
    }
}

impl Value for DaysKept {
    const KIND: Kind = Kind::Days;

    fn read(text: &str) -> Result<DaysKept, Refusal> {
        days(text, 1).map(DaysKept)
    }

    fn text(self) -> String {
        self.0.to_string()
    }

    fn of_both(self, other: DaysKept) -> DaysKept {
        DaysKept(self.0.max(other.0))
    }
}

impl Value for BytesMax {
    const KIND: Kind = Kind::Gigabytes;

    fn read(text: &str) -> Result<BytesMax, Refusal> {
        let bytes = parse_gigabytes(text).map(BytesMax);
        bytes.ok_or_else(|| Refusal::of(Reason::NotASize, "is not a number of GB, 0 for no limit"))
    }

    fn text(self) -> String {
        format!("{}", self.0 as f64 / GIGABYTE)
    }

    fn of_both(self, other: BytesMax) -> BytesMax {
        BytesMax(smaller(self.0, other.0))
    }
}

macro_rules! policy_keys {
    ($( $(#[doc = $help:literal])+ $field:ident = $name:literal : $type:ty, |$config:pat_param| $unsaid:expr; )+) => {
        /// The values of a policy. `None` leaves a key to the policies below.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Policy {
            $( $field: Option<$type>, )+
        }

        /// The values that apply to an account.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct EffectivePolicy {
            $( $(#[doc = $help])+ pub $field: $type, )+
        }

        /// The table of keys.
        pub const KEYS: &[Key] = &[
            $( Key { name: $name, help: concat!($($help),+), kind: <$type as Value>::KIND }, )+
        ];

        impl Policy {
            /// Sets a key to a client's text. A key that is not in the table is skipped.
            ///
            /// # Errors
            /// `Code::Invalid` for a value that is not valid for the key.
            pub fn set(&mut self, name: &str, text: &str) -> Result<()> {
                match name {
                    $( $name => self.$field = Some(read(name, text)?), )+
                    _ => {}
                }
                Ok(())
            }

            /// The value of a key as clients read it; `None` if the policy has no value.
            pub fn text(&self, name: &str) -> Option<String> {
                match name {
                    $( $name => self.$field.map(Value::text), )+
                    _ => None,
                }
            }

            /// This policy, with the values of another one where it has none.
            pub fn over(&self, below: &Policy) -> Policy {
                Policy { $( $field: self.$field.or(below.$field), )+ }
            }

            /// The values of two policies of the same rank together.
            pub fn and(&self, other: &Policy) -> Policy {
                Policy { $( $field: of_both(self.$field, other.$field), )+ }
            }

            /// The values that apply, with those of the settings where the policy has none.
            pub fn effective(&self, config: &Config) -> EffectivePolicy {
                EffectivePolicy { $( $field: self.$field.unwrap_or_else(|| { let $config = config; $unsaid }), )+ }
            }
        }

        impl EffectivePolicy {
            /// The value of a key as clients read it; empty for a key that is not in the table.
            pub fn text(&self, name: &str) -> String {
                match name {
                    $( $name => self.$field.text(), )+
                    _ => String::new(),
                }
            }
        }
    };
}

policy_keys! {
    /// Storage limit in GB for accounts without a limit of their own; 0 for no limit.
    storage_max = "TONIDOCLOUD_USER_QUOTA_GB": BytesMax, |_| BytesMax(0);
    /// A second factor is required at sign-in: 1 or 0.
    second_factor = "TONIDOCLOUD_ENABLE_2FA": Required, |_| Required(false);
    /// May share by links, with people without an account: 1 or 0. With 0, all links of the account rest.
    links = "TONIDOCLOUD_ALLOW_PUBLIC_SHARES": Allowed, |_| Allowed(true);
    /// Maximum number of days for which a link works; 0 for no limit. Holds for links that are made or changed from now on.
    link_days_max = "TONIDOCLOUD_PUBLIC_SHARE_DAYS_MAX": DaysMax, |config| DaysMax(config.link_days_max.0);
    /// May connect phones and other devices: 1 or 0. Those that are connected stay until they are signed out.
    devices = "TONIDOCLOUD_ALLOW_DEVICES": Allowed, |_| Allowed(true);
    /// Days after which a deleted file is removed from the recycle bin.
    recycle_days = "TONIDOCLOUD_RECYCLE_BIN_DAYS": DaysKept, |config| DaysKept(config.recycle_days);
    /// Days after which a version is removed.
    version_days = "TONIDOCLOUD_FILE_VERSION_DAYS": DaysKept, |config| DaysKept(config.version_days);
    /// May make groups: 1 or 0. Administrators always can.
    groups = "TONIDOCLOUD_ALLOW_USER_GROUPS": Allowed, |config| Allowed(config.users_may_make_groups);
    /// May invite people, who get an account by that: 1 or 0. Administrators always can.
    profiles = "TONIDOCLOUD_ALLOW_INVITED_PROFILES": Allowed, |_| Allowed(false);
}

impl Policy {
    /// True if this policy itself requires a second factor. The settings never do.
    pub fn requires_second_factor(&self) -> bool {
        self.second_factor == Some(Required(true))
    }
}

fn read<T: Value>(name: &str, text: &str) -> Result<T> {
    T::read(text).map_err(|Refusal { sentence, reason }| {
        let sentence = format!("The value \"{text}\" of {name} {sentence}.");
        Error::new(Code::Invalid, sentence).for_reason(reason)
    })
}

fn of_both<T: Value>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.of_both(other)),
        _ => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn policy(values: &[(&str, &str)]) -> Policy {
        let mut policy = Policy::default();
        values.iter().for_each(|(name, text)| policy.set(name, text).unwrap());
        policy
    }

    #[test]
    fn every_key_reads_what_it_tells() {
        let config = Config::read(&BTreeMap::new()).unwrap();
        let unsaid = Policy::default().effective(&config);
        for key in KEYS {
            assert_eq!(Policy::default().text(key.name), None, "{}", key.name);
            let text = unsaid.text(key.name);
            assert_eq!(policy(&[(key.name, &text)]).text(key.name), Some(text), "{}", key.name);
            assert!(key.name.starts_with("TONIDOCLOUD_") && !key.help.trim().is_empty());
            for text in ["", "maybe", "-1", "1e99", "0x1"] {
                let error = Policy::default().set(key.name, text).unwrap_err();
                assert!(error.code == Code::Invalid && error.message.contains(key.name), "{error}");
            }
        }
    }

    #[test]
    fn unknown_keys_are_passed_over() {
        assert_eq!(policy(&[("TONIDOCLOUD_SOMETHING", "x"), ("", "")]), Policy::default());
        assert_eq!(Policy::default().text("TONIDOCLOUD_SOMETHING"), None);
    }

    #[test]
    fn the_upper_policy_wins_and_equal_ones_go_together() {
        let config = Config::read(&BTreeMap::new()).unwrap();
        let family = policy(&[
            ("TONIDOCLOUD_USER_QUOTA_GB", "50"),
            ("TONIDOCLOUD_FILE_VERSION_DAYS", "10"),
            ("TONIDOCLOUD_ALLOW_PUBLIC_SHARES", "1"),
            ("TONIDOCLOUD_PUBLIC_SHARE_DAYS_MAX", "0"),
        ]);
        let children = policy(&[
            ("TONIDOCLOUD_USER_QUOTA_GB", "0.5"),
            ("TONIDOCLOUD_FILE_VERSION_DAYS", "400"),
            ("TONIDOCLOUD_ALLOW_PUBLIC_SHARES", "no"),
            ("TONIDOCLOUD_PUBLIC_SHARE_DAYS_MAX", "7"),
            ("TONIDOCLOUD_ENABLE_2FA", "true"),
        ]);
        let upper = family.over(&children).effective(&config);
        assert_eq!((upper.storage_max, upper.links), (BytesMax(50 << 30), Allowed(true)));
        assert_eq!((upper.second_factor, upper.version_days), (Required(true), DaysKept(10)));
        for both in [family.and(&children), children.and(&family)] {
            let both = both.effective(&config);
            assert_eq!((both.storage_max, both.links), (BytesMax(1 << 29), Allowed(false)));
            assert_eq!((both.version_days, both.link_days_max), (DaysKept(400), DaysMax(7)));
            assert_eq!((both.recycle_days, both.groups), (DaysKept(60), Allowed(false)));
        }
    }
}
