import { gzipSync } from "node:zlib";
import { buildVariant } from "./build.ts";
import type { BenchRun } from "./options.ts";

/** Bytes of each variant's minified bundle, and what it adds to the uninstrumented Worker. */
export async function measureSize({ folder, variants }: BenchRun): Promise<void> {
  let floor = { bytes: 0, gzipBytes: 0 };
  for (const variant of variants) {
    const code = await buildVariant(variant, folder);
    const size = { bytes: Buffer.byteLength(code), gzipBytes: gzipSync(code).length };
    if (variant.id === "none") floor = size;
    const added = size.bytes - floor.bytes;
    const addedGzip = size.gzipBytes - floor.gzipBytes;
    console.log(`${variant.id}: ${size.bytes} bytes, +${added} (+${addedGzip} gzipped)`);
  }
}
