// Video and sound, played by the browser, which asks the server only for the parts it needs.

import { fileUrl, noteDownload } from "../../shared/api.js";
import { h, icon } from "../../shared/h.js";
import { plainName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { kindOf } from "../files/kinds.js";

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
  return {
    onKey(event) {
      if (event.target instanceof HTMLButtonElement || event.target === player || event.key !== " ") return false;
      if (player.paused) void player.play();
      else player.pause();
      return true;
    },
    stop() {
      // Ends the transfer too, which a removed player goes on with.
      player.pause();
      player.removeAttribute("src");
      player.load();
    },
  };
}
