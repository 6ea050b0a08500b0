// All operations in one: what loads one of them, when something is first done, has the others when the line is away.

export { paste, toClipboard } from "./clipboard.js";
export { newFolder, newTextFile } from "./create.js";
export { download } from "./download.js";
export { transferByPicking } from "./pick-target.js";
export { remove } from "./remove.js";
export { rename } from "./rename.js";
export { star } from "./star.js";
export { transfer } from "./transfer.js";
