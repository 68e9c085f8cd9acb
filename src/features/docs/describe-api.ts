import type { ApiDocument } from "./document.ts";

/** What a document says beside its routes. */
export type ApiDescription = {
  readonly openapi: "3.1.0";
  readonly info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; url: string };
  };
  readonly servers: { url: string; description: string }[];
};

/**
 * The OpenAPI document of this API.
 *
 * @param generate  joins the description with the routes that are mounted
 */
export function describeApi(release: string, generate: (about: ApiDescription) => object): ApiDocument {
  const document = generate({
    openapi: "3.1.0",
    info: { title: "Frontdesk", version: release, description, license },
    servers: [{ url: "/", description: "This host" }],
  }) as ApiDocument;
  return {
    ...document,
    paths: named(document.paths),
    components: { ...document.components, securitySchemes },
  };
}

/** Names every operation for generated clients: `GET /v1/rooms/{room_id}` is `getRoomsByRoomId`. */
function named(paths: ApiDocument["paths"] = {}): NonNullable<ApiDocument["paths"]> {
  const nameOf = (method: string, path: string) =>
    method +
    path
      .replace(/^\/v1/, "")
      .replaceAll("{", "by_")
      .replaceAll(/[^a-z0-9]+([a-z0-9]?)/gi, (_, next) => next.toUpperCase());
  const operations = Object.entries(paths).map(([path, methods]) => {
    const entries = Object.entries(methods);
    return [
      path,
      Object.fromEntries(
        entries.map(([method, one]) => [method, { operationId: nameOf(method, path), ...one }]),
      ),
    ];
  });
  return Object.fromEntries(operations);
}

const description = `A booking API for businesses with rooms. The host names the tenant: \`<tenant>.<base domain>\`.

Times are RFC 3339 in UTC. Lists are pages with an opaque cursor.

Every answer has \`X-Request-ID\`. Any operation with a body may also answer 413 or 415, and any operation 500 or 503.`;

const license = { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" };

const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
  health: { type: "http", scheme: "bearer", description: "HEALTH_TOKEN of this deployment." },
  cookie: { type: "apiKey", in: "cookie", name: "__Host-frontdesk" },
};
