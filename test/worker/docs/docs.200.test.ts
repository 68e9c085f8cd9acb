import { beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { failures } from "../../../src/platform/errors.ts";
import { call, env, request } from "../support/api.ts";

type Document = {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      { operationId?: string; summary?: string; tags?: string[]; responses: object; security?: object[] }
    >
  >;
  components: { securitySchemes: Record<string, object>; schemas: Record<string, object> };
};

describe("the OpenAPI document", () => {
  let document: Document;
  beforeAll(async () => {
    document = await (await call("GET", "/openapi.json")).json<Document>();
  });
  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        operation,
      })),
    );

  it("is version 3.1 and describes every route that the app answers", () => {
    expect(document.openapi).toBe("3.1.0");
    const served = createApp(buildDeps(env)).routes.filter((route) => route.method !== "ALL");
    const names = new Set(
      served.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`),
    );
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
  });

  it("gives every operation a summary, a tag and an answer", () => {
    for (const { name, operation } of operations()) {
      expect.soft(operation.summary, name).toBeTruthy();
      expect.soft(operation.operationId, name).toMatch(/^[a-z]+[A-Za-z]+$|^get$/);
      expect.soft(operation.tags, name).toHaveLength(1);
      expect.soft(Object.keys(operation.responses), name).not.toHaveLength(0);
    }
  });

  it("tells of X-Tenant where the environment allows it, and only there", async () => {
    type Described = {
      info: { description: string };
      paths: Record<string, { get?: { parameters?: { name: string }[] } }>;
    };
    const tells = ({ info, paths }: Described) => ({
      introduction: info.description.includes("X-Tenant"),
      paths: Object.keys(paths).filter((path) =>
        paths[path]?.get?.parameters?.some(({ name }) => name === "X-Tenant"),
      ),
    });
    const allowing = tells(document as unknown as Described);
    expect(allowing.introduction).toBe(true);
    expect(allowing.paths).toContain("/v1/rooms");
    expect(allowing.paths).not.toContain("/v1/health");
    const deps = buildDeps({ ...env, ENVIRONMENT: "production", TENANT_OVERRIDE: "deny" });
    const denying = await createApp(deps).fetch(request("GET", "/openapi.json"), env);
    expect(tells(await denying.json<Described>())).toEqual({ introduction: false, paths: [] });
  });

  it("names no two operations alike", () => {
    const names = operations().map(({ operation }) => operation.operationId);
    expect(names).toContain("getRoomsByRoomId");
    expect(new Set(names).size).toBe(names.length);
  });

  it("refers to nothing that is not in it", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      (m) => m[1] ?? "",
    );
    expect(references.length).toBeGreaterThan(5);
    for (const name of references) expect(document.components.schemas).toHaveProperty(name);
    for (const { operation } of operations())
      for (const scheme of (operation.security ?? []).flatMap(Object.keys))
        expect(document.components.securitySchemes).toHaveProperty(scheme);
  });
});

describe("the page", () => {
  let html: string;
  let policy: string;
  beforeAll(async () => {
    const response = await call("GET", "/docs");
    html = await response.text();
    policy = response.headers.get("content-security-policy") ?? "";
  });

  it("loads nothing: no source, no style sheet, no import, no other host", () => {
    expect(html).not.toMatch(/<(?:img|iframe|object|embed|video|audio|base)\b|\bsrc=|@import|url\(/i);
    expect([...html.matchAll(/<link\b[^>]*>/g)].map(String)).toEqual(['<link rel="icon" href="data:,">']);
  });

  it("runs and styles only what its policy names by hash", async () => {
    for (const [tag, directive] of [
      ["style", "style-src"],
      ["script", "script-src"],
    ] as const) {
      const inline = [...html.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, "g"))].map(
        (match) => match[1] ?? "",
      );
      expect(inline).toHaveLength(1);
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(inline[0]));
      expect(policy).toContain(
        `${directive} 'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`,
      );
    }
    expect(html).not.toMatch(/\sstyle=|\son\w+=/);
  });

  it("has a place for every operation, failure and inner link", () => {
    const ids = new Set([...html.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1]));
    for (const code of Object.keys(failures)) expect(ids).toContain(code);
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(12);
    for (const link of links) expect(ids).toContain(link);
  });

  const commands = () =>
    [...html.matchAll(/<pre><code>([\s\S]*?)<\/code><\/pre>/g)].map((m) => unescaped(m[1]));
  const commandOf = (request: string) => commands().find((command) => command.includes(request)) ?? "";

  it("shows a command for every operation, for the host that was asked", () => {
    expect(commands().length).toBe([...html.matchAll(/<article /g)].length + 1);
    for (const command of commands()) expect(command).toMatch(/curl [^\n]*["']https:\/\/localhost\//);
    expect(commandOf("/v1/auth/login")).toContain("X-Tenant: demo");
  });

  it("begins with a login and a room, and makes up no id after that", () => {
    expect(commands()[0]).toMatch(/^TOKEN=\$\(curl [\s\S]*\nROOM=\$\(curl /);
    for (const command of commands()) expect(command).not.toMatch(/(?:room|booking)_[0-9a-z]{26}/);
    expect(commandOf("/v1/rooms/$ROOM/availability")).toContain("?from=");
    const booking = commandOf("idempotency-key");
    expect(booking).toMatch(/^BOOKING=\$\([\s\S]*docs-\$\(date \+%s\)[\s\S]*"room_id":"'\$ROOM'"/);
    expect(commands().indexOf(commandOf("/v1/bookings/$BOOKING"))).toBeGreaterThan(
      commands().indexOf(booking),
    );
  });

  it("shows how to log out last in its section, and logs in again", () => {
    const auth = [...html.matchAll(/<article id="([^"]*(?:auth|jwks)[^"]*)"/g)].map((match) => match[1]);
    expect(auth.at(-1)).toBe("post-v1-auth-logout");
    expect(commandOf("/v1/auth/logout")).toMatch(/\nTOKEN=\$\(curl /);
  });

  it("finds the health token where it stands locally", () => {
    expect(commandOf("/v1/health/deep")).toMatch(
      /^HEALTH_TOKEN=\$\(grep .*\.frontdesk\/worker\.env .*\)\ncurl /,
    );
  });

  it("asks for no tenant header on a tenant's own host", async () => {
    expect(await (await call("GET", "/docs", { host: "acme.localhost" })).text()).not.toContain(
      "X-Tenant: demo",
    );
  });
});

it("the front door leads to the page", async () => {
  const response = await call("GET", "/", { redirect: "manual" });
  expect([response.status, response.headers.get("location")]).toEqual([302, "/docs"]);
});

it("security.txt says whom to tell, and is not out of date", async () => {
  const text = await (await call("GET", "/.well-known/security.txt")).text();
  expect(text).toMatch(/^Contact: mailto:/m);
  const expires = Date.parse(/^Expires: (.+)$/m.exec(text)?.[1] ?? "");
  expect(expires).toBeGreaterThan(Date.now());
  expect(expires).toBeLessThan(Date.now() + 365 * 86_400_000);
});

const unescaped = (text = "") =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
