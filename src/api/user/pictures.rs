//! Pictures, videos and audio.

use super::transfer;
use crate::api::authenticate::Guest;
use crate::api::call_context::CallContext;
use crate::api::op::ops;
use crate::api::params::{Ignored, Paths, params};
use crate::api::record::{No, record, reply};
use crate::api::reply::{Command, FileBytes, Keeping, Picture, PictureBytes, Redirect, Reply};
use crate::api::schema::numbers;
use crate::base::limits::{VIDEO_FRAME_BYTES_MAX, VIDEO_THUMBNAILS_ASKED_MAX};
use crate::base::path::EntryName;
use crate::base::shown_path::ShownPath;
use crate::domain::CloudView;
use crate::domain::access::rights::Reach;
use crate::domain::accounts::actor::User;
use crate::domain::files::locks;
use crate::domain::thumbnails::drawn::Purpose;
use crate::domain::thumbnails::profile_images;
use crate::error::{Code, Error, Result};
use crate::store::Write;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

ops! { PICTURES: User "Pictures and media"
    /// A picture of a JPEG, PNG, GIF or WebP file, turned upright, that fits into a width and a
    /// height: a thumbnail, or a larger one for a screen. Videos, HEIC, AVIF and PDF
    /// files have one, too, if a program for them is installed on the server.
    "getfsthumbimage" visitor file thumb(Thumb) -> PictureBytes;
    /// A larger picture of such a file, for slide shows.
    "getfsslideimage" visitor file slide(Slide) -> PictureBytes;
    /// Gives a video a thumbnail: a frame that a browser has drawn of it, as a JPEG of up to 524288
    /// bytes in the file part of a multipart body, after the parameters. This is for servers that
    /// have no program for videos. Whoever may change the video may give it a thumbnail. The video
    /// itself stays as it is. The thumbnail stays with it when it is renamed or moved; once its
    /// content changes, it is gone.
    "setvideothumbnail" proxy upload set_video_thumbnail(SetVideoThumbnail) -> Command;
    /// Which of some videos have a thumbnail that a browser has given them. Files that the caller
    /// may not see do not count. Empty if the server draws videos itself.
    "findvideothumbnails" visitor read find_video_thumbnails(FindVideoThumbnails) -> VideoThumbnailsReply;
    /// Rotates a picture without loss: a JPEG by its orientation tag, a PNG by its pixels. The old
    /// content is kept as a version.
    "rotatefsimage" proxy slow turn(Turn) -> Command;
    /// The picture of an account, with at most 256 pixels in width and height. All signed-in users
    /// may see it.
    "getprofileimage" user file profile_image(ProfileImage) -> PictureBytes;
    /// Makes one of the caller's pictures the picture of the caller's account, scaled down. It
    /// stays when the file is removed.
    "setprofileimage" user slow set_profile_image(SetProfileImage) -> Command;
    /// Removes the picture of the caller's account.
    "removeprofileimage" user write remove_profile_image(Nothing) -> Command;
    /// Sends a video to be played. Ranges and conditional requests work.
    "getvideo" visitor file play(Media) -> FileBytes;
    /// Sends an audio file to be played. Ranges and conditional requests work.
    "getaudio" visitor file play(Media) -> FileBytes;
    /// Sends a file to be viewed, if browsers can show its type safely: pictures, PDFs, texts,
    /// videos and audio, unchanged. It also works for files that may be viewed but not downloaded.
    "docconvert" visitor file preview(Preview) -> FileBytes;
    /// Redirects a browser to the file in the portal. This cloud edits no documents.
    "docedit" user file show_in_portal(ShowInPortal) -> Redirect;
    /// The way in which videos are played: unchanged, by `getvideo`. This cloud converts none.
    "getvideocaps" anyone read video_abilities(Nothing) -> VideoAbilitiesReply;
}

