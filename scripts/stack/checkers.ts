import { type Tool, tools } from "./tools.ts";

/** Programs of others that say whether our generated files are right. Only tests run them, so no image is needed. */
export const checkers = {
  oslo: {
    title: "OpenSLO's validator",
    native: {
      kind: "go",
      module: "github.com/OpenSLO/oslo",
      version: "v0.13.0",
      packages: { oslo: "github.com/OpenSLO/oslo/cmd/oslo" },
      tags: [],
    },
  },
  pint: {
    title: "pint, the linter of Prometheus rules",
    native: {
      kind: "go",
      module: "github.com/cloudflare/pint",
      version: "v0.87.0",
      packages: { pint: "github.com/cloudflare/pint/cmd/pint" },
      tags: [],
    },
  },
} as const satisfies Record<string, Pick<Tool, "title" | "native">>;

/** All that can be built: the tools of the stack, and the checkers. */
export const buildable = { ...tools, ...checkers };
export type BuildableName = keyof typeof buildable;
