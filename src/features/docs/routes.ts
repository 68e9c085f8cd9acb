import { createHash } from "node:crypto";
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import { access } from "../../platform/access.ts";
import type { Clock } from "../../platform/clock.ts";
import type { HttpEnv } from "../../platform/http.ts";
import { rejectInvalid } from "../../platform/validation.ts";
import { openapiDocument, page } from "./contract.ts";
import { type ApiDescription, describeApi } from "./describe-api.ts";
import type { ApiDocument } from "./document.ts";
import { renderPage } from "./page.ts";
import { script, style } from "./page-assets.ts";

export type DocsDeps = {
  readonly clock: Clock;
  readonly release: string;
  readonly baseDomain: string;
  /** Whether requests may name their tenant by header, so that examples do. */
  readonly tenantOverride: boolean;
  readonly environment: "local" | "staging" | "production";
  /** Called once, at the first request, when every route is mounted. */
  readonly document: (about: ApiDescription) => object;
};

const openapi = createRoute({
  ...access.open,
  method: "get",
  path: "/openapi.json",
  tags: ["documentation"],
  summary: "This document as OpenAPI 3.1",
  responses: {
    200: { description: "The document.", content: { "application/json": { schema: openapiDocument } } },
  },
});

const docs = createRoute({
  ...access.open,
  method: "get",
  path: "/docs",
  tags: ["documentation"],
  summary: "This page",
  responses: {
    200: { description: "HTML that loads nothing else.", content: { "text/html": { schema: page } } },
  },
});

const front = createRoute({
  ...access.open,
  method: "get",
  path: "/",
  tags: ["documentation"],
  summary: "To the documentation",
  responses: { 302: { description: "Leads to /docs." } },
});

const securityTxt = createRoute({
  ...access.open,
  method: "get",
  path: "/.well-known/security.txt",
  tags: ["documentation"],
  summary: "How to report a vulnerability",
  description: "RFC 9116.",
  responses: { 200: { description: "Contact.", content: { "text/plain": { schema: page } } } },
});

export function docsRoutes(deps: DocsDeps) {
  const app = new OpenAPIHono<HttpEnv>({ defaultHook: rejectInvalid });
  let cached: ApiDocument | undefined;
  const document = () => {
    cached ??= describeApi(deps, deps.document);
    return cached;
  };

  app.openapi(openapi, (c) => c.json(document() as never, 200, { "cache-control": "public, max-age=300" }));

  app.openapi(docs, (c) => {
    const { origin, hostname } = new URL(c.req.url);
    const tenantHeader =
      deps.tenantOverride && !hostname.endsWith(`.${deps.baseDomain}`) ? "demo" : undefined;
    const isLocal = deps.environment === "local";
    const html = renderPage(document(), { origin, tenantHeader, isLocal, now: deps.clock() });
    return c.html(html, 200, { "content-security-policy": pagePolicy });
  });

  app.openapi(front, (c) => c.redirect("/docs", 302));

  app.openapi(securityTxt, (c) => {
    const { origin } = new URL(c.req.url);
    return c.text(securityContact(deps.baseDomain, origin, deps.clock()), 200);
  });

  return app;
}

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const pagePolicy = [
  "default-src 'none'",
  `style-src ${hash(style)}`,
  `script-src ${hash(script)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

// RFC 9116 wants a date less than a year ahead.
const contactHoldsMs = 180 * 86_400_000;

const securityContact = (baseDomain: string, origin: string, now: number) =>
  [
    `Contact: mailto:security@${baseDomain}`,
    `Expires: ${new Date(now + contactHoldsMs).toISOString()}`,
    "Preferred-Languages: en",
    `Canonical: ${origin}/.well-known/security.txt`,
    "",
  ].join("\n");
