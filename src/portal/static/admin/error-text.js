// Messages for failures that only administrators see, in the person's language.

import { ApiError, errorText } from "../shared/api.js";
import { t } from "../shared/i18n.js";

/** The messages for the error codes of such failures. @type {Record<string, string>} */
const MESSAGES = {
  "no-such-user": "wrong.nouser",
  "user-exists": "wrong.usertaken",
  "last-admin": "wrong.lastadmin",
  "admin-factor-first": "wrong.adminfactorfirst",
  "email-taken": "wrong.emailtaken",
  "bad-email": "wrong.email",
  "bad-display-name": "wrong.displayname",
  "own-account": "wrong.ownaccount",
  "not-a-date": "wrong.date",
  "not-a-size": "wrong.quota",
  "password-too-long": "wrong.longpassword",
  "needs-restart": "wrong.needsrestart",
  "own-host-name": "wrong.ownhostname",
  "not-plain-text": "wrong.plaintext",
  "has-blanks": "wrong.blanks",
  "check-under-way": "wrong.checkrunning",
  "not-in-range": "wrong.number",
  "not-one-of": "wrong.choice",
};

/** @param {unknown} error */
export function adminErrorText(error) {
  const message = error instanceof ApiError ? MESSAGES[error.word] : undefined;
  if (!(error instanceof ApiError) || !message) return errorText(error);
  const { from, to, words } = error.details;
  return t(message, { from: Number(from), to: Number(to), choices: words ?? "" });
}
