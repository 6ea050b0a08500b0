// Offers to bring back files that uploads have replaced: one offer for all of a batch.

import { shortName } from "../../shared/format.js";
import { t } from "../../shared/i18n.js";
import { orTell, toast } from "../../shared/toast.js";

/** @typedef {import("./memory.js").UploadRecord} UploadRecord */
/** @typedef {{ records: UploadRecord[], toast: import("../../shared/toast.js").Toast | null, timer: number }} Offer */

/** Milliseconds between two changes of an offer. */
const PAUSE = 1000;

/**
 * @param {(record: UploadRecord) => Promise<void>} bringBack restores the content that an upload has replaced
 * @returns {(record: UploadRecord) => void} adds an upload to the offer
 */
export function createOffers(bringBack) {
  /** @type {Map<string, Offer>} */
  const offers = new Map();

  /** @param {UploadRecord[]} records */
  const bringAllBack = async (records) => {
    /** @type {unknown[]} */
    const failed = [];
    for (const record of records) await bringBack(record).catch((error) => failed.push(error));
    if (failed.length > 0) throw failed[0];
  };

  return (record) => {
    const batch = record.id.slice(0, record.id.lastIndexOf("-"));
    let offer = offers.get(batch);
    if (!offer || (offer.toast && !offer.timer && !offer.toast.isOpen())) {
      offer = { records: [], toast: null, timer: 0 };
      offers.set(batch, offer);
    }
    const own = offer;
    own.records.push(record);
    own.timer ||= setTimeout(() => {
      own.timer = 0;
      own.toast?.close();
      const count = own.records.length;
      const text = count === 1 ? t("upload.replaced", { name: shortName(record.target) }) : t("upload.replacedmany", { count });
      own.toast = toast(text, { action: { run: () => orTell(bringAllBack(own.records)) } });
    }, own.toast ? PAUSE : 0);
  };
}
