// The kind of a file by its ending: its icon, its colour, its name and its preview.

/** @typedef {"image" | "video" | "sound" | "pdf" | "markdown" | "text" | "office" | null} PreviewKind */
/** @typedef {{ id: string, icon: string, tint: "folder" | "picture" | "sound" | "document" | "other", preview: PreviewKind }} Kind */

/** @type {Record<string, Kind>} */
const KINDS = {
  folder: { id: "folder", icon: "folder", tint: "folder", preview: null },
  image: { id: "image", icon: "image", tint: "picture", preview: "image" },
  photo: { id: "image", icon: "image", tint: "picture", preview: null },
  heic: { id: "image", icon: "image", tint: "picture", preview: "image" },
  raw: { id: "image", icon: "image", tint: "picture", preview: "image" },
  video: { id: "video", icon: "video", tint: "picture", preview: "video" },
  film: { id: "video", icon: "video", tint: "picture", preview: null },
  sound: { id: "sound", icon: "sound", tint: "sound", preview: "sound" },
  pdf: { id: "pdf", icon: "pdf", tint: "document", preview: "pdf" },
  markdown: { id: "markdown", icon: "text", tint: "document", preview: "markdown" },
  text: { id: "text", icon: "text", tint: "document", preview: "text" },
  code: { id: "code", icon: "code", tint: "document", preview: "text" },
  document: { id: "document", icon: "text", tint: "document", preview: null },
  sheet: { id: "sheet", icon: "sheet", tint: "document", preview: null },
  office: { id: "document", icon: "text", tint: "document", preview: "office" },
  officesheet: { id: "sheet", icon: "sheet", tint: "document", preview: "office" },
  table: { id: "sheet", icon: "sheet", tint: "document", preview: "text" },
  archive: { id: "archive", icon: "archive", tint: "other", preview: null },
  other: { id: "other", icon: "file", tint: "other", preview: null },
};

/** @type {Record<string, string>} */
const ENDINGS = {
  image: "jpg jpeg png gif webp avif bmp ico svg",
  heic: "heic heif",
  raw: "dng cr2 nef arw",
  photo: "tif tiff raw psd",
  video: "mp4 m4v webm mov mkv ogv",
  film: "avi wmv flv mpg mpeg vob 3gp",
  sound: "mp3 m4a aac ogg oga opus flac wav weba",
  pdf: "pdf",
  markdown: "md markdown",
  text: "txt log text nfo srt vtt ics vcf",
  code: "js mjs ts jsx tsx css json jsonc xml html htm yaml yml toml ini conf cfg env sh bash bat ps1 py rs go c h cpp hpp cc java kt swift rb php pl lua sql gitignore dockerfile makefile service tex svelte vue scss less diff patch",
  document: "doc rtf pages epub ppt key",
  sheet: "xls numbers",
  office: "docx odt pptx odp",
  officesheet: "xlsx ods",
  table: "csv tsv",
  archive: "zip tar gz tgz bz2 xz zst 7z rar iso dmg",
};

/** @type {Map<string, Kind>} */
const BY_ENDING = new Map();
for (const [kind, endings] of Object.entries(ENDINGS)) {
  for (const ending of endings.split(" ")) BY_ENDING.set(ending, /** @type {Kind} */ (KINDS[kind]));
}

/** @param {{ name: string, isFolder: boolean }} entry @returns {Kind} */
export function kindOf(entry) {
  if (entry.isFolder) return /** @type {Kind} */ (KINDS.folder);
  const at = entry.name.lastIndexOf(".");
  // For names such as `Makefile` or `.gitignore`, the whole name is the ending.
  const ending = entry.name.slice(at + 1).toLowerCase();
  return BY_ENDING.get(ending) ?? /** @type {Kind} */ (KINDS.other);
}

/** The size of the largest file that is shown as a text, in bytes. */
export const TEXT_BYTES_MAX = 2 * 1024 * 1024;

/** The files of which the server may draw thumbnails, by the word that the server uses for their kind. */
const DRAWN = {
  pictures: /\.(jpe?g|png|gif|webp)$/i,
  RAW: /\.(dng|cr2|nef|arw)$/i,
  // The server draws these only if programs for them are installed.
  HEIC: /\.hei[cf]$/i,
  AVIF: /\.avif$/i,
  videos: /\.(mp4|m4v|mov|3gp|mkv|webm|avi|wmv|flv|mpe?g|vob)$/i,
  PDF: /\.pdf$/i,
};
/** The kinds of which this server draws none. @type {ReadonlySet<string>} */
let lacking = new Set();

/** Remembers of which kinds the server draws nothing, so that it is not asked. @param {string} kinds separated by commas */
export function noteLacking(kinds) {
  lacking = new Set(kinds.split(","));
}

/** Other pictures up to this size in bytes are used as their own thumbnail. */
const OWN_BYTES_MAX = 512 * 1024;

/**
 * True if the server draws a thumbnail of a file.
 * @param {import("../../shared/types.js").Entry} entry
 */
export function isDrawn(entry) {
  return !entry.isFolder && entry.size > 0 && DRAWN.pictures.test(entry.name) && !lacking.has("pictures");
}

/**
 * True if the server may have a thumbnail of a file.
 * @param {import("../../shared/types.js").Entry} entry
 */
export function mayBeDrawn(entry) {
  return !entry.isFolder && entry.size > 0 && Object.entries(DRAWN).some(([kind, names]) => names.test(entry.name) && !lacking.has(kind));
}

/**
 * True if browsers may have drawn a video, because the server draws none.
 * @param {{ name: string, isFolder: boolean, size: number }} entry
 */
export function mayHaveFrame(entry) {
  return lacking.has("videos") && !lacking.has("pictures") && entry.size > 0 && kindOf(entry).preview === "video";
}

/** True if browsers need the server to see a picture: only some know its format. @param {{ name: string }} entry */
export function isForFewBrowsers(entry) {
  return DRAWN.HEIC.test(entry.name) || isRaw(entry);
}

/** True if a file is an archive that the server unpacks. @param {{ name: string, isFolder: boolean }} entry */
export function isArchive(entry) {
  return !entry.isFolder && /\.zip$/i.test(entry.name);
}

/** True if a file is a raw photo of a camera, which no browser shows. @param {{ name: string }} entry */
export function isRaw(entry) {
  return DRAWN.RAW.test(entry.name);
}

/**
 * True if a picture is small enough to be its own thumbnail.
 * @param {import("../../shared/types.js").Entry} entry
 */
export function isOwnPicture(entry) {
  return entry.canShow && kindOf(entry).preview === "image" && !isForFewBrowsers(entry) && entry.size > 0 && entry.size <= OWN_BYTES_MAX;
}
