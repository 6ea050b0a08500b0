// What the family has in its cloud. Nothing here is written: `make.mjs` does that, and scenarios read
// here what they can expect. The same files come out each time.

import { random } from "./scenes.mjs";

/** The address of one of Anna's folders in the portal. @param {string} path */
export const folderAt = (path) => `#/files/${path.split("/").map(encodeURIComponent).join("/")}`;

/** The address at which the portal opens one of Anna's files. @param {string} path */
export function addressOf(path) {
  const end = path.lastIndexOf("/");
  return `${folderAt(path.slice(0, end))}?open=${encodeURIComponent(path.slice(end + 1))}`;
}

/** The people, the first of whom runs the cloud. */
export const PEOPLE = [
  { name: "anna", displayname: "Anna Sommer" },
  { name: "bernd", displayname: "Bernd Sommer" },
  { name: "clara", displayname: "Clara Sommer" },
  { name: "oma", displayname: "Oma Hildegard" },
];

/**
 * A photo. `taken` is the time that its Exif block states, or null without one. `shown` has the width
 * and height as it is seen, `orientation` how it is stored, `scene` what it shows.
 * @typedef {{ path: string, day: string, taken: string | null, shown: number[], orientation: number, camera: string, scene: number }} Photo
 */

/** The scenes of small photos: the size as shown, and how it is stored. Phones store upright ones across. */
export const SCENES = Array.from({ length: 96 }, (_, seed) => {
  if (seed % 24 === 7) return { shown: [960, 240], orientation: 1 };
  if (seed % 12 === 5) return { shown: [360, 360], orientation: 1 };
  if (seed % 6 === 3) return { shown: [480, 270], orientation: 1 };
  return seed % 4 === 2 ? { shown: [360, 480], orientation: 6 } : { shown: [480, 360], orientation: 1 };
});

/** The events of each year: month, first day, days, photos a day, and the name of the folder. */
const EVENTS = [
  { month: 1, day: 1, days: 1, photos: 9, name: "Neujahr" },
  { month: 2, day: 12, days: 4, photos: 8, name: "Skiing" },
  { month: 4, day: 14, days: 2, photos: 10, name: "Ostern bei Oma" },
  { month: 5, day: 9, days: 1, photos: 14, name: "Clara\u2019s birthday \u{1F382}" },
  { month: 7, day: 20, days: 9, photos: 7, name: "Summer" },
  { month: 10, day: 3, days: 1, photos: 8, name: "Herbstwanderung" },
  { month: 12, day: 24, days: 3, photos: 7, name: "Weihnachten" },
];
const PLACES = { 2018: "D\u00e4nemark", 2019: "Lago di Garda", 2020: "Balcony", 2021: "Bretagne", 2022: "\u00c5land", 2023: "Kroatien", 2024: "Norderney", 2025: "Lofoten" };
const YEARS = Object.keys(PLACES).map(Number);
/** Photos of single days, as a phone uploads them into one folder. */
const UPLOADED = 320;

/** @param {number} number @param {number} [digits] */
const padded = (number, digits = 2) => String(number).padStart(digits, "0");

/** The name of a file, as the device of that year gives it. @param {number} year @param {string} day @param {string} time @param {number} number */
function named(year, day, time, number) {
  const digits = day.replaceAll("-", "");
  if (year < 2020) return { name: `DSC0${padded(number, 4)}.JPG`, camera: "DSC-RX100" };
  if (number % 9 === 4) return { name: `IMG-${digits}-WA${padded(number % 1000, 4)}.jpg`, camera: "" };
  if (year % 2 === 0) return { name: `IMG_${padded(number, 4)}.JPG`, camera: "iPhone 12" };
  return { name: `PXL_${digits}_${time.replaceAll(":", "")}.jpg`, camera: "Pixel 6" };
}