params! {
    Thumb {
        /// The full path.
        name = "name|path": ShownPath,
        /// The maximum width in pixels, up to 2048. If it is missing, it equals the height; 160 if
        /// both are missing.
        width: Option<u64>,
        /// The maximum height in pixels, up to 2048.
        height: Option<u64>,
        /// The ETag of the file, if the client knows it. If it is right, the browser may cache the
        /// picture for long.
        etag: Option<String>,
    }
    Slide {
        /// The full path.
        name = "name|path": ShownPath,
        /// The maximum width in pixels, up to 2048. If it is missing, it equals the height; 1280 if
        /// both are missing.
        width: Option<u64>,
        /// The maximum height in pixels, up to 2048.
        height: Option<u64>,
        /// The ETag of the file, if the client knows it. If it is right, the browser may cache the
        /// picture for long.
        etag: Option<String>,
    }
    Turn {
        /// The full path.
        name = "name|path": ShownPath,
        /// The rotation, clockwise: 90, -90, 180 or 270 degrees.
        angle: Angle,
    }
    SetVideoThumbnail {
        /// The full path of the video.
        path: ShownPath,
        /// Gives the thumbnail only if this is the ETag of the video.
        ifetag: Option<String>,
    }
    FindVideoThumbnails {
        /// The full paths of at most 200 videos, numbered.
        paths = "path1..pathN": Paths,
    }
    Nothing {
    }
    SetProfileImage {
        /// The full path of a JPEG, PNG, GIF or WebP file.
        path: ShownPath,
    }
    ProfileImage {
        /// The account; the caller's own if it is missing.
        username: Option<String>,
        /// Ignored.
        width: Ignored,
        /// Ignored.
        height: Ignored,
    }
    Preview {
        /// The full path.
        name = "name|path": ShownPath,
    }
    ShowInPortal {
        /// The full path.
        path: ShownPath,
    }
    Media {
        /// The full path.
        filepath: ShownPath,
    }
}

record! {
    /// A video with a thumbnail that a browser has given it.
    VideoThumbnailRecord {
        /// The full path.
        path: String as extension,
    }
    /// The way in which videos are played.
    VideoAbilities {
        /// Whether videos are converted.
        xcoded: No,
        /// Whether videos can be converted.
        canxcode: No,
        /// Whether videos are streamed in pieces (HTTP Live Streaming).
        httplivestream: No,
        /// Whether videos can be streamed so.
        canhttplivestream: No,
    }
}

reply! {
    /// The videos among those asked for that have a thumbnail, in their order.
    VideoThumbnailsReply = videothumbnails()[videothumbnail: VideoThumbnailRecord];
    /// The way in which videos are played.
    VideoAbilitiesReply = videocaps()[caps: VideoAbilities; 1];
}

numbers! {
    /// The rotation of a picture, clockwise, in degrees.
    Angle { Quarter = 90, QuarterBack = -90, Half = 180, HalfBack = -180, ThreeQuarters = 270, ThreeQuartersBack = -270 }
}

fn thumb(context: &mut CallContext<'_>, user: &User, params: Thumb) -> Result<Reply<PictureBytes>> {
    let Thumb { name, width, height, etag } = params;
    draw(context, user, &name, (Purpose::Thumb, width, height), etag.as_deref())
}

fn slide(context: &mut CallContext<'_>, user: &User, params: Slide) -> Result<Reply<PictureBytes>> {
    let Slide { name, width, height, etag } = params;
    draw(context, user, &name, (Purpose::Slide, width, height), etag.as_deref())
}

fn draw(
    context: &mut CallContext<'_>,
    user: &User,
    path: &ShownPath,
    (purpose, width, height): (Purpose, Option<u64>, Option<u64>),
    known_etag: Option<&str>,
) -> Result<Reply<PictureBytes>> {
    let path = context.view().readable(user, path)?;
    context.view().check_unlocked(user, &path, locks::Purpose::Read)?;
    let drawn = context.cloud().picture(&path, purpose, width, height)?;
    Ok(Reply::picture(Picture {
        content_type: drawn.content_type,
        bytes: drawn.bytes,
        etag: drawn.etag,
        modified: drawn.modified,
        changed: drawn.changed,
        keeping: if known_etag == Some(drawn.file_etag.as_str()) {
            Keeping::Lasting
        } else {
            Keeping::Checked
        },
    }))
}

