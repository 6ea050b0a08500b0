// The details beside the folder. The address tells whether they are open. Their module is loaded
// when it is first needed.

import { go, note, notes } from "../../shared/router.js";

/** @typedef {import("./overlays.js").Overlays} Overlays */

/** Milliseconds before the details follow the active entry, so that moving through the list does not load the details of every entry. */
const PAUSE = 200;

/** @param {Overlays} overlays */
export async function showDetails(overlays) {
  const { createDetails } = await import("./details.js");
  if (!overlays.isOpen || overlays.isLeft) return;
  const fileView = overlays.fileViewOf();
  overlays.details ??= createDetails(fileView.context, () => toggleDetails(overlays, false));
  overlays.details.show(fileView.chosen(), fileView.path());
}

/** The selection or the active entry has changed. @param {Overlays} overlays */
export function follow(overlays) {
  clearTimeout(overlays.timer);
  if (overlays.isOpen) overlays.timer = setTimeout(() => { if (overlays.isOpen) void showDetails(overlays); }, PAUSE);
}

/** @param {Overlays} overlays @param {boolean} [isWanted] */
export function toggleDetails(overlays, isWanted = !overlays.isOpen) {
  if (isWanted === overlays.isOpen) return;
  const fileView = overlays.fileViewOf();
  setOpen(overlays, isWanted);
  if (isWanted) {
    // If the panel covers the page, going back closes it.
    const covers = matchMedia("(max-width: 1023px)").matches;
    go(fileView.here(), { replace: !covers });
    if (covers) note({ isOver: true });
    void showDetails(overlays).then(() => { if (covers) overlays.details?.focus(); });
    return;
  }
  const hadFocus = overlays.details?.hasFocus() ?? false;
  overlays.details?.hide();
  if (notes().isOver) history.back();
  else go(fileView.here(), { replace: true });
  if (hadFocus) fileView.list.focus();
}

/** @param {Overlays} overlays @param {boolean} isWanted */
function setOpen(overlays, isWanted) {
  overlays.isOpen = isWanted;
  overlays.onDetails(overlays.isOpen);
}

/** @param {Overlays} overlays @param {import("../../shared/router.js").Route} route @param {boolean} isHere whether the folder of the address is shown */
export function followDetails(overlays, route, isHere) {
  const name = route.query.get("details");
  if ((name !== null) === overlays.isOpen) return;
  setOpen(overlays, name !== null);
  if (name === null) {
    overlays.details?.hide();
  } else if (isHere) {
    const { list } = overlays.fileViewOf();
    if (name !== "." && list.activateKey(name)) list.select([name]);
    void showDetails(overlays);
  }
}
