// Plays videos and sounds in the browser, which loads only the parts that it needs. The volume and
// the speed are kept for the next ones.

import { fileUrl, noteDownload } from "../../shared/api.js";
import { button, h, icon } from "../../shared/h.js";
import { number, plainName, shortName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { remember, remembered } from "../../shared/memory.js";
import { menuButton } from "../../shared/menu.js";
import { kindOf, mayHaveFrame } from "../files/kinds.js";
import { swipes } from "./swipe.js";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
let speed = 1;
/** True if the next one plays as soon as it is loaded. */
let playsNext = false;

/**
 * @param {import("./preview.js").Stage} stage
 * @returns {import("./preview.js").Shown}
 */
export function show(stage) {
  const { entry, element } = stage;
  const isVideo = kindOf(entry).preview === "video";
  const player = h(isVideo ? "video" : "audio", {
    class: isVideo ? "player" : "player is-sound",
    controls: true,
    preload: "metadata",
    playsinline: true,
    "aria-label": plainName(entry.name),
    src: fileUrl(entry.path, { isShown: true, version: entry.etag }),
  });
  noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  player.addEventListener("error", () => {
    stage.fail({
      icon: isVideo ? "video" : "sound",
      title: t("preview.badmedia"),
      text: t("preview.badmediatext"),
      action: { label: t("action.download"), run: () => stage.context.operations.download([entry]) },
    });
  });
  element.classList.add("is-media");
  element.classList.toggle("is-video", isVideo);
  if (!isVideo) element.append(icon("sound", { class: "sound-picture kind tint-sound" }));
  element.append(player);
  keepSound(player);
  stage.setTools(speedButton(player));
  player.addEventListener("play", stage.onPlay);
  player.addEventListener("ended", () => onEnd(stage, isVideo));
  if (playsNext || stage.isSlideshow()) play(player);
  playsNext = false;
  if (isVideo) swipes(element, stage);
  if (player instanceof HTMLVideoElement && mayHaveFrame(entry)) {
    import("../files/frame-drawing.js").then(({ ofPlayer }) => ofPlayer(player, entry.path), () => { /* The icon stays. */ });
  }
  return {
    onKey(event) {
      if (event.target instanceof HTMLButtonElement || event.target === player || event.key !== " ") return false;
      if (player.paused) play(player);
      else player.pause();
      return true;
    },
    stop() {
      // This also ends the transfer, which a removed player would continue.
      player.pause();
      player.removeAttribute("src");
      player.load();
    },
  };
}

/** @param {HTMLMediaElement} player */
function play(player) {
  player.play().catch(() => {
    // The browser needs a tap first, or the player itself shows what is wrong.
  });
}

/** Sets the volume of the last one. @param {HTMLMediaElement} player */
function keepSound(player) {
  const [volume, muted] = (remembered("sound") ?? "1 false").split(" ");
  player.volume = Math.max(0, Math.min(1, Number(volume) || 0));
  player.muted = muted === "true";
  player.addEventListener("volumechange", () => remember("sound", `${player.volume} ${player.muted}`));
}

/** @param {HTMLMediaElement} player */
function speedButton(player) {
  const text = (/** @type {number} */ one) => t("viewer.times", { speed: number(one, 2) });
  const element = button({ text: text(speed), kind: "quiet", class: "preview-speed" });
  const show = () => {
    player.defaultPlaybackRate = player.playbackRate = speed;
    element.setAttribute("aria-label", t("viewer.speed", { speed: text(speed) }));
    element.textContent = text(speed);
  };
  show();
  return menuButton(element, () => SPEEDS.map((one) => ({
    label: text(one), isChecked: one === speed,
    run: () => {
      speed = one;
      show();
    },
  })));
}

/**
 * After a sound, the next one plays. After a video, the next one is offered.
 * @param {import("./preview.js").Stage} stage @param {boolean} isVideo
 */
function onEnd(stage, isVideo) {
  const kind = isVideo ? "video" : "sound";
  if (stage.isSlideshow()) {
    stage.nextSlide();
    return;
  }
  const next = stage.following().find((one) => kindOf(one).preview === kind);
  if (!next) return;
  const go = () => {
    playsNext = true;
    stage.goTo(next);
  };
  if (!isVideo) {
    go();
    return;
  }
  stage.element.querySelector(".preview-next")?.remove();
  stage.element.append(button({ icon: "play", text: t("viewer.nextvideo", { name: shortName(next.name) }), class: "preview-next", onclick: go }));
}
