// The places of the admin portal. The API's documentation is a page of its own, in the same frame.

import { ROOT } from "../shared/api.js";
import { address } from "../shared/router.js";

/** The area of administration of each place. The other places are for every administrator. @type {Record<string, string>} */
const AREAS = { overview: "Server", users: "Users", groups: "Groups", policies: "Policies", metadata: "Metadata", shares: "Shares", disks: "Network folders", teamfolders: "Team folders", audit: "Audit", mail: "Mail", settings: "Settings" };

/** The places that an administrator may see. @param {import("../shared/shell.js").Place[]} places @param {import("./state.js").AdminRights} rights */
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
    { id: "metadata", label: "place.metadata", icon: "list", href: portal + address("metadata") },
    { id: "shares", label: "place.shares", icon: "share", href: portal + address("shares") },
    { id: "disks", label: "place.disks", icon: "disk", href: portal + address("disks") },
    { id: "teamfolders", label: "place.teamfolders", icon: "folder", href: portal + address("teamfolders") },
    { id: "audit", label: "place.audit", icon: "audit", href: portal + address("audit") },
    { id: "mail", label: "place.mail", icon: "mail", href: portal + address("mail") },
    { id: "settings", label: "place.settings", icon: "settings", href: portal + address("settings") },
    { id: "api", label: "place.api", icon: "book", href: isHere ? `${ROOT}/apidocs/` : address("") },
  ];
}
