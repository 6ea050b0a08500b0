//! The name and looks of this cloud, and the texts that people should know.

use crate::api::authenticate::Guest;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Nothing, params};
use crate::api::record::{Empty, No, Yes, record, reply};
use crate::api::reply::{Command, GzipBytes, PictureBytes, Reply, Stream, TextBytes};
use crate::base::language::Language;
use crate::domain::CloudView;
use crate::domain::accounts::actor::User;
use crate::domain::accounts::language;
use crate::domain::thumbnails::stored_picture::StoredPicture;
use crate::error::Result;
use crate::store::Write;

ops! { CUSTOMIZATION: User "The cloud's looks and words"
    /// The name and looks of this cloud. FileCloud's programs use the fields in capitals.
    "getcustomizationdata" anyone read customization(Nothing) -> CustomizationReply;
    /// The logo of this cloud: the administrators' logo, or the icon of the program.
    "getcustomimage" anyone file image(Image) -> PictureBytes;
    /// The icon for the tabs of browsers, as PNG; also at `/favicon.ico`.
    "favicon.ico" anyone file icon(Nothing) -> PictureBytes;
    /// Asks search engines to index nothing. Also at `/robots.txt`.
    "robots.txt" anyone file robots(Nothing) -> TextBytes;
    /// The texts of the portals as XML in a gzip file, whatever the client accepts: `translations`
    /// with a `translation` of `key` and `value` each. They are in the language of the account, or
    /// in English.
    "getuitranslations" anyone file translations(Translations) -> GzipBytes;
    /// The terms of use of this cloud, as its administrators wrote them; empty if there are none.
    "gettos" anyone file terms(Nothing) -> TextBytes;
    /// The privacy text of this cloud, as its administrators wrote it; empty if there is none.
    "getprivacy" anyone file privacy(Nothing) -> TextBytes;
    /// The languages of the cloud, and the one that the account has chosen.
    "getlanguagelist" user read languages(Nothing) -> Languages;
    /// Chooses the language in which the cloud writes to the signed-in account.
    "changelanguage" user write change_language(ChangeLanguage) -> Command;
}

params! {
    Image {
        /// The purpose of the picture. The same picture serves all purposes.
        kind = "type": Option<String>,
    }
    Translations {
        /// Ignored: there is only one set of texts.
        tag: Option<String>,
    }
    ChangeLanguage {
        /// The name or the code of the language.
        lang: Language,
    }
}

record! {
    /// The name and looks of a cloud.
    Customization {
        /// Not in use here.
        devicenode: Empty,
        /// Whether the values below apply.
        enabled: Yes,
        /// Not in use here.
        mobile_url = "MOBILEURL": Empty,
        /// Not in use here.
        desktop_url = "DESKTOPURL": Empty,
        /// The name of the cloud.
        window_title = "WINDOWTITLE": String,
        /// Whether people can sign up.
        show_new_account = "SHOWNEWACCOUNT": No,
        /// Whether sounds are left out.
        disable_music = "DISABLEMUSIC": No,
        /// The colour of buttons and marks, as `#rrggbb`; empty for the default colour.
        accentcolour: String as extension,
        /// Whether administrators have set a logo.
        haslogo: bool as extension,
        /// Whether there are terms of use.
        hasterms: bool as extension,
        /// Whether there is a privacy text.
        hasprivacy: bool as extension,
    }
    /// A language of the cloud.
    LanguageRecord {
        /// Its name in English, in lower case.
        name: &'static str,
        /// Whether the account has chosen it.
        current: bool,
    }
}

reply! {
    /// The name and looks of a cloud.
    CustomizationReply = customization()[customdata: Customization; 1];
    /// The languages of the cloud.
    Languages = languages()[language: LanguageRecord];
}

/// The icon of the program.
/// The packed texts of the portals, by the code of their language.
const TRANSLATIONS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/translations.rs"));

const ICON: &[u8] = include_bytes!("../../portal/static/shared/icon-192.png");

fn customization(view: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply<CustomizationReply>> {
    let config = view.config();
    Ok(Reply::one(Customization {
        devicenode: Empty,
        enabled: Yes,
        mobile_url: Empty,
        desktop_url: Empty,
        window_title: config.name.clone(),
        show_new_account: No,
        disable_music: No,
        accentcolour: config.accent_colour.0.clone(),
        haslogo: view.logo_etag()?.is_some(),
        hasterms: !config.terms_text.0.is_empty(),
        hasprivacy: !config.privacy_text.0.is_empty(),
    }))
}

fn image(context: &mut CallContext<'_>, _: &Guest, _: Image) -> Result<Reply<PictureBytes>> {
    Ok(Reply::stored_picture(context.view().logo()?.unwrap_or_else(program_icon)))
}

fn icon(_: &mut CallContext<'_>, _: &Guest, _: Nothing) -> Result<Reply<PictureBytes>> {
    Ok(Reply::stored_picture(program_icon()))
}

fn program_icon() -> StoredPicture {
    StoredPicture::new(ICON.to_vec(), 0)
}

fn robots(_: &mut CallContext<'_>, _: &Guest, _: Nothing) -> Result<Reply<TextBytes>> {
    // RFC 9309.
    Ok(Reply::text("User-agent: *\nDisallow: /\n".into()))
}

fn translations(context: &mut CallContext<'_>, guest: &Guest, _: Translations) -> Result<Reply<GzipBytes>> {
    let account = guest.user.as_ref().map(User::id);
    let language = account.map(|id| context.view().language(id)).transpose()?.unwrap_or_default();
    let found = TRANSLATIONS.iter().find(|(code, _)| *code == language.code());
    let (_, bytes) = *found.expect("the build makes them for all languages");
    Ok(Reply::stream(Stream {
        content_type: "application/gzip",
        name: "translations.xml.gz".into(),
        length: Some(bytes.len() as u64),
        left_out: 0,
        produce: Box::new(|out| out.write_all(bytes)),
    }))
}

fn terms(context: &mut CallContext<'_>, _: &Guest, _: Nothing) -> Result<Reply<TextBytes>> {
    Ok(Reply::text(context.view().config().terms_text.0.clone()))
}

fn privacy(context: &mut CallContext<'_>, _: &Guest, _: Nothing) -> Result<Reply<TextBytes>> {
    Ok(Reply::text(context.view().config().privacy_text.0.clone()))
}

fn languages(view: &CloudView<'_>, user: &User, _: Nothing) -> Result<Reply<Languages>> {
    let chosen = view.language(user.id())?;
    let record = |language: Language| LanguageRecord { name: language.name(), current: language == chosen };
    Ok(Reply::list(Language::ALL.into_iter().map(record).collect::<Vec<_>>()))
}

fn change_language(tx: &Write, user: &User, params: ChangeLanguage) -> Result<Reply> {
    language::choose(tx, user, params.lang)?;
    Ok(Reply::done())
}
