import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

export type PageFile = { readonly body: Buffer; readonly type: string; readonly isLasting: boolean };

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

/** Names that a build writes; `..`, hidden files and encoded slashes are none. */
const fileName = /^\/(?:assets\/)?[\w-][\w.-]*\.[a-z0-9]+$/;

/**
 * A file of the built console.
 *
 * @returns index.html for every path that is a page of the console, undefined for a file that is not there
 */
export async function pageFile(dist: string, path: string): Promise<PageFile | undefined> {
  if (!fileName.test(path)) {
    // The console reads its own addresses; whatever looks like a file or climbs is none of them.
    if (path.includes("..") || path.includes("\\") || path.startsWith("/assets/")) return undefined;
    return read(join(dist, "index.html"), false);
  }
  return read(join(dist, path), path.startsWith("/assets/"));
}

async function read(path: string, isLasting: boolean): Promise<PageFile | undefined> {
  const type = types[extname(path)];
  if (type === undefined) return undefined;
  const body = await readFile(path).catch(() => undefined);
  return body && { body, type, isLasting };
}
