// What lies over the folder and has its own address: the details of entries, and a file that is shown. Both modules come
// when they are first wanted.

import { errorText } from "../../shared/api.js";
import { shortName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { go, note, notes, route as routeNow } from "../../shared/router.js";
import { errorToast } from "../../shared/toast.js";

/** Milliseconds before details follow the active entry: whoever walks through the list does not ask for each. */
const PAUSE = 200;

/**
 * @param {() => import("./desk.js").Desk} deskOf
 * @param {(isOpen: boolean) => void} onDetails the details were opened or closed
 */
export function createOver(deskOf, onDetails) {
  /** @type {import("./details.js").Details | null} */
  let details = null;
  let isOpen = false;
  let isLeft = false;
  /** @type {{ close: () => void, name: () => string, again?: () => void } | null} */
  let preview = null;

  // ---- details

  async function showDetails() {
    const { createDetails } = await import("./details.js");
    if (!isOpen || isLeft) return;
    const desk = deskOf();
    details ??= createDetails(desk.context, () => toggleDetails(false));
    details.show(desk.chosen(), desk.path());
  }

  let timer = 0;
  /** The selection or the active entry is another. */
  function follow() {
    clearTimeout(timer);
    if (isOpen) timer = setTimeout(() => { if (isOpen) void showDetails(); }, PAUSE);
  }

  /** @param {boolean} [isWanted] */
  function toggleDetails(isWanted = !isOpen) {
    if (isWanted === isOpen) return;
    const desk = deskOf();
    setOpen(isWanted);
    if (isWanted) {
      // Where the panel covers the page, going back closes it.
      const covers = matchMedia("(max-width: 899px)").matches;
      go(desk.here(), { replace: !covers });
      if (covers) note({ isOver: true });
      void showDetails().then(() => { if (covers) details?.focus(); });
      return;
    }
    const hadFocus = details?.hasFocus() ?? false;
    details?.hide();
    if (notes().isOver) history.back();
    else go(desk.here(), { replace: true });
    if (hadFocus) desk.list.focus();
  }

  /** @param {boolean} isWanted */
  function setOpen(isWanted) {
    isOpen = isWanted;
    onDetails(isOpen);
  }

  /** @param {import("../../shared/router.js").Route} route @param {boolean} isHere whether the folder of the address is shown */
  function followDetails(route, isHere) {
    const name = route.query.get("details");
    if ((name !== null) === isOpen) return;
    setOpen(name !== null);
    if (name === null) {
      details?.hide();
    } else if (isHere) {
      const { list } = deskOf();
      if (name !== "." && list.activateKey(name)) list.select([name]);
      void showDetails();
    }
  }

  // ---- a file that is shown

  /** @param {import("../../shared/router.js").Route} route */
  function followFile(route) {
    const name = route.query.get("open");
    const { list } = deskOf();
    if (name === null) {
      if (!preview) return;
      const last = preview.name();
      preview.close();
      preview = null;
      list.activateKey(last);
      list.focus();
    } else if (preview?.name() !== name) {
      preview?.close();
      preview = null;
      showFile(name);
    }
  }

  /** @param {string} name */
  function showFile(name) {
    const desk = deskOf();
    const entry = desk.all().find((one) => one.name === name);
    if (!entry) {
      if (!desk.isWhole()) return;
      errorToast(t("files.filemissing", { name: shortName(name) }));
      go(desk.here(), { replace: true });
      return;
    }
    // Claimed at once, so that a second change of the address does not open it twice.
    const claim = { close: () => undefined, name: () => name };
    preview = claim;
    void import("../preview/preview.js").then(({ openPreview }) => {
      if (preview !== claim) return;
      preview = openPreview({
        context: desk.context,
        folder: desk.path(),
        entries: desk.shown().filter((one) => !one.isFolder),
        entry,
        onStep: (next) => go(desk.here({ open: next.name }), { replace: true }),
        onClose: () => closed(desk),
      });
    }).catch((error) => errorToast(errorText(error)));
  }

  /** It was closed by hand; the address follows. @param {import("./desk.js").Desk} desk */
  function closed(desk) {
    const last = preview?.name();
    preview = null;
    if (routeNow().query.has("open")) {
      // Back where it was opened from; a link that led straight here has nothing behind it.
      if (notes().isOver) history.back();
      else go(desk.here(), { replace: true });
    }
    if (last) desk.list.activateKey(last);
    desk.list.focus();
  }

  return {
    toggleDetails,
    hasDetails: () => isOpen,
    follow,
    followDetails,
    followFile,
    /** The list shows what there is now. */
    refresh() {
      if (isOpen) void showDetails();
      followFile(routeNow());
    },
    again: () => preview?.again?.(),
    stop() {
      isLeft = true;
      clearTimeout(timer);
      preview?.close();
      // One that is still on its way does not come over another view.
      preview = null;
    },
  };
}