/** A small photo. @param {string} folder @param {Date} at in universal time @param {number} number @returns {Photo} */
function photo(folder, at, number) {
  const [day, time] = at.toISOString().slice(0, 19).split("T");
  const { name, camera } = named(at.getUTCFullYear(), day, time, number);
  const one = (number * 7) % SCENES.length;
  // A photo without Exif is stored as it is seen.
  const scene = camera || SCENES[one].orientation === 1 ? one : one + 1;
  return { path: `${folder}/${name}`, day, taken: camera ? `${day.replaceAll("-", ":")} ${time}` : null, camera, scene, ...SCENES[scene] };
}

/** The photos of all events, and those of single days, in the order in which they were taken. @returns {Photo[]} */
function smallPhotos() {
  const next = random(16);
  /** @type {Photo[]} */
  const all = [];
  for (const year of YEARS) {
    for (const event of EVENTS) {
      const place = event.name === "Summer" ? PLACES[year] : event.name;
      const folder = `Photos/${year}/${year}-${padded(event.month)} ${place}`;
      for (let at = 0; at < event.days * event.photos; at += 1) {
        const day = event.day + Math.floor(at / event.photos);
        const minute = 20 + (at % event.photos) * 40 + Math.floor(next() * 30);
        all.push(photo(folder, new Date(Date.UTC(year, event.month - 1, day, 9, minute, Math.floor(next() * 60))), 1000 + all.length));
      }
    }
  }
  for (let at = 0; at < UPLOADED; at += 1) {
    // Each day has one photo or none, from January 2020 on.
    const day = Math.floor((at + next()) * ((6 * 365) / UPLOADED));
    all.push(photo("Photos/Phone", new Date(Date.UTC(2020, 0, 1 + day, 8, Math.floor(next() * 700))), 4000 + at));
  }
  return all;
}

/** Photos of some hundred pixels a side, of all years. */
export const PHOTOS = smallPhotos();

/** The folder of the photos that are as large as those from a camera. */
export const LARGE_FOLDER = "Photos/2025/2025-08 Lofoten, from the camera";
/** A name that is markup, so that a test sees whether the portal shows it as text. */
export const LARGE_CAMERA = "Acme <b>One</b>";
/** @param {string} name @param {number[]} shown @param {number} orientation @param {number} scene @returns {Photo} */
const large = (name, shown, orientation, scene) => ({
  path: `${LARGE_FOLDER}/${name}`, day: "2025-08-03", taken: `2025:08:03 1${orientation}:15:0${scene % 10}`, shown, orientation, camera: LARGE_CAMERA, scene: 1000 + scene,
});
/** The large photo that was held so. @param {number} orientation 1 to 8 */
export const turned = (orientation) => LARGE[orientation - 1];
/** Twelve megapixels as phones take them, three as mirrors make them, and panoramas across and upright. */
export const LARGE = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => {
    const sides = [1, 3, 6, 8].includes(orientation) ? [4032, 3024] : [2016, 1512];
    return large(`IMG_700${orientation}.JPG`, orientation > 4 ? sides.reverse() : sides, orientation, orientation);
  }),
  large("IMG_7009 panorama.JPG", [9000, 1800], 1, 9),
  large("IMG_7010 tower.JPG", [1500, 6000], 6, 10),
];

/** Videos of phones: `turned` ones are stored across and have an upright matrix. Their size is that which is shown. */
export const VIDEOS = [
  { path: "Videos/VID_20230714_101500.mp4", shown: [1280, 720], seconds: 3 },
  { path: "Videos/VID_20240522_183000.mp4", shown: [720, 1280], seconds: 3, isTurned: true },
  { path: "Videos/IMG_5512.MOV", shown: [720, 1280], seconds: 2 },
  { path: "Videos/clip across.webm", shown: [1280, 720], seconds: 1 },
  { path: "Videos/clip upright.webm", shown: [720, 1280], seconds: 1 },
];

/** Photos of an iPhone that only some programs can read. */
export const HEIC = [{ path: `${LARGE_FOLDER}/IMG_7020.HEIC`, day: "2025-08-03" }];

/** A folder that is long: scanned pages of years. */
export const SCANS = "Documents/Scans";
export const SCANNED = 3200;
/** The path of a page. @param {number} page from 1 */
export const scan = (page) => `${SCANS}/Scan ${padded(page, 4)}.pdf`;

