import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildVariant, metafileName } from "./build.ts";
import type { BenchRun } from "./run.ts";
import type { VariantId } from "./variants.ts";

export type Size = {
  readonly bytes: number;
  /** Over the uninstrumented Worker. */
  readonly addedBytes: number;
  readonly addedGzipBytes: number;
  /** Where the added bytes are: by package, or by folder of ours; the largest first. */
  readonly addedBytesBy: Readonly<Record<string, number>>;
};

/** Bytes of each variant's minified bundle, and what it adds to the uninstrumented Worker. */
export async function measureSize({
  folder,
  variants,
}: Pick<BenchRun, "folder" | "variants">): Promise<Readonly<Partial<Record<VariantId, Size>>>> {
  let floor = { bytes: 0, gzipBytes: 0, by: new Map<string, number>() };
  const found: Partial<Record<VariantId, Size>> = {};
  for (const variant of variants) {
    const code = await buildVariant(variant, folder, true);
    const metafile = await readFile(join(folder, `${variant.id}-minified`, metafileName), "utf8");
    const by = bytesBy(JSON.parse(metafile) as Metafile);
    const [bytes, gzipBytes] = [Buffer.byteLength(code), gzipSync(code).length];
    if (variant.id === "none") floor = { bytes, gzipBytes, by };
    found[variant.id] = {
      bytes,
      addedBytes: bytes - floor.bytes,
      addedGzipBytes: gzipBytes - floor.gzipBytes,
      addedBytesBy: addedTo(floor.by, by),
    };
  }
  return found;
}

type Metafile = {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
};

function bytesBy({ outputs }: Metafile): Map<string, number> {
  const by = new Map<string, number>();
  for (const { inputs } of Object.values(outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const place = placeOf(path);
      by.set(place, (by.get(place) ?? 0) + bytesInOutput);
    }
  return by;
}

// A path may begin anywhere above the repository; what counts begins at the last of these.
const places = /.*(?:node_modules\/((?:@[^/]+\/)?[^/]+)|(telemetry(?:\/[a-z-]+)*)\/[^/]+\.ts$)/;
const placeOf = (path: string): string => {
  const [, packageName, folder] = places.exec(path) ?? [];
  return packageName ?? folder ?? "the Worker";
};

// A minifier names things differently from bundle to bundle, so some bytes more or less of the same code are no news.
const noteworthy = 256;

const addedTo = (floor: ReadonlyMap<string, number>, by: ReadonlyMap<string, number>) =>
  Object.fromEntries(
    [...by]
      .map(([place, bytes]) => [place, bytes - (floor.get(place) ?? 0)] as const)
      .filter(([, bytes]) => bytes >= noteworthy)
      .sort(([, a], [, b]) => b - a),
  );
