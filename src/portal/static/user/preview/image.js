// A picture: fitted, zoomed with the wheel, two fingers, a double tap or keys, moved when larger than the screen, and
// swiped aside to the next.

import { ApiError, call, errorText, fileUrl, noteDownload } from "../../shared/api.js";
import { button, h } from "../../shared/h.js";
import { t } from "../../shared/i18n.js";
import { plainName } from "../../shared/format.js";
import { announce } from "../../shared/live.js";
import { menuButton } from "../../shared/menu.js";
import { errorToast, orTell } from "../../shared/toast.js";
import { isDrawn } from "../files/kinds.js";
import { folderChanged } from "../state.js";

const ZOOM_MAX = 12;
const ZOOM_STEP = 1.5;
const ZOOM_TAP = 2.5;
/** Pixels of a swipe that mean the next picture, or closing. */
const SWIPE = 60;
const DOUBLE_TAP = 300;
/** What the server turns without loss. */
const TURNED = /\.(jpe?g|png)$/i;

/** Some servers are built without pictures; one knows only when it is asked. */
let canServerTurn = true;

/**
 * @param {import("./preview.js").Stage} stage
 * @returns {import("./preview.js").Shown}
 */
export function show(stage) {
  const { entry, element } = stage;
  let scale = 1;
  let x = 0;
  let y = 0;
  /** @type {Map<number, { x: number, y: number }>} */
  const fingers = new Map();
  /** @type {{ distance: number, scale: number } | null} */
  let pinch = null;
  let start = { x: 0, y: 0 };
  let lastTap = 0;

  const image = h("img", { class: "picture", alt: plainName(entry.name), draggable: false, decoding: "async" });
  image.src = fileUrl(entry.path, { isShown: true, version: entry.etag });
  noteDownload("downloadfile", { filepath: entry.path, disposition: "inline" });
  image.addEventListener("error", () => {
    stage.fail({ icon: "image", title: t("preview.badpicture"), text: t("preview.nonetext"), action: { label: t("action.download"), run: () => stage.context.actions.download([entry]) } });
  });
  element.classList.add("is-picture");
  element.append(image);

  /** @param {boolean} [isMoving] follows a finger, without a glide */
  const draw = (isMoving = false) => {
    image.style.transition = isMoving ? "none" : "";
    image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    element.classList.toggle("is-zoomed", scale > 1);
  };

  /** Keeps the picture from being moved out of sight. */
  const bound = () => {
    const roomX = Math.max(0, (image.clientWidth * scale - element.clientWidth) / 2);
    const roomY = Math.max(0, (image.clientHeight * scale - element.clientHeight) / 2);
    x = Math.max(-roomX, Math.min(roomX, x));
    y = Math.max(-roomY, Math.min(roomY, y));
  };

  /** @param {number} next @param {{ x: number, y: number }} [at] the point that stays where it is */
  const zoom = (next, at) => {
    const wanted = Math.max(1, Math.min(ZOOM_MAX, next));
    const box = element.getBoundingClientRect();
    const point = at ? { x: at.x - box.left - box.width / 2, y: at.y - box.top - box.height / 2 } : { x: 0, y: 0 };
    x = point.x - (point.x - x) * (wanted / scale);
    y = point.y - (point.y - y) * (wanted / scale);
    scale = wanted;
    if (scale === 1) x = y = 0;
    bound();
    draw();
  };

  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.2 : 1 / 1.2), { x: event.clientX, y: event.clientY });
  }, { passive: false });

  const distance = () => {
    const [a, b] = [...fingers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };
  const middle = () => {
    const [a, b] = [...fingers.values()];
    return a && b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : { x: 0, y: 0 };
  };

  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) pinch = { distance: distance(), scale };
    start = { x: event.clientX, y: event.clientY };
  });
  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (pinch && fingers.size === 2) {
      zoom(pinch.scale * (distance() / pinch.distance), middle());
    } else if (scale > 1) {
      x += event.clientX - before.x;
      y += event.clientY - before.y;
      bound();
      draw(true);
    } else if (event.pointerType === "touch") {
      x += event.clientX - before.x;
      draw(true);
    }
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    if (!fingers.delete(event.pointerId)) return;
    const wasPinch = pinch !== null;
    if (fingers.size < 2) pinch = null;
    if (wasPinch || fingers.size > 0) return;
    const [movedX, movedY] = [event.clientX - start.x, event.clientY - start.y];
    const isTap = Math.hypot(movedX, movedY) < 10;
    if (isTap) {
      const now = Date.now();
      if (now - lastTap < DOUBLE_TAP) {
        zoom(scale > 1 ? 1 : ZOOM_TAP, { x: event.clientX, y: event.clientY });
        lastTap = 0;
      } else lastTap = now;
    } else if (scale === 1 && event.pointerType === "touch" && event.type === "pointerup") {
      x = 0;
      draw();
      if (Math.abs(movedX) > SWIPE && Math.abs(movedX) > Math.abs(movedY)) stage.step(movedX < 0 ? 1 : -1);
      else if (movedY > SWIPE * 1.5) stage.close();
    }
  };
  element.addEventListener("pointerup", lift);
  element.addEventListener("pointercancel", lift);

  let isTurning = false;
  /** @param {90 | -90} angle clockwise */
  const turn = async (angle) => {
    if (isTurning) return;
    isTurning = true;
    element.setAttribute("aria-busy", "true");
    try {
      const reply = await call("rotatefsimage", { name: entry.path, angle }, { signal: stage.signal });
      entry.etag = reply.etag?.[0] ?? "";
      image.src = fileUrl(entry.path, { isShown: true, version: entry.etag });
      zoom(1);
      announce(t("preview.turned"));
      folderChanged(stage.context.store, stage.folder);
    } catch (error) {
      if (stage.signal.aborted) return;
      errorToast(errorText(error));
      if (error instanceof ApiError && error.kind === "absent") {
        canServerTurn = false;
        for (const one of turners) one.remove();
      }
    } finally {
      isTurning = false;
      element.removeAttribute("aria-busy");
    }
  };
  const canTurn = entry.canRename && TURNED.test(entry.name);
  const turners = canServerTurn && canTurn ? [
    button({ icon: "turn-left", label: t("preview.turnleft"), kind: "quiet", class: "wide-only", onclick: () => void turn(-90) }),
    button({ icon: "turn-right", label: t("preview.turnright"), kind: "quiet", class: "wide-only", onclick: () => void turn(90) }),
  ] : [];
  const isNarrow = () => matchMedia("(max-width: 599px)").matches;
  // On a phone what turns the picture is here, so that there is room for its name.
  const more = isDrawn(entry) ? menuButton(button({ icon: "more", label: t("files.more"), kind: "quiet" }), () => [
    canServerTurn && canTurn && isNarrow() && { label: t("preview.turnleft"), icon: "turn-left", run: () => void turn(-90) },
    canServerTurn && canTurn && isNarrow() && { label: t("preview.turnright"), icon: "turn-right", run: () => void turn(90) },
    { label: t("face.use"), icon: "user", run: () => orTell(import("../own-face.js").then(({ setPicture }) => setPicture(stage.context.store, entry.path))) },
  ]) : null;

  stage.setTools(
    ...turners,
    button({ icon: "zoom-out", label: t("preview.zoomout"), kind: "quiet", class: "wide-only", onclick: () => zoom(scale / ZOOM_STEP) }),
    button({ icon: "zoom-in", label: t("preview.zoomin"), kind: "quiet", class: "wide-only", onclick: () => zoom(scale * ZOOM_STEP) }),
    more,
  );

  const resize = () => { bound(); draw(); };
  addEventListener("resize", resize);
  return {
    onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      if (event.key === "+" || event.key === "=") zoom(scale * ZOOM_STEP);
      else if (event.key === "-") zoom(scale / ZOOM_STEP);
      else if (event.key === "0") zoom(1);
      else if (scale > 1 && event.key.startsWith("Arrow")) {
        x += event.key === "ArrowLeft" ? 80 : event.key === "ArrowRight" ? -80 : 0;
        y += event.key === "ArrowUp" ? 80 : event.key === "ArrowDown" ? -80 : 0;
        bound();
        draw();
      } else return false;
      return true;
    },
    stop: () => removeEventListener("resize", resize),
  };
}
