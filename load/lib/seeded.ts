// Pure, no k6: tests compute the same names as the run.

/** Everything a run is called by comes from its id; two runs never share a tenant. */
export type Tenant = {
  readonly slug: string;
  readonly name: string;
  readonly owner: { readonly name: string; readonly email: string; readonly password: string };
};

/** The tenant that a run makes for itself. @param runId  letters, digits and hyphens, at most 34 of them */
export function tenantOf(runId: string): Tenant {
  const slug = `load-${runId}`;
  return {
    slug,
    name: `Load test ${runId}`,
    owner: {
      name: "Load Owner",
      email: `owner@${slug}.example`,
      password: `pw-${hex(`password ${runId}`, 24)}`,
    },
  };
}

/** A number in [0, 1) that depends on nothing but the seed and its place. */
export const draw = (seed: number, place: string): number =>
  Number.parseInt(hex(`${seed} ${place}`, 8), 16) / 2 ** 32;

/** A W3C traceparent, sampled; the same run and sequence give the same ids. */
export function traceparent(runId: string, sequence: string): { header: string; traceId: string } {
  const traceId = hex(`trace ${runId} ${sequence}`, 32);
  return { header: `00-${traceId}-${hex(`span ${runId} ${sequence}`, 16)}-01`, traceId };
}

/** Hexadecimal digits from a text, at most 32. */
export function hex(text: string, digits: number): string {
  const words = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f].map((start) => word(text, start));
  return words
    .map((n) => n.toString(16).padStart(8, "0"))
    .join("")
    .slice(0, digits);
}

/** FNV-1a with murmur's finish: short, and spreads similar texts apart. */
function word(text: string, start: number): number {
  let hash = start;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
