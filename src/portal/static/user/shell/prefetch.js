// Fetches modules that may be needed next, one after the other, so that they are there without a
// connection. A failure is not reported here, because the module is fetched again when it is
// needed.

import { loadBundle } from "../../shared/i18n.js";

const PARTS = [
  () => import("../files/menus.js"),
  () => import("../files/operations/all.js"),
  () => import("../../shared/menu-open.js"),
  () => import("../preview/preview.js"),
  () => loadBundle("viewer"),
  () => import("../views/recent.js"),
  () => loadBundle("recent"),
  () => import("../views/shared.js"),
  () => import("../share/dialog.js"),
  () => import("../views/starred.js"),
  () => import("../views/bin.js"),
  () => loadBundle("bin"),
  () => import("../views/search.js"),
  () => loadBundle("search"),
  () => import("../views/notifications.js"),
  () => loadBundle("notices"),
  () => loadBundle("details"),
  () => import("../views/me.js"),
  () => loadBundle("account"),
  () => import("../upload/tray.js"),
  () => loadBundle("upload"),
];

export async function prefetch() {
  for (const load of PARTS) await load().catch(() => undefined);
}