/** Names that come from other systems, and names that are hard to show. */
export const ODD_FOLDER = "From the old computers";
export const ODD_NAMES = [
  // Macs take letters apart.
  "Gru\u0308\u00dfe an \u00d6mi.txt".replace("\u00d6", "O\u0308"), "Cafe\u0301 Mu\u0308nchen.md", "R\u00e9sum\u00e9 2019.txt", "\u00dcberweisung M\u00e4rz.csv",
  "README.txt", "readme.txt", "Readme.TXT",
  "\u{1F3D6}\ufe0f Packliste \u{1F468}\u200d\u{1F469}\u200d\u{1F467}.txt", "\u65c5\u884c\u306e\u5199\u771f.txt", "\u0631\u0633\u0627\u0644\u0629 \u0625\u0644\u0649 \u062c\u062f\u062a\u064a.txt",
  `${"Protokoll der Eigent\u00fcmerversammlung mit allen Anlagen ".repeat(3)}(Entwurf).txt`,
  "Rechnung#4711 100% & mehr?.txt", "a  b   c.txt", "noextension", "backup.tar.gz", "Kopie von Kopie von Brief (2) (final) (3).txt",
  ".profile", ".DS_Store", "._Brief.txt", "Thumbs.db", "desktop.ini", "~$Brief.docx",
];
/** Those of them which the portal hides until somebody wishes to see them. */
export const HIDDEN = ODD_NAMES.filter((name) => /^(\.|~\$|Thumbs\.db$|desktop\.ini$)/.test(name));

export const ALBUMS = ["Wir sind Helden - Die Reklamation", "Kinderlieder", "Bj\u00f6rk - Debut", "H\u00f6rspiel Folge 12", "Jazz at home"];
export const SONGS = ALBUMS.flatMap((album, number) => Array.from({ length: 8 }, (_, at) => ({
  path: `Music/${album}/${padded(at + 1)} Song ${at + 1}.mp3`, album, title: `Song ${at + 1}`, tone: 220 + 40 * number,
})));

const TAXES = ["Steuerbescheid", "Lohnsteuerbescheinigung", "Versicherung", "Nebenkosten", "Arbeitszimmer", "Spenden", "Handwerker"];
/** Documents of all years, with the text in them. */
export const DOCUMENTS = [
  ...YEARS.flatMap((year) => TAXES.flatMap((name) => [`Documents/Steuer ${year}/${name} ${year}.pdf`, `Documents/Steuer ${year}/Belege/${name} Beleg.txt`])),
  ...YEARS.flatMap((year) => Array.from({ length: 12 }, (_, month) => `Documents/Rechnungen/${year}/Stromrechnung ${year}-${padded(month + 1)}.pdf`)),
  "Documents/Mietvertrag.pdf", "Documents/Urlaub planen.md", "Documents/Haushalt.csv", "Documents/Passw\u00f6rter nicht hier.txt",
];

/** What the others have, by their names. @type {Record<string, string[]>} */
export const OTHERS = {
  bernd: ["Werkstatt/Bauplan Gartenhaus.pdf", "Werkstatt/Holzliste.csv", "Documents/Arbeitsvertrag.pdf"],
  clara: ["Schule/Referat Wale.md", "Schule/Mathe/\u00dcbung 1.pdf", "Schule/Mathe/\u00dcbung 2.pdf", "Schule/Stundenplan.txt"],
  oma: ["Rezepte/Apfelkuchen.txt", "Rezepte/Gr\u00fcnkohl.txt", "Rezepte/\u{1F36A} Pl\u00e4tzchen.txt"],
};
export const GROUP = "Familie";
/** What Anna shares with the group. */
export const SHARED_FOLDER = "Photos/2024";
/** What Bernd shares with Anna: photos of one day. */
export const BERNDS_FOLDER = "Angeln am See";
export const BERNDS_PHOTOS = Array.from({ length: 12 }, (_, at) => photo(BERNDS_FOLDER, new Date(Date.UTC(2017, 2, 1, 9, 5 * at)), 7000 + at));
