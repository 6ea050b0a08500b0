// Fetches what may be opened next, one part after the other, so that it is there when the line is not. What does not come now
// is asked for again, and told, when it is needed.

const PARTS = [
  () => import("../files/menus.js"),
  () => import("../files/operations/all.js"),
  () => import("../../shared/menu-open.js"),
  () => import("../preview/preview.js"),
  () => import("../views/recent.js"),
  () => import("../views/shared.js"),
  () => import("../share/dialog.js"),
  () => import("../views/starred.js"),
  () => import("../views/bin.js"),
  () => import("../views/search.js"),
  () => import("../views/notifications.js"),
  () => import("../views/me.js"),
  () => import("../upload/tray.js"),
];

export async function prefetch() {
  for (const load of PARTS) await load().catch(() => undefined);
}
