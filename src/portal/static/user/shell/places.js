// The places of the user portal and the tabs of its details panel, in their order. A place that is
// not ready is not shown.

import { address } from "../../shared/router.js";

/**
 * @typedef {import("../../shared/shell.js").Place & { isReady: boolean }} UserPlace
 */

/** @type {UserPlace[]} */
const ALL_PLACES = [
  { id: "files", also: "disk", label: "place.files", icon: "folder", href: address("files"), isReady: true },
  { id: "photos", label: "place.photos", icon: "image", href: address("photos"), isReady: true },
  { id: "recent", label: "place.recent", icon: "clock", href: address("recent"), isReady: true },
  { id: "shared", also: "with", label: "place.shared", icon: "share", href: address("shared"), isReady: true },
  { id: "starred", label: "place.starred", icon: "star", href: address("starred"), isReady: true },
  { id: "bin", label: "place.bin", shortLabel: "place.binshort", icon: "trash", href: address("bin"), isReady: true },
  { id: "me", label: "place.me", shortLabel: "place.meshort", icon: "user", href: address("me"), isLow: true, isReady: true },
];

/** @type {{ id: "properties" | "versions" | "comments" | "activity" | "sharing", label: string, isReady: boolean, isOfFiles?: boolean }[]} */
const ALL_TABS = [
  { id: "properties", label: "details.properties", isReady: true },
  { id: "versions", label: "details.versions", isReady: true, isOfFiles: true },
  { id: "sharing", label: "details.sharing", isReady: true },
  { id: "comments", label: "details.comments", isReady: true },
  { id: "activity", label: "details.activity", isReady: true },
];

export const PLACES = ALL_PLACES.filter((place) => place.isReady);
export const TABS = ALL_TABS.filter((tab) => tab.isReady);
