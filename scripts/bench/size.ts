import { gzipSync } from "node:zlib";
import { buildVariant } from "./build.ts";
import type { BenchRun } from "./run.ts";
import type { VariantId } from "./variants.ts";

export type Size = {
  readonly bytes: number;
  /** Over the uninstrumented Worker. */
  readonly addedBytes: number;
  readonly addedGzipBytes: number;
};

/** Bytes of each variant's minified bundle, and what it adds to the uninstrumented Worker. */
export async function measureSize({
  folder,
  variants,
}: Pick<BenchRun, "folder" | "variants">): Promise<Readonly<Partial<Record<VariantId, Size>>>> {
  let floor = { bytes: 0, gzipBytes: 0 };
  const found: Partial<Record<VariantId, Size>> = {};
  for (const variant of variants) {
    const code = await buildVariant(variant, folder, true);
    const [bytes, gzipBytes] = [Buffer.byteLength(code), gzipSync(code).length];
    if (variant.id === "none") floor = { bytes, gzipBytes };
    found[variant.id] = {
      bytes,
      addedBytes: bytes - floor.bytes,
      addedGzipBytes: gzipBytes - floor.gzipBytes,
    };
  }
  return found;
}
