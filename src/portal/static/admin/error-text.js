// What to tell about failures that only administrators meet: the server's sentences in the person's language.

import { ApiError, errorText } from "../shared/api.js";
import { t } from "../shared/i18n.js";

/** @type {[RegExp, string][]} */
const SENTENCES = [
  [/there is no such user/i, "wrong.nouser"],
  [/there is a user .* already/i, "wrong.usertaken"],
  [/leave nobody to administer/i, "wrong.lastadmin"],
  [/belongs to another user/i, "wrong.emailtaken"],
  [/not an e-mail address/i, "wrong.email"],
  [/display name has/i, "wrong.displayname"],
  [/cannot delete your own/i, "wrong.ownaccount"],
  [/expiration date is no date/i, "wrong.date"],
  [/size is a number of GB/i, "wrong.quota"],
  [/at most 1024 bytes/i, "wrong.longpassword"],
  [/changes only at a start/i, "wrong.needsrestart"],
  [/is not a plain text/i, "wrong.plaintext"],
  [/without blanks/i, "wrong.blanks"],
  [/check is under way/i, "wrong.checkrunning"],
];

/** @param {unknown} error */
export function adminErrorText(error) {
  if (!(error instanceof ApiError)) return errorText(error);
  const known = SENTENCES.find(([pattern]) => pattern.test(error.message));
  if (known) return t(known[1]);
  const range = /is not a whole number from (\d+) to (\d+)/i.exec(error.message);
  if (range) return t("wrong.number", { from: Number(range[1]), to: Number(range[2]) });
  const choice = /is not one of ([^.]+)/i.exec(error.message);
  if (choice) return t("wrong.choice", { choices: choice[1] ?? "" });
  return errorText(error);
}
