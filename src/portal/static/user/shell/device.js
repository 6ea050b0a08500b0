// Makes the portal an app of this device: starts the service worker, which keeps the frame and what
// was looked at, and says above every view when the server does not answer.

import { ROOT, record } from "../../shared/api.js";
import { button, fill, h, icon } from "../../shared/h.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { address, route } from "../../shared/router.js";
import { waitingFiles } from "../device/waiting.js";

/**
 * @param {import("../state.js").UserStore} store
 * @param {import("../../shared/shell.js").Shell} shell
 */
export async function startDevice(store, shell) {
  const workers = navigator.serviceWorker;
  // Without a secure address there is no service worker.
  if (!workers) return;
  await loadBundle("device");
  followConnection(store, shell, workers);
  await showWaiting(store, shell).catch(() => undefined);
  const isFirst = !workers.controller;
  await workers.register(`${ROOT}/service-worker.js`);
  await workers.ready;
  if (isFirst) await keepWhatIsShown(store, workers);
}

/**
 * Leads to the files that another app has shared, until somebody says where they go.
 * @param {import("../state.js").UserStore} store @param {import("../../shared/shell.js").Shell} shell
 */
async function showWaiting(store, shell) {
  const { length: count } = await waitingFiles(store.get().account.name);
  if (count === 0 || route().view === "received") return;
  const place = h("div", { class: "shell-notice" });
  shell.alarm.before(place);
  const link = h("a", { class: "strip-link", href: address("received"), text: t("device.choose"), on: { click: () => place.remove() } });
  place.append(h("div", { class: "strip", role: "status" }, icon("share"), h("p", { class: "strip-text" }, t("device.waiting", { count }), " ", link)));
}

/**
 * Asks again for what was loaded before the service worker was there, so that it is kept.
 * @param {import("../state.js").UserStore} store @param {ServiceWorkerContainer} workers
 */
async function keepWhatIsShown(store, workers) {
  if (!workers.controller) await new Promise((resolve) => { workers.addEventListener("controllerchange", resolve, { once: true }); });
  await record("getauthenticationinfo", "info", {}, { isQuiet: true });
  await record("serverinfo", "server", {}, { isQuiet: true });
  const { view, path } = route();
  const folder = view === "files" || view === "" ? `/${[store.get().account.name, ...path].join("/")}` : "";
  store.set({ changed: { paths: new Set([folder]) } });
}

/**
 * @param {import("../state.js").UserStore} store
 * @param {import("../../shared/shell.js").Shell} shell @param {ServiceWorkerContainer} workers
 */
function followConnection(store, shell, workers) {
  const place = h("div", { class: "shell-notice", role: "status" });
  shell.alarm.before(place);
  let wasAway = false;
  workers.addEventListener("message", ({ data }) => {
    if (typeof data?.isAway !== "boolean" || data.isAway === wasAway) return;
    wasAway = data.isAway;
    fill(place, wasAway ? strip(store) : null);
  });
  workers.startMessages();
  workers.controller?.postMessage("connection");
  addEventListener("online", () => { if (wasAway) ask(store); });
}

/** Asks for the storage, which tells the service worker whether the server answers. @param {import("../state.js").UserStore} store */
function ask(store) {
  void record("getsystemstatus", "status", {}, { isQuiet: true })
    .then((storage) => store.set({ storage, changed: { paths: new Set([`/${[store.get().account.name, ...route().path].join("/")}`]) } }), () => undefined);
}

/** @param {import("../state.js").UserStore} store */
function strip(store) {
  return h("div", { class: "strip" }, icon("cloud"), h("p", { class: "strip-text", text: t("device.away") }),
    button({ text: t("action.retry"), kind: "quiet", onclick: () => ask(store) }));
}
