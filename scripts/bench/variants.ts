/** A way to trace, as a Worker of its own over the handlers of `workers/app.ts`. */
export type Variant = {
  readonly id: string;
  readonly title: string;
  /** File in `workers/`. */
  readonly entry: string;
};

export const variants = [
  { id: "none", title: "uninstrumented", entry: "none.ts" },
  { id: "direct", title: "this kit, shell `direct`", entry: "direct.ts" },
] as const satisfies readonly Variant[];

export type VariantId = (typeof variants)[number]["id"];
