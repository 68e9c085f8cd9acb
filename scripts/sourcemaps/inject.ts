import { createHash } from "node:crypto";

/** The part of a source map (version 3) that is read here. */
export type SourceMap = {
  readonly version: number;
  readonly mappings: string;
  readonly sources: readonly string[];
  readonly [field: string]: unknown;
};
export type Injected = { readonly debugId: string; readonly code: string; readonly map: SourceMap };

const mapComment = /\n?\/\/# sourceMappingURL=[^\n]*\s*$/;

/**
 * Gives a bundle and its map one debug id, by which Sentry finds the map of a frame whatever the file is called.
 * The bundle gets one line more at its head, which tells its id to the SDK at run time, and the map an empty line for it.
 *
 * @param name  file name of the bundle, as stack frames have it
 * @source https://docs.sentry.io/platforms/javascript/sourcemaps/troubleshooting_js/debug-ids/
 */
export function inject(name: string, code: string, map: SourceMap): Injected {
  const bare = code.replace(mapComment, "");
  const debugId = debugIdOf(bare);
  return {
    debugId,
    code: `${snippet(debugId)}\n${bare}\n//# debugId=${debugId}\n//# sourceMappingURL=${name}.map\n`,
    map: {
      ...map,
      file: name,
      mappings: `;${map.mappings}`,
      debug_id: debugId,
      debugId,
    },
  };
}

/** Made of the code, so that the same code has the same id wherever it is built; in the form of a UUID of version 4. */
function debugIdOf(code: string): string {
  const hex = createHash("sha256").update(code).digest("hex");
  const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

// The key is a stack: its last frame names the file as the stacks of faults will.
const snippet = (debugId: string) =>
  `;!function(){try{var g=globalThis,s=(new g.Error).stack;s&&((g._sentryDebugIds=g._sentryDebugIds||{})[s]="${debugId}")}catch(e){}}();`;
