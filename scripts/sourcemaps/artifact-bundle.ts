import type { Injected } from "./inject.ts";
import { zip } from "./zip.ts";

/** Where a bundle belongs in Sentry. */
export type Target = { readonly org: string; readonly project: string; readonly release: string };

/** Sentry's mark of a bundle of sources, and the version of the format. */
const header = Buffer.from([...Buffer.from("SYSB"), 2, 0, 0, 0]);

/**
 * Packs a bundle and its map as Sentry takes them: a manifest that says what each file is and which debug id it has.
 *
 * @param name  file name of the bundle
 * @source https://github.com/getsentry/symbolic/blob/master/symbolic-debuginfo/src/sourcebundle/mod.rs
 */
export function artifactBundle(name: string, { code, map, debugId }: Injected, target: Target): Buffer {
  const files = {
    [`_/_/${name}`]: {
      type: "minified_source",
      url: `~/${name}`,
      headers: { "debug-id": debugId, sourcemap: `${name}.map` },
    },
    [`_/_/${name}.map`]: { type: "source_map", url: `~/${name}.map`, headers: { "debug-id": debugId } },
  };
  return zip(header, [
    { path: "manifest.json", content: JSON.stringify({ ...target, files }) },
    { path: `_/_/${name}`, content: code },
    { path: `_/_/${name}.map`, content: JSON.stringify(map) },
  ]);
}
