// Draws a frame of a video and gives it to a server that has no program for that: of a video that
// was just uploaded from this browser, and of one that is played by somebody who may change it. The
// server draws it anew. Nobody waits for this, and nobody is told if it fails.

import { command, records } from "../../shared/api.js";
import { framesOf, given } from "./frames.js";

/** The longest side of a frame in pixels. */
const SIDE_MAX = 1024;
/** Bytes of a frame that the server takes, and the qualities that are tried. */
const BYTES_MAX = 512 * 1024;
const QUALITIES = [0.82, 0.5];
/** The parts of a video after which a frame is tried. Many videos begin with black. */
const PARTS = [0.1, 0.25, 0.5, 0];
/** A tenth of a long film is far behind its beginning, and slow to reach. */
const SECONDS_MAX = 20;
/** Milliseconds for each step of the browser with a video. */
const PATIENCE = 15_000;
/** Number of uploaded videos that wait for their frame. The others get theirs when they are played. */
const WAITING_MAX = 100;
/** Milliseconds before it is asked again whether uploads are running. */
const BUSY_PAUSE = 1000;
/** A frame whose mean brightness is below this is black, of 255. */
const DARK = 14;
/** The side of the small picture from which the brightness is read. */
const SAMPLE = 24;
/** Number of frames that are tried while a video plays. */
const TRIES = 60;

/** Ends when the videos before are done: there is one at a time. @type {Promise<void>} */
let last = Promise.resolve();
let waiting = 0;

/**
 * Gives a video that was just uploaded its frame, once no upload is running.
 * @param {File} file @param {{ path: string, etag: string }} video @param {() => boolean} isBusy whether uploads are running
 */
export function ofUpload(file, video, isBusy) {
  if (waiting >= WAITING_MAX) return;
  waiting += 1;
  last = last.then(async () => {
    while (isBusy()) await pause(BUSY_PAUSE);
    const canvas = await frameOf(file);
    if (canvas) await give(canvas, video);
  }).catch(() => { /* The browser cannot play it, or the server does not take it. The icon stays. */ }).finally(() => { waiting -= 1; });
}

/**
 * Gives a video its frame while it plays, if it has none and this person may change it.
 * @param {HTMLVideoElement} player @param {string} path
 */
export async function ofPlayer(player, path) {
  try {
    /** @type {import("../../shared/types.js").EntryRecord[]} */
    const [record] = await records("fileinfo", "entry", { file: path }, { isQuiet: true });
    if (record?.canupload !== 1 || (await framesOf([path])).has(path)) return;
    const canvas = await playedFrame(player);
    if (canvas) await give(canvas, { path, etag: record.etag });
  } catch {
    // The icon stays.
  }
}

/** A frame of a video that is not black; `null` if there is none. @param {File} file */
async function frameOf(file) {
  const player = document.createElement("video");
  const address = URL.createObjectURL(file);
  Object.assign(player, { muted: true, playsInline: true, preload: "auto", src: address });
  try {
    await event(player, "loadeddata");
    for (const part of PARTS) {
      // Videos that a browser has recorded do not tell how long they are.
      const length = Number.isFinite(player.duration) ? player.duration : SECONDS_MAX;
      const moved = event(player, "seeked");
      player.currentTime = Math.min(length * part, SECONDS_MAX);
      await moved;
      const canvas = drawn(player);
      if (canvas) return canvas;
    }
    return null;
  } finally {
    player.removeAttribute("src");
    player.load();
    URL.revokeObjectURL(address);
  }
}

/** The first frame after a tenth of a playing video that is not black. @param {HTMLVideoElement} player @returns {Promise<HTMLCanvasElement | null>} */
function playedFrame(player) {
  return new Promise((resolve) => {
    let tries = 0;
    const look = () => {
      const begins = Math.min((player.duration || 0) / 10, SECONDS_MAX);
      if (player.seeking || player.currentTime < begins) return;
      const canvas = drawn(player);
      tries += 1;
      if (!canvas && tries < TRIES) return;
      player.removeEventListener("timeupdate", look);
      resolve(canvas);
    };
    player.addEventListener("timeupdate", look);
  });
}

/** The frame that a player shows; `null` if it is black. @param {HTMLVideoElement} player */
function drawn(player) {
  const { videoWidth: width, videoHeight: height } = player;
  if (!width || !height || isDark(player)) return null;
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
  return canvasOf(player, Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
}

/** @param {HTMLVideoElement} player @param {number} width @param {number} height */
function canvasOf(player, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.drawImage(player, 0, 0, width, height);
  return canvas;
}

/** @param {HTMLVideoElement} player */
function isDark(player) {
  const pixels = canvasOf(player, SAMPLE, SAMPLE).getContext("2d")?.getImageData(0, 0, SAMPLE, SAMPLE).data ?? [];
  let sum = 0;
  for (let at = 0; at < pixels.length; at += 4) sum += Math.max(pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0);
  return sum / (SAMPLE * SAMPLE) < DARK;
}

/** @param {HTMLCanvasElement} canvas @param {{ path: string, etag: string }} video */
async function give(canvas, { path, etag }) {
  for (const quality of QUALITIES) {
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
    if (!blob || blob.size > BYTES_MAX) continue;
    const frame = new File([blob], "frame.jpg", { type: "image/jpeg" });
    await command("setvideothumbnail", { path, ifetag: etag, frame }, { isQuiet: true });
    given(path);
    return;
  }
}

/** Resolves at an event of a player. @param {HTMLVideoElement} player @param {"loadeddata" | "seeked"} name @returns {Promise<void>} */
function event(player, name) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The browser took too long.")), PATIENCE);
    player.addEventListener(name, () => { clearTimeout(timer); resolve(); }, { once: true });
    player.addEventListener("error", () => { clearTimeout(timer); reject(new Error("The browser cannot play it.")); }, { once: true });
  });
}

/** @param {number} milliseconds @returns {Promise<void>} */
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
