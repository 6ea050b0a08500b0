//! The declaration of an operation: one line in a table gives its routing, rights, audit entry,
//! documentation and tests.
//!
//! A line that does not fit its handler does not compile: `user` on a handler that takes `&Admin`,
//! `read` on one that takes `&Write`, or a reply that the handler does not give.

pub use super::authenticate::Who;
use super::authenticate::{Caller, Entrance};
use super::call_context::CallContext;
use super::params::Field;
use super::reply::{Answer, Form as Answered};
use crate::domain::CloudView;
use crate::domain::accounts::admin_areas::AdminArea;
use crate::domain::accounts::sessions::Side;
use crate::error::Result;
use crate::http::Form;
use crate::store::Write;

/// The effect of an operation on the cloud. It decides how the operation runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Reads memory only; answered without a worker.
    Immediate,
    /// Reads.
    Read,
    /// Changes only the database, in one short transaction.
    Write,
    /// Does slow work first (hashing, copying), then commits.
    Slow,
    /// Like `Slow`, but for a question. The server may store something in order to answer, but for
    /// the caller nothing changes.
    Query,
    /// Like `Slow`, but it takes the file part of a multipart body.
    Upload,
    /// Answers with bytes; a failure has an HTTP status of its own.
    File,
}

impl Effect {
    /// True if the operation changes anything, so that a foreign web page must not be able to cause
    /// it.
    pub fn is_changing(self) -> bool {
        matches!(self, Effect::Write | Effect::Slow | Effect::Query | Effect::Upload)
    }

    /// True if the caller wants something done. Then the status shows a refusal. For a question,
    /// "no" and "nothing there" are ordinary answers.
    pub fn is_action(self) -> bool {
        matches!(self, Effect::Write | Effect::Slow | Effect::Upload)
    }
}

/// A change that is ready to run inside a transaction.
pub type Job = Box<dyn FnOnce(&Write) -> Result<Answer> + Send>;

