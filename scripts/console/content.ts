import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { dashboards as defined } from "../../dashboards/dashboards.ts";
import { type SloId, slos } from "../../telemetry/slo.ts";
import { readBudgets } from "../budget/read.ts";
import { asJson } from "../budget/report.ts";
import type { Places } from "./places.ts";

const repository = resolve(import.meta.dirname, "../..");
/** Folders whose files are read anew at every request, so that a generated dashboard is seen without a build. */
export type Shelves = { readonly dashboards: string; readonly runbooks: string };
export const ownShelves: Shelves = {
  dashboards: join(repository, "dashboards/generated/perses"),
  runbooks: join(repository, "alerts/runbooks"),
};

export type Content = { readonly status: number; readonly type: string; readonly body: string };

/**
 * What the console shows beside the stores' answers: dashboards, runbooks and error budgets.
 *
 * @returns undefined for a path that is none of `/content/…`
 */
export async function contentOf(
  path: string,
  shelves: Shelves,
  places: Places,
): Promise<Content | undefined> {
  if (!path.startsWith("/content/")) return undefined;
  if (path === "/content/dashboards") return json(await dashboardList(shelves));
  if (path === "/content/budgets") return budgets(places);
  const [, shelf, name] = /^\/content\/(dashboards|runbooks)\/([\w-]+)$/.exec(path) ?? [];
  if (shelf === "dashboards") return file(join(shelves.dashboards, `${name}.json`), "application/json");
  if (shelf === "runbooks") return file(join(shelves.runbooks, `${name}.md`), "text/markdown; charset=utf-8");
  return missing(path);
}

type Resource = {
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly display?: { readonly name?: string; readonly description?: string } };
};

/** As dashboards/dashboards.ts lists them; what a running console does not know yet comes last. */
const rankOf = (uid: string): number => {
  const rank = defined.findIndex((one) => one.uid === uid);
  return rank < 0 ? defined.length : rank;
};

async function dashboardList({ dashboards }: Shelves): Promise<unknown> {
  const names = (await readdir(dashboards).catch(() => [])).filter((name) => /^[\w-]+\.json$/.test(name));
  const list = await Promise.all(
    names.sort().map(async (name) => {
      const { spec } = JSON.parse(await readFile(join(dashboards, name), "utf8")) as Resource;
      const uid = name.replace(/\.json$/, "");
      return { uid, title: spec?.display?.name ?? uid, description: spec?.display?.description ?? "" };
    }),
  );
  return { dashboards: list.sort((a, b) => rankOf(a.uid) - rankOf(b.uid)) };
}

async function budgets({ prometheus }: Places): Promise<Content> {
  try {
    const all = await readBudgets(prometheus, Object.keys(slos) as SloId[]);
    return { status: 200, type: "application/json", body: asJson(all) };
  } catch (error) {
    return json({ error: (error as Error).message }, 502);
  }
}

async function file(path: string, type: string): Promise<Content> {
  const body = await readFile(path, "utf8").catch(() => undefined);
  return body === undefined ? missing(path.slice(repository.length)) : { status: 200, type, body };
}

const missing = (what: string): Content => json({ error: `there is no ${what}` }, 404);
const json = (value: unknown, status = 200): Content => ({
  status,
  type: "application/json",
  body: `${JSON.stringify(value)}\n`,
});
