import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

type Json = Record<string, unknown>;
type Deployed = { dashboard: Json; meta: Json };
const root = resolve(import.meta.dirname, "../../..");
const folder = resolve(root, "dashboards/generated/grafana");
const token = "glsa_test";

/** Grafana's HTTP API, as much of it as is asked. It adds what the real one adds when it saves. */
const store = new Map<string, Deployed>();
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://grafana");
  const answer = (status: number, body: unknown) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { message: "Unauthorized" });
  if (pathname === "/api/search") {
    const tags = searchParams.getAll("tag");
    const found = [...store].filter(([, { dashboard }]) =>
      tags.every((tag) => (dashboard.tags as string[]).includes(tag)),
    );
    return answer(
      200,
      found.map(([uid, { dashboard }]) => ({ uid, title: dashboard.title, type: "dash-db" })),
    );
  }
  const found = store.get(/^\/api\/dashboards\/uid\/([\w-]+)$/.exec(pathname)?.[1] ?? "");
  return found ? answer(200, found) : answer(404, { message: "Dashboard not found" });
});

let grafana: string;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  grafana = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  store.clear();
  for (const [i, name] of readdirSync(folder).entries()) {
    const dashboard = JSON.parse(readFileSync(resolve(folder, name), "utf8")) as Json;
    store.set(String(dashboard.uid), {
      dashboard: { ...dashboard, id: i + 1, version: 7 },
      meta: { folderUid: "frontdesk", provisioned: false },
    });
  }
});

const compare = (url = grafana, env: Record<string, string> = { GRAFANA_TOKEN: token }) =>
  new Promise<{ exit: number; said: string }>((done) => {
    execFile(
      process.execPath,
      ["scripts/generate.ts", "--deployed", url],
      { cwd: root, env: { PATH: process.env.PATH, ...env } },
      (error, stdout, stderr) => done({ exit: Number(error?.code ?? 0), said: stdout + stderr }),
    );
  });
const overview = () => store.get("frontdesk-api-overview") as Deployed;

describe("deployed against repository", () => {
  it("is quiet when Grafana has what the repository has", async () =>
    expect(await compare()).toEqual({
      exit: 0,
      said: `${store.size} dashboards are deployed as they stand here.\n`,
    }));

  it("names what was changed by hand, moved, deleted or left behind", async () => {
    const panels = structuredClone(overview().dashboard.panels) as { title: string }[];
    (panels[1] as { title: string }).title = "By hand";
    overview().dashboard.panels = panels;
    (store.get("frontdesk-slo") as Deployed).meta.folderUid = "general";
    store.delete("frontdesk-events");
    const old = { ...overview().dashboard, uid: "frontdesk-old" };
    store.set("frontdesk-old", { dashboard: old, meta: { folderUid: "frontdesk" } });
    const { exit, said } = await compare();
    expect(exit).toBe(1);
    expect(said.split("\n").filter((line) => line.startsWith("drift:"))).toEqual([
      "drift: frontdesk-api-overview differs at panels[1].title",
      'drift: frontdesk-slo lies in the folder "general", not in "frontdesk"',
      "drift: frontdesk-events is not there",
      "drift: frontdesk-old is not in the repository",
    ]);
  });

  it("says a wrong token, a wrong address and a silent one in one line, and never agrees", async () => {
    const answers = [
      await compare(grafana, {}),
      await compare("grafana"),
      await compare("http://127.0.0.1:1"),
    ];
    for (const { exit, said } of answers) {
      expect(exit).toBe(3);
      expect(said).toMatch(/^BROKEN: .+\n$/);
    }
    expect(answers[0]?.said).toContain("GRAFANA_TOKEN");
  });
});
