//! Parameters that the audit log shows because they say what a call is about.

use super::params::{Param, Shown};
use super::schema::Schema;
use crate::error::Result;
use crate::http::Form;
use std::ops::Deref;

/// The id of a share. The share need not exist. The audit log adds where the shared entry lies.
#[derive(Clone, Debug)]
pub struct ShareId(pub String);

impl Param for ShareId {
    const SCHEMA: Schema = Schema { name: "share", ..<String as Param>::SCHEMA };
    const SHOWN: Shown = Shown::Named;

    fn parse(text: &str) -> Result<ShareId> {
        String::parse(text).map(ShareId)
    }
}

impl Deref for ShareId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A parameter that the audit log shows as `name=value`.
#[derive(Clone, Debug)]
pub struct Noted<T> {
    value: T,
}

/// A parameter that the audit log shows as the object of the call.
#[derive(Clone, Debug)]
pub struct Titled<T> {
    value: T,
}

macro_rules! shown {
    ($($wrapper:ident as $shown:ident),+) => {
        $(
            impl<T: Param> Param for $wrapper<T> {
                const SCHEMA: Schema = T::SCHEMA;
                const IS_REQUIRED: bool = T::IS_REQUIRED;
                const SHOWN: Shown = Shown::$shown;

                fn parse(text: &str) -> Result<$wrapper<T>> {
                    T::parse(text).map(|value| $wrapper { value })
                }

                fn take(form: &Form, names: &'static str) -> Result<$wrapper<T>> {
                    T::take(form, names).map(|value| $wrapper { value })
                }
            }

            impl<T> Deref for $wrapper<T> {
                type Target = T;

                fn deref(&self) -> &T {
                    &self.value
                }
            }
        )+
    };
}
shown! { Noted as Named, Titled as Object }
