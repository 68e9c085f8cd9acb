import { type Tool, tools } from "./tools.ts";

/** Programs of others that say whether our files are right. Only tests run them, so no image is needed. */
export const checkers = {
  actionlint: {
    title: "actionlint, the checker of workflows",
    native: {
      kind: "go",
      module: "github.com/rhysd/actionlint",
      version: "v1.7.12",
      packages: { actionlint: "github.com/rhysd/actionlint/cmd/actionlint" },
      tags: [],
    },
  },
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