/// The way in which an operation runs. Its parameters are read from the form first.
#[derive(Clone, Copy)]
pub enum Run {
    Read(fn(&CloudView<'_>, &Caller, &Form) -> Result<Answer>),
    Write(fn(&Caller, &Form) -> Result<Job>),
    Slow(fn(&mut CallContext<'_>, &Caller, &Form) -> Result<Answer>),
}

/// Answers without waiting if possible; `None` sends the call to a worker.
pub type AtOnce = fn(&mut CallContext<'_>, &Caller) -> Option<Answer>;

/// One operation.
pub struct Operation {
    /// In lower case.
    pub name: &'static str,
    pub side: Side,
    pub area: &'static str,
    pub who: Who,
    pub effect: Effect,
    pub help: &'static str,
    pub fields: &'static [Field],
    /// The form of its answer if it does not fail.
    pub answers: Answered,
    pub run: Run,
    pub at_once: Option<AtOnce>,
}

impl Operation {
    /// The part that decides about its callers.
    pub fn entrance(&self) -> Entrance {
        Entrance {
            who: self.who,
            fields: self.fields,
            is_upload: self.effect == Effect::Upload,
            area: self.area_of_admins(),
            is_changing: self.effect.is_action(),
        }
    }

    /// The area of administration to which it belongs; `None` if every administrator may call it.
    pub fn area_of_admins(&self) -> Option<AdminArea> {
        match self.who {
            Who::Admin => AdminArea::of(self.area),
            who => who.may_be_proxy().then_some(AdminArea::Files),
        }
    }
}

/// A table of operations of one area. Each line has its documentation, name, callers, effect,
/// handler, the parameters of the handler and the reply.
macro_rules! ops {
    ($table:ident: $side:ident $area:literal
     $( $(#[doc = $help:literal])+ $name:literal $who:ident $effect:ident $handler:ident($params:ty) -> $reply:ident $(or $fast:ident)?; )+) => {
        pub const $table: &[$crate::api::op::Operation] = &[ $( $crate::api::op::Operation {
            name: $name,
            side: $crate::domain::accounts::sessions::Side::$side,
            area: $area,
            who: $crate::api::op::operation!(@who $who),
            effect: $crate::api::op::operation!(@effect $effect),
            help: concat!($($help),+),
            fields: <$params as $crate::api::params::Params>::FIELDS,
            answers: <$reply as $crate::api::reply::Answers>::FORM,
            run: $crate::api::op::operation!(@run $effect $who $handler $params, $reply),
            at_once: $crate::api::op::operation!(@fast $who ($params) $reply $($fast)?),
        }, )+ ];
    };
}

macro_rules! operation {
    (@who anyone) => { $crate::api::op::Who::Anyone };
    (@who user) => { $crate::api::op::Who::User };
    (@who proxy) => { $crate::api::op::Who::Proxy };
    (@who visitor) => { $crate::api::op::Who::Visitor };
    (@who admin) => { $crate::api::op::Who::Admin };
    (@effect immediate) => { $crate::api::op::Effect::Immediate };
    (@effect read) => { $crate::api::op::Effect::Read };
    (@effect write) => { $crate::api::op::Effect::Write };
    (@effect slow) => { $crate::api::op::Effect::Slow };
    (@effect query) => { $crate::api::op::Effect::Query };
    (@effect upload) => { $crate::api::op::Effect::Upload };
    (@effect file) => { $crate::api::op::Effect::File };
    (@as anyone $caller:ident) => { $caller.guest() };
    (@as user $caller:ident) => { $caller.user()? };
    (@as proxy $caller:ident) => { $caller.user()? };
    (@as visitor $caller:ident) => { $caller.user()? };
    (@as admin $caller:ident) => { $caller.admin()? };
    (@known anyone $caller:ident) => { $caller.guest() };
    (@known user $caller:ident) => { $caller.user().ok()? };
    (@known proxy $caller:ident) => { $caller.user().ok()? };
    (@known visitor $caller:ident) => { $caller.user().ok()? };
    (@known admin $caller:ident) => { $caller.admin().ok()? };
    (@run immediate $who:ident $handler:ident $params:ty, $reply:ident) => {
        $crate::api::op::operation!(@run read $who $handler $params, $reply)
    };
    (@run read $who:ident $handler:ident $params:ty, $reply:ident) => {
        $crate::api::op::Run::Read(|view, caller, form| {
            let params = <$params as $crate::api::params::Params>::read(form)?;
            let reply: $crate::api::reply::Reply<$reply> =
                $handler(view, $crate::api::op::operation!(@as $who caller), params)?;
            Ok(reply.into_answer())
        })
    };
    (@run write $who:ident $handler:ident $params:ty, $reply:ident) => {
        $crate::api::op::Run::Write(|caller, form| {
            let params = <$params as $crate::api::params::Params>::read(form)?;
            let who = $crate::api::op::operation!(@as $who caller).clone();
            Ok(Box::new(move |tx| {
                let reply: $crate::api::reply::Reply<$reply> = $handler(tx, &who, params)?;
                Ok(reply.into_answer())
            }))
        })
    };
    (@run $effect:ident $who:ident $handler:ident $params:ty, $reply:ident) => {
        $crate::api::op::Run::Slow(|context, caller, form| {
            let params = <$params as $crate::api::params::Params>::read(form)?;
            let reply: $crate::api::reply::Reply<$reply> =
                $handler(context, $crate::api::op::operation!(@as $who caller), params)?;
            Ok(reply.into_answer())
        })
    };
    (@fast $who:ident ($params:ty) $reply:ident) => { None };
    (@fast $who:ident ($params:ty) $reply:ident $fast:ident) => {
        Some(|context, caller| {
            let params = <$params as $crate::api::params::Params>::read(context.form()).ok()?;
            let reply: $crate::api::reply::Reply<$reply> =
                $fast(context, $crate::api::op::operation!(@known $who caller), &params)?;
            Some(reply.into_answer())
        })
    };
}

pub(in crate::api) use {operation, ops};
