/**
 * Where a trace stands in the row of all traces, from 0 to 1: below the share, it is kept.
 * It is the hash of the collector's tail sampling (FNV-1a, 64 bits, its default salt),
 * so that both keep the same traces where both keep the same share.
 *
 * @param traceId  32 hexadecimal digits
 * @source https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/v0.159.0/processor/tailsamplingprocessor/internal/sampling/probabilistic.go
 */
export function placeOf(traceId: string): number {
  // The state after the salt "default-hash-seed", in two halves of 32 bits.
  let high = 0x39f88fe9;
  let low = 0x4395b4fd;
  for (let at = 0; at < traceId.length; at += 2) {
    const mixed = (low ^ Number.parseInt(traceId.slice(at, at + 2), 16)) >>> 0;
    // Times 2^40 + 0x1b3, the prime.
    const product = mixed * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + ((mixed << 8) >>> 0)) % 2 ** 32;
    low = product % 2 ** 32;
  }
  return (high * 2 ** 32 + low) / 2 ** 64;
}
