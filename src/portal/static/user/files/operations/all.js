// All operations in one module, so that the first operation loads them all. Then they work without
// a connection too.

export { unzip, zip } from "./archives.js";
export { paste, toClipboard } from "./clipboard.js";
export { newFolder, newTextFile } from "./create.js";
export { download } from "./download.js";
export { transferByPicking } from "./pick-target.js";
export { remove } from "./remove.js";
export { rename } from "./rename.js";
export { star } from "./star.js";
export { transfer } from "./transfer.js";
