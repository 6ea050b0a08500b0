// Sends a part of a file to the server and reports how much of it was sent.

import { ApiError, FAILURE, begin, end, failure, headers, named, parsed, tellEnd, url } from "./api.js";

/**
 * Sends a part of a file.
 * @param {import("./api.js").Params} params of `upload`
 * @param {Blob} part
 * @param {{ signal?: AbortSignal, onProgress?: (bytes: number) => void }} [options]
 * @returns {Promise<{ etag: string | null }>}
 */
export function uploadPart(params, part, options = {}) {
  const isWhole = Number(params.offset ?? 0) === 0 && params.complete === 1;
  const noted = begin("core", "upload", params, {
    file: String(params.filename),
    part: isWhole ? undefined : { from: Number(params.offset), bytes: part.size },
  });
  return new Promise((resolve, reject) => {
    // Only XMLHttpRequest reports how much of a body was sent.
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const settle = () => options.signal?.removeEventListener("abort", stop);
    request.open("POST", url("upload", params));
    for (const [name, value] of Object.entries(headers("core"))) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => options.onProgress?.(event.loaded));
    request.addEventListener("load", () => {
      settle();
      const text = request.responseText;
      const isOk = request.status === 200 && text === "OK";
      end(noted, request.status, text, isOk);
      if (isOk) {
        resolve({ etag: request.getResponseHeader("ETag")?.replace(/^W\/|"/g, "") ?? null });
        return;
      }
      const error = failure("upload", request.status, request.getResponseHeader(FAILURE), parsed(text), text)
        ?? new ApiError("server", text.slice(0, 200), "upload");
      tellEnd(error, "core");
      void named(error).then(reject);
    });
    request.addEventListener("error", () => {
      settle();
      end(noted, 0, "", false);
      reject(new ApiError("offline", "", "upload"));
    });
    request.addEventListener("abort", () => {
      settle();
      end(noted, 0, "", false);
      reject(new DOMException("The upload was stopped.", "AbortError"));
    });
    if (options.signal?.aborted) {
      reject(new DOMException("The upload was stopped.", "AbortError"));
      return;
    }
    options.signal?.addEventListener("abort", stop);
    const body = new FormData();
    body.append("file_contents", part, String(params.filename));
    request.send(body);
  });
}
