// The tools for a picture: turning it on the server, zooming, and making it the person's own
// picture.

import { ApiError, call, errorText } from "../../shared/api.js";
import { button } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { keysText } from "../../shared/keys.js";
import { announce } from "../../shared/announce.js";
import { menuButton } from "../../shared/menu.js";
import { errorToast, orTell } from "../../shared/toast.js";
import { isDrawn } from "../files/kinds.js";
import { folderChanged } from "../state.js";
import { showLayers } from "./layers.js";
import { ZOOM_STEP, zoom } from "./zoom.js";

/** @typedef {import("./image.js").Viewer} Viewer */

/** Formats that the server turns without loss. */
const TURNED = /\.(jpe?g|png)$/i;
/** Some servers are built without picture support. Only a call shows that. */
let canServerTurn = true;

/** @param {Viewer} viewer @param {90 | -90} angle clockwise */
export async function turn(viewer, angle) {
  if (viewer.isTurning) return;
  viewer.isTurning = true;
  viewer.element.setAttribute("aria-busy", "true");
  try {
    const reply = await call("rotatefsimage", { name: viewer.entry.path, angle }, { signal: viewer.stage.signal });
    viewer.entry.etag = reply.etag?.[0] ?? "";
    zoom(viewer, 1);
    void showLayers(viewer);
    announce(t("preview.turned"));
    folderChanged(viewer.stage.context.store, viewer.stage.folder);
  } catch (error) {
    if (viewer.stage.signal.aborted) return;
    errorToast(errorText(error));
    if (error instanceof ApiError && error.kind === "absent") {
      canServerTurn = false;
      for (const one of viewer.turners) one.remove();
    }
  } finally {
    viewer.isTurning = false;
    viewer.element.removeAttribute("aria-busy");
  }
}

/** @param {Viewer} viewer */
export function addTools(viewer) {
  const canTurn = viewer.entry.canRename && TURNED.test(viewer.entry.name);
  viewer.turners = canServerTurn && canTurn ? [
    button({ icon: "turn-left", label: t("preview.turnleft"), kind: "quiet", class: "wide-only", onclick: () => void turn(viewer, -90) }),
    button({ icon: "turn-right", label: t("preview.turnright"), kind: "quiet", class: "wide-only", onclick: () => void turn(viewer, 90) }),
  ] : [];
  const isNarrow = () => matchMedia("(max-width: 599px)").matches;
  const { stage } = viewer;
  // On a phone the buttons that turn the picture are in a menu, so that there is space for its
  // name.
  const more = menuButton(button({ icon: "more", label: t("files.more"), kind: "quiet" }), () => [
    { label: t("viewer.slideshow"), icon: "play", keys: keysText("Space"), run: stage.startSlideshow },
    { label: t("action.lists"), icon: "list", run: () => orTell(import("../files/lists.js").then(({ chooseLists }) => chooseLists([viewer.entry]))) },
    null,
    canServerTurn && canTurn && isNarrow() && { label: t("preview.turnleft"), icon: "turn-left", run: () => void turn(viewer, -90) },
    canServerTurn && canTurn && isNarrow() && { label: t("preview.turnright"), icon: "turn-right", run: () => void turn(viewer, 90) },
    isDrawn(viewer.entry) && { label: t("avatar.use"), icon: "user", run: () => orTell(import("../account/own-avatar.js").then(({ setPicture }) => setPicture(stage.context.store, viewer.entry.path))) },
  ]);

  stage.setTools(
    ...viewer.turners,
    button({ icon: "zoom-out", label: t("preview.zoomout"), kind: "quiet", class: "wide-only", onclick: () => zoom(viewer, viewer.scale / ZOOM_STEP) }),
    button({ icon: "zoom-in", label: t("preview.zoomin"), kind: "quiet", class: "wide-only", onclick: () => zoom(viewer, viewer.scale * ZOOM_STEP) }),
  );
  stage.setMore(more);
}
