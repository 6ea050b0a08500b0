// A file that is shown over the folder. The address tells which. Its module is loaded when a file
// is first opened.

import { errorText } from "../../shared/api.js";
import { shortName } from "../../shared/format.js";
import { loadBundle, t } from "../../shared/i18n.js";
import { go, notes, route as routeNow } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";

/** @typedef {import("./overlays.js").Overlays} Overlays */

/** @param {Overlays} overlays @param {import("../../shared/router.js").Route} route */
export function followFile(overlays, route) {
  const name = route.query.get("open");
  const { list } = overlays.fileViewOf();
  if (name === null) {
    if (!overlays.preview) return;
    const last = overlays.preview.name();
    overlays.preview.close();
    overlays.preview = null;
    list.activateKey(last);
    list.focus();
  } else if (overlays.preview?.name() !== name) {
    overlays.preview?.close();
    overlays.preview = null;
    showFile(overlays, name);
  }
}

/** @param {Overlays} overlays @param {string} name */
function showFile(overlays, name) {
  const fileView = overlays.fileViewOf();
  const entry = fileView.all().find((one) => one.name === name);
  if (!entry) {
    if (!fileView.isWhole()) return;
    errorToast(t("files.filemissing", { name: shortName(name) }));
    go(fileView.here(), { replace: true });
    return;
  }
  // The place is taken at once, so that a second change of the address does not open the file
  // twice.
  const claim = { close: () => undefined, name: () => name };
  overlays.preview = claim;
  void Promise.all([import("../preview/preview.js"), loadBundle("viewer")]).then(([{ openPreview }]) => {
    if (overlays.preview !== claim) return;
    const files = fileView.shown().filter((one) => !one.isFolder);
    overlays.preview = openPreview({
      context: fileView.context,
      entries: () => files,
      entry,
      onStarred: (one) => fileView.list.refreshKey(one.name),
      onStep: (next) => go(fileView.here({ open: next.name }), { replace: true }),
      onClose: () => closed(overlays, fileView),
    });
  }).catch((error) => errorToast(errorText(error)));
}

/** Updates the address after the person has closed the file. @param {Overlays} overlays @param {import("./file-view.js").FileView} fileView */
export function closed(overlays, fileView) {
  const last = overlays.preview?.name();
  overlays.preview = null;
  if (routeNow().query.has("open")) {
    // Goes back to where it was opened. After a link that led straight here, there is nothing to go
    // back to.
    if (notes().isOver) history.back();
    else go(fileView.here(), { replace: true });
  }
  if (last) fileView.list.activateKey(last);
  fileView.list.focus();
}
