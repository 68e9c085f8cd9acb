import type { Source } from "./source.ts";

/** A broken rule, as one line that names the place and the mend. */
export type Violation = string;

const tables = /^telemetry\/(attributes|spans|binding-spans|log-events|metrics|slo)\.ts$/;
const door = "telemetry/kit/index.ts";
/** A door of its own, so that a Worker without Sentry does not carry it. */
const sentryDoor = "telemetry/kit/faults/sentry.ts";

/** Rooms, the first pattern that fits; `feature:x` keeps features apart. */
export function roomOf(path: string): string {
  if (tables.test(path)) return "tables";
  if (path === "telemetry/briefs.ts") return "briefs";
  if (path.startsWith("telemetry/registry/")) return "registry";
  if (path.startsWith("telemetry/derive/")) return "derive";
  if (path.startsWith("telemetry/kit/")) return "kit";
  if (path.startsWith("telemetry/tail/")) return "tail";
  if (path.startsWith("src/platform/")) return "platform";
  if (path.startsWith("src/middleware/")) return "middleware";
  const feature = /^src\/features\/([^/]+)\//.exec(path);
  if (feature) return `feature:${feature[1]}`;
  if (/^src\/[^/]+$/.test(path)) return "src";
  if (path.startsWith("dashboards/console/")) return "console";
  if (path.startsWith("scripts/bench/workers/")) return "measured";
  if (path.startsWith("scripts/detect/worker/")) return "drilled";
  if (path === "load/thresholds.ts") return "thresholds";
  return path.includes("/") ? (path.split("/")[0] as string) : "root";
}

/** Who may import whom (DESIGN §1). A room may always import itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  tables: [],
  briefs: ["tables"],
  derive: ["tables"],
  registry: ["derive", "briefs", "tables"],
  kit: ["tables"],
  tail: ["kit", "tables"],
  platform: ["kit"],
  middleware: ["platform", "kit"],
  feature: ["platform", "kit"],
  src: ["middleware", "platform", "kit", "feature"],
  alerts: ["derive", "tables"],
  dashboards: ["derive", "tables"],
  // Types of the rules that k6 runs by.
  thresholds: ["derive", "tables", "load"],
  load: [],
  // A package of its own: it reads what the console's server gives it, and imports nothing of the house.
  console: [],
  measured: ["kit"],
  // The product behind faults; nothing of the product imports it, so no bundle of the product holds it.
  drilled: ["src", "platform"],
  scripts: ["alerts", "dashboards", "thresholds", "load", "derive", "registry", "briefs", "tables"],
  root: [],
};

export function checkArrows(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) => source.files.flatMap((target) => checkArrow(source.path, target)));
}

function checkArrow(from: string, to: string): Violation[] {
  const [a, b] = [roomOf(from), roomOf(to)];
  if (a === "test" || a === b) return [];
  if (to.includes("/generated/")) return [`${from} imports ${to}: generated files are read, never imported`];
  const kindOf = (room: string) => room.split(":")[0] as string;
  if (kindOf(a) === "feature" && kindOf(b) === "feature")
    return [`${from} imports ${to}: features never import features; let src/deps.ts introduce them`];
  if (!(arrows[kindOf(a)] ?? []).includes(kindOf(b)))
    return [`${from} imports ${to}: no arrow from ${a} to ${b}`];
  if (b === "kit" && to !== door && to !== sentryDoor)
    return [`${from} imports ${to}: the kit is entered by its door, ${door}`];
  return [];
}

export function checkCircles(sources: readonly Source[]): Violation[] {
  const graph = new Map(sources.map((source) => [source.path, source.files]));
  const state = new Map<string, "open" | "done">();
  const found: Violation[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === "done") return;
    if (state.get(path) === "open") {
      found.push(`import circle: ${[...trail.slice(trail.indexOf(path)), path].join(" → ")}`);
      return;
    }
    state.set(path, "open");
    for (const next of graph.get(path) ?? []) if (graph.has(next)) walk(next, [...trail, path]);
    state.set(path, "done");
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
}

/** Packages that have one home. */
const homes: readonly { package: RegExp; home: RegExp }[] = [
  { package: /^@(opentelemetry|microlabs|sentry)\//, home: /^(telemetry\/kit|scripts\/bench\/workers)\// },
  {
    package: /^hono$/,
    home: /^(src\/(app\.ts|middleware\/|features\/[^/]+\/routes\.ts)|scripts\/bench\/workers\/)/,
  },
  {
    package: /^@hono\/zod-openapi$/,
    home: /^src\/(app\.ts|middleware\/|platform\/|features\/[^/]+\/(routes|contract)\.ts)/,
  },
  { package: /^drizzle-orm$/, home: /^src\/(platform\/|features\/[^/]+\/(table|store)\.ts)/ },
  { package: /^k6$/, home: /^load\// },
];

export function checkHomes(sources: readonly Source[]): Violation[] {
  return sources
    .filter((source) => roomOf(source.path) !== "test")
    .flatMap(({ path, packages }) =>
      packages.flatMap((name) => {
        const rule = homes.find((entry) => entry.package.test(name));
        const lost = rule ? !rule.home.test(path) : false;
        const bare = roomOf(path) === "tables";
        return lost || bare
          ? [
              `${path} imports ${name}: ${bare ? "tables import no package" : `its home is ${rule?.home.source}`}`,
            ]
          : [];
      }),
    );
}

const adapter = /\/(routes|store|table|client|producer|consumer|connector|[^/]+\.do)\.ts$/;

/** A rule or use-case of a feature knows ports, never an adapter. */
export function checkAdapters(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ path }) => /^src\/features\//.test(path) && !adapter.test(path))
    .flatMap(({ path, files }) =>
      files
        .filter((target) => /^src\/features\//.test(target) && adapter.test(target))
        .map((target) => `${path} imports the adapter ${target}: take it as a port`),
    );
}

export function checkSizes(sources: readonly Source[]): Violation[] {
  return sources.flatMap(({ path, lines, functions }) => [
    ...(lines > 300 ? [`${path} has ${lines} lines: at most 300; it is two things`] : []),
    ...functions
      .filter((fn) => fn.lines > 60)
      .map((fn) => `${path}:${fn.line} function ${fn.name} has ${fn.lines} lines: at most 60`),
  ]);
}

export function checkNames(sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ path }) => /(^|\/)(utils?|helpers?|common|managers?)(\/|\.[a-z.]+$)/i.test(path))
    .map(({ path }) => `${path}: say what it is; if nothing fits, the thing is two things`);
}

export const rules = { checkArrows, checkCircles, checkHomes, checkAdapters, checkSizes, checkNames };
