// The places of the admin portal. The API's documentation is a page of its own, in the same frame.

import { ROOT } from "../shared/api.js";
import { address } from "../shared/router.js";

/** The area of the administration that each place shows; the others are for everybody. @type {Record<string, string>} */
const AREAS = { overview: "Server", users: "Users", groups: "Groups", policies: "Policies", shares: "Shares", audit: "Audit", settings: "Settings" };

/** The places of those that somebody may see. @param {import("../shared/shell.js").Place[]} places @param {import("./state.js").AdminRights} rights */
export function placesFor(places, rights) {
  return places.filter(({ id }) => {
    const area = AREAS[id];
    return area === undefined || rights.get(area)?.read === 1;
  });
}

/**
 * @param {boolean} isHere whether the page is the admin portal itself
 * @returns {import("../shared/shell.js").Place[]}
 */
export function adminPlaces(isHere) {
  const portal = isHere ? "" : `${ROOT}/admin/`;
  return [
    { id: "overview", label: "place.overview", icon: "chart", href: portal + address("overview") },
    { id: "users", label: "place.users", icon: "user", href: portal + address("users") },
    { id: "groups", label: "place.groups", icon: "users", href: portal + address("groups") },
    { id: "policies", label: "place.policies", icon: "shield", href: portal + address("policies") },
    { id: "shares", label: "place.shares", icon: "share", href: portal + address("shares") },
    { id: "audit", label: "place.audit", icon: "audit", href: portal + address("audit") },
    { id: "settings", label: "place.settings", icon: "settings", href: portal + address("settings") },
    { id: "api", label: "place.api", icon: "book", href: isHere ? `${ROOT}/apidocs/` : address("") },
  ];
}
