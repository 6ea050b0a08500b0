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
    /// Sets the logo of the cloud. The picture is scaled down to at most 512 pixels in width and
    /// height.
    "setlogo" admin slow set(SetLogo) -> Command;
    /// Removes the logo. The icon of the program is shown instead.
    "removelogo" admin write remove(Nothing) -> Command;
}

/// Four letters stand for three bytes.
const LOGO_LETTERS_MAX: usize = LOGO_BYTES_MAX / 3 * 4;

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
    const SCHEMA: Schema = Schema::text("base64").formatted("byte").of_bytes(1, LOGO_LETTERS_MAX);

    fn parse(text: &str) -> Result<Image> {
        if text.len() > LOGO_LETTERS_MAX {
            return Err(Error::new(Code::TooLarge, format!("A logo has at most {LOGO_BYTES_MAX} bytes.")));
        }
        if text.trim().is_empty() {
            return Err(Error::new(Code::Invalid, "It is empty."));
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
