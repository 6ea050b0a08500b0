// Makes the files of the family's cloud: node make.mjs FOLDER
// The folder gets the homes of all people. What they contain is told by `contents.mjs`.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pdf, withExif } from "../fixtures.mjs";
import * as contents from "./contents.mjs";
import { scene, storedAs } from "./scenes.mjs";

/** A place of the photos that have one. */
const PLACE = { latitude: [48, 8, 15], longitude: [11, 34, 30] };
/** The large photos are drawn at this part of their size, and enlarged with grain as a sensor has it. */
const DRAWN_PART = 4;

const [root] = process.argv.slice(2);
if (!root) {
  console.error("Usage: node make.mjs FOLDER");
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), "cloudlet-making-"));

/** Runs ffmpeg. @param {string[]} args @param {Buffer[]} [input] */
function ffmpeg(args, input = []) {
  return new Promise((resolve, reject) => {
    const child = spawn("ffmpeg", ["-v", "error", "-y", ...args], { stdio: ["pipe", "inherit", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve(undefined) : reject(new Error(`ffmpeg ended with code ${code}: ${args.join(" ")}`))));
    child.stdin.once("error", reject);
    child.stdin.end(Buffer.concat(input));
  });
}

/** Writes a file of a person, as old as it says. @param {string} person @param {string} path @param {string | Buffer} content @param {Date} [when] */
function write(person, path, content, when = new Date(Date.UTC(2024, 4, 1 + (path.length % 28)))) {
  const whole = join(root, person, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  utimesSync(whole, when, when);
}

/** @param {import("./contents.mjs").Photo} photo @param {Buffer} picture */
function writePhoto(person, photo, picture) {
  const stored = photo.orientation > 4 ? photo.shown.toReversed() : photo.shown;
  const facts = { camera: photo.camera, taken: photo.taken ?? "", pixels: stored, orientation: photo.orientation, ...PLACE };
  const when = new Date(`${(photo.taken ?? `${photo.day} 12:00:00`).replace(/^(\d+)[:-](\d+)[:-](\d+) /, "$1-$2-$3T")}Z`);
  write(person, photo.path, photo.taken ? withExif(picture, facts) : picture, when);
}

/** The scenes of the small photos as JPEGs. Those of one size are encoded together. @returns {Promise<Buffer[]>} */
async function drawScenes() {
  /** @type {Map<string, { picture: import("./scenes.mjs").Picture, seed: number }[]>} */
  const sizes = new Map();
  contents.SCENES.forEach(({ shown, orientation }, seed) => {
    const picture = storedAs(scene(shown[0], shown[1], seed), orientation);
    const size = `${picture.width}x${picture.height}`;
    sizes.set(size, [...(sizes.get(size) ?? []), { picture, seed }]);
  });
  const jpegs = [];
  for (const [size, all] of sizes) {
    const raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-i", "-"];
    await ffmpeg([...raw, "-vf", "noise=alls=5:all_seed=16", "-pix_fmt", "yuvj420p", "-q:v", "6", join(scratch, `${size}-%d.jpg`)], all.map(({ picture }) => picture.pixels));
    all.forEach(({ seed }, at) => { jpegs[seed] = readFileSync(join(scratch, `${size}-${at + 1}.jpg`)); });
  }
  return jpegs;
}

/** @param {Buffer[]} scenes */
function writeSmallPhotos(scenes) {
  for (const photo of contents.PHOTOS) writePhoto("anna", photo, scenes[photo.scene]);
  for (const photo of contents.BERNDS_PHOTOS) writePhoto("bernd", photo, scenes[photo.scene]);
}

async function writeLargePhotos() {
  for (const photo of contents.LARGE) {
    const [width, height] = photo.shown;
    const drawn = storedAs(scene(width / DRAWN_PART, height / DRAWN_PART, photo.scene), photo.orientation);
    const path = join(scratch, "large.jpg");
    await ffmpeg([
      "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${drawn.width}x${drawn.height}`, "-i", "-",
      "-vf", `scale=${drawn.width * DRAWN_PART}:${drawn.height * DRAWN_PART}:flags=bilinear,noise=alls=14:all_seed=${photo.scene}`, "-pix_fmt", "yuvj420p", "-q:v", "5", path,
    ], [drawn.pixels]);
    writePhoto("anna", photo, readFileSync(path));
  }
}

/** The video with a matrix that turns it by 90 degrees (ISO 14496-12, 8.3.2). @param {Buffer} video an MP4 @param {number} height as it is stored */
function turned(video, height) {
  const matrix = video.indexOf("tkhd") + 44;
  [0, 0x10000, 0, -0x10000, 0, 0, height * 0x10000, 0, 0x40000000].forEach((value, at) => video.writeInt32BE(value, matrix + 4 * at));
  return video;
}

async function writeVideos() {
  for (const { path, shown, seconds, isTurned } of contents.VIDEOS) {
    const [width, height] = isTurned ? shown.toReversed() : shown;
    const target = join(scratch, `video${path.slice(path.lastIndexOf("."))}`);
    const codecs = path.endsWith(".webm")
      ? ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-c:a", "libvorbis"]
      : ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart"];
    await ffmpeg(["-f", "lavfi", "-i", `testsrc=size=${width}x${height}:rate=${path.endsWith(".webm") ? 5 : 25}:duration=${seconds}`, "-f", "lavfi", "-i", `sine=frequency=330:duration=${seconds}`, ...codecs, "-fflags", "+bitexact", target]);
    const video = readFileSync(target);
    write("anna", path, isTurned ? turned(video, height) : video);
  }
}

/** A song with the tags that players show (ID3v2.3). @param {Buffer} sound an MP3 @param {Record<string, string>} tags */
function tagged(sound, tags) {
  const frames = Object.entries(tags).map(([id, value]) => {
    const text = Buffer.concat([Buffer.from([1, 0xff, 0xfe]), Buffer.from(value, "utf16le")]);
    const head = Buffer.alloc(10);
    head.write(id, "latin1");
    head.writeUInt32BE(text.length, 4);
    return Buffer.concat([head, text]);
  });
  const body = Buffer.concat(frames);
  const size = [21, 14, 7, 0].map((bits) => (body.length >> bits) & 127);
  return Buffer.concat([Buffer.from("ID3\x03\0\0", "latin1"), Buffer.from(size), body, sound]);
}

async function writeMusic() {
  for (const album of contents.ALBUMS) {
    const songs = contents.SONGS.filter((song) => song.album === album);
    const target = join(scratch, "song.mp3");
    await ffmpeg(["-f", "lavfi", "-i", `sine=frequency=${songs[0].tone}:duration=4`, "-c:a", "libmp3lame", "-b:a", "64k", "-map_metadata", "-1", "-id3v2_version", "0", "-write_xing", "0", target]);
    for (const song of songs) write("anna", song.path, tagged(readFileSync(target), { TALB: album, TIT2: song.title }));
  }
}

/** A photo as iPhones store it, smaller than theirs, because the encoder is slow. Without libheif there is none. */
async function writeHeic() {
  for (const { path } of contents.HEIC) {
    const drawn = join(scratch, "heic.jpg");
    const picture = scene(1008, 756, 20);
    await ffmpeg(["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "1008x756", "-i", "-", "-q:v", "3", drawn], [picture.pixels]);
    const target = join(scratch, "heic.heic");
    await new Promise((resolve, reject) => {
      const child = spawn("vips", ["copy", drawn, `${target}[Q=50,compression=hevc,effort=0]`], { stdio: "inherit" });
      child.once("error", reject);
      child.once("exit", (code) => (code === 0 ? resolve(undefined) : reject(new Error(`vips ended with code ${code}`))));
    });
    write("anna", path, readFileSync(target), new Date(Date.UTC(2025, 7, 3, 19)));
  }
}

/** What a file with this name contains. @param {string} path */
function text(path) {
  const title = path.slice(path.lastIndexOf("/") + 1);
  if (path.endsWith(".pdf")) return pdf(title.normalize("NFD").replace(/[^\x20-\x7e]/g, ""));
  if (path.endsWith(".csv")) return `Datum;Betrag;Wof\u00fcr\n${Array.from({ length: 40 }, (_, at) => `2024-01-${at + 1};${at * 3},50;${title}`).join("\n")}\n`;
  return `${title}\n\n${"Ein Satz, wie er in einem solchen Dokument steht. ".repeat(1 + (path.length % 40))}\n`;
}

function writeDocuments() {
  for (const path of contents.DOCUMENTS) write("anna", path, text(path));
  for (const name of contents.ODD_NAMES) write("anna", `${contents.ODD_FOLDER}/${name}`, text(name));
  for (let page = 1; page <= contents.SCANNED; page += 1) write("anna", contents.scan(page), text(`Scan ${page}.pdf`));
  for (const [person, paths] of Object.entries(contents.OTHERS)) for (const path of paths) write(person, path, text(path));
}

const started = Date.now();
try {
  await Promise.all([
    drawScenes().then(writeSmallPhotos),
    writeLargePhotos(),
    writeVideos().then(writeMusic),
    writeHeic(),
  ]);
  writeDocuments();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`The family's files were made in ${((Date.now() - started) / 1000).toFixed(1)} s`);
