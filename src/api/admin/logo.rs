//! The logo of the cloud.

use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, Param, params};
use crate::api::reply::{Command, Reply};
use crate::api::schema::Schema;
use crate::base::limits::LOGO_BYTES_MAX;
use crate::domain::accounts::actor::Admin;
use crate::domain::thumbnails::logo;
use crate::error::{Code, Error, Result};
use crate::store::Write;
use base64ct::{Base64, Encoding};

ops! { LOGO: Admin "The cloud's looks"
    /// Makes a picture the logo of the cloud, drawn anew with at most 512 pixels from side to side.
    "setlogo" admin slow set(SetLogo) -> Command;
    /// Removes the logo. The icon of the program is shown again.
    "removelogo" admin write remove(Nothing) -> Command;
}

params! {
    SetLogo {
        /// A JPEG, PNG, GIF or WebP picture of up to 524288 bytes, in base64 (RFC 4648, section 4).
        image: Image,
    }
}

/// The bytes of a picture.
#[derive(Clone, Debug)]
pub struct Image(Vec<u8>);

impl Param for Image {
    const SCHEMA: Schema = Schema::text("base64").formatted("byte");

    fn parse(text: &str) -> Result<Image> {
        // Four letters stand for three bytes.
        if text.len() / 4 * 3 > LOGO_BYTES_MAX {
            return Err(Error::new(Code::TooLarge, format!("A logo has at most {LOGO_BYTES_MAX} bytes.")));
        }
        let bytes = Base64::decode_vec(text.trim());
        bytes.map(Image).map_err(|_| Error::new(Code::Invalid, "It is not in base64."))
    }
}

fn set(context: &mut CallContext<'_>, _: &Admin, params: SetLogo) -> Result<Reply> {
    context.settle(context.cloud().set_logo(params.image.0)?)?;
    Ok(Reply::done())
}

fn remove(tx: &Write, _: &Admin, _: Nothing) -> Result<Reply> {
    logo::remove(tx)?;
    Ok(Reply::done())
}