fn set_video_thumbnail(
    context: &mut CallContext<'_>,
    user: &User,
    params: SetVideoThumbnail,
) -> Result<Reply> {
    let video = context.view().replaceable(user, &params.path)?;
    // By an upload alone, nobody learns what is there.
    Reach::clone(&video).readable()?;
    let (frame, form) = context.take_file()?.read_small(context.form(), VIDEO_FRAME_BYTES_MAX)?;
    if form.is_some() {
        let sentence = "Parameters came after the file. Please send them before it.";
        return Err(Error::new(Code::Invalid, sentence));
    }
    let change = context.cloud().set_video_thumbnail(user, &video, params.ifetag.as_deref(), frame)?;
    context.settle(change)?;
    Ok(Reply::done())
}

fn find_video_thumbnails(
    view: &CloudView<'_>,
    user: &User,
    params: FindVideoThumbnails,
) -> Result<Reply<VideoThumbnailsReply>> {
    let paths = params.paths.0;
    if paths.len() > VIDEO_THUMBNAILS_ASKED_MAX {
        let sentence =
            format!("There may be at most {VIDEO_THUMBNAILS_ASKED_MAX} paths (path1, path2 and so on).");
        return Err(Error::new(Code::Invalid, sentence));
    }
    let mut found = Vec::new();
    for path in paths {
        match view.readable(user, &path) {
            Ok(video) if view.has_video_thumbnail(&video)? => {
                found.push(VideoThumbnailRecord { path: path.to_string() });
            }
            Err(error) if error.code == Code::Internal => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(Reply::list(found))
}

fn turn(context: &mut CallContext<'_>, user: &User, params: Turn) -> Result<Reply> {
    let path = context.view().replaceable(user, &params.name)?;
    let stat = context.settle(context.cloud().turn_picture(user, &path, params.angle as i64)?)?;
    Ok(Reply::done().with_etag(stat.etag()))
}

/// The answer is the same for accounts that do not exist.
fn profile_image(
    context: &mut CallContext<'_>,
    user: &User,
    params: ProfileImage,
) -> Result<Reply<PictureBytes>> {
    let name = params.username.as_deref().unwrap_or(user.name());
    let image = context.view().profile_image(name)?;
    let image = image.ok_or_else(|| Error::new(Code::NotFound, "This account has no picture."))?;
    Ok(Reply::stored_picture(image))
}

fn set_profile_image(context: &mut CallContext<'_>, user: &User, params: SetProfileImage) -> Result<Reply> {
    let change = context.cloud().set_profile_image(user, &context.view().readable(user, &params.path)?)?;
    context.commit(change)?;
    Ok(Reply::done())
}

fn remove_profile_image(tx: &Write, user: &User, _: Nothing) -> Result<Reply> {
    profile_images::remove(tx, user)?;
    Ok(Reply::done())
}

fn play(context: &mut CallContext<'_>, user: &User, params: Media) -> Result<Reply<FileBytes>> {
    transfer::show(context, user, params.filepath)
}

fn preview(context: &mut CallContext<'_>, user: &User, params: Preview) -> Result<Reply<FileBytes>> {
    transfer::show(context, user, params.name)
}

fn show_in_portal(
    context: &mut CallContext<'_>,
    user: &User,
    params: ShowInPortal,
) -> Result<Reply<Redirect>> {
    let path = context.view().readable(user, &params.path)?;
    if !context.view().exists(user, &path, false)? {
        return Err(Error::new(Code::NotFound, format!("There is nothing at {}.", params.path)));
    }
    Ok(Reply::to(format!("../{}", portal_address(path.shown()))))
}

/// The address of an entry in the portal: the view of its disk, the folders in it, and the opened
/// entry. The first name is that of the disk's kind.
fn portal_address(path: &ShownPath) -> String {
    let names: Vec<String> = path.parts().iter().map(|part| encoded(part.as_str())).collect();
    let view = match path.first().map(EntryName::as_str) {
        Some("EXTERNAL") => "disk",
        Some("SHARED") => "with",
        _ => "files",
    };
    match names.get(1..).and_then(|names| names.split_last()) {
        Some((name, folders)) => {
            let place: Vec<&str> = std::iter::once(view).chain(folders.iter().map(String::as_str)).collect();
            format!("#/{}?open={name}", place.join("/"))
        }
        None => format!("#/{view}"),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn video_abilities(_: &CloudView<'_>, _: &Guest, _: Nothing) -> Result<Reply<VideoAbilitiesReply>> {
    Ok(Reply::one(VideoAbilities { xcoded: No, canxcode: No, httplivestream: No, canhttplivestream: No }))
}
