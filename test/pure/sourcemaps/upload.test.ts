import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { artifactBundle } from "../../../scripts/sourcemaps/artifact-bundle.ts";
import { inject } from "../../../scripts/sourcemaps/inject.ts";
import { accountIn, upload } from "../../../scripts/sourcemaps/upload.ts";

const sha1 = (bytes: Buffer) => createHash("sha1").update(bytes).digest("hex");
const map = { version: 3, mappings: "AAAA", sources: ["../../src/worker.ts"] };
const injected = inject("worker.js", `throw 1;\n${"// filling\n".repeat(300)}`, map);
const target = { org: "acme", project: "api", release: "abc123" };
const bundle = artifactBundle("worker.js", injected, target);
const chunkSize = 100;

/** Files of a ZIP by its directory, each read and checked in size. */
function filesIn(archive: Buffer): Record<string, string> {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  const files: Record<string, string> = {};
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, plain, nameLength] = [20, 24, 28].map((offset) => archive.readUInt32LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = archive.toString("utf8", at + 46, at + 46 + (nameLength & 0xffff));
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26);
    const content = inflateRawSync(archive.subarray(start, start + packed));
    expect(content).toHaveLength(plain);
    files[name] = content.toString();
    at += 46 + (nameLength & 0xffff);
  }
  return files;
}

it("an artifact bundle names each file's debug id in its manifest", () => {
  expect(bundle.subarray(0, 8)).toEqual(Buffer.from([0x53, 0x59, 0x53, 0x42, 2, 0, 0, 0]));
  const files = filesIn(bundle);
  const manifest = JSON.parse(files["manifest.json"] ?? "");
  expect(manifest).toMatchObject(target);
  expect(Object.keys(manifest.files)).toEqual(["_/_/worker.js", "_/_/worker.js.map"]);
  expect(manifest.files["_/_/worker.js"].headers).toEqual({
    "debug-id": injected.debugId,
    sourcemap: "worker.js.map",
  });
  expect(files["_/_/worker.js"]).toBe(injected.code);
  expect(JSON.parse(files["_/_/worker.js.map"] ?? "")).toMatchObject({ debug_id: injected.debugId });
});

/** Sentry's upload API as far as it is used: it wants every chunk, then thinks once, then is done. */
const sentry = {
  status: 200,
  end: "ok",
  chunks: new Map<string, Buffer>(),
  asked: [] as unknown[],
  token: "",
};
let server: Server;
let url: string;
beforeEach(async () => {
  Object.assign(sentry, { status: 200, end: "ok", chunks: new Map(), asked: [], token: "" });
  server = createServer(async (request, response) => {
    const content = Buffer.concat(await request.toArray());
    sentry.token = request.headers.authorization ?? "";
    if (sentry.status !== 200) return response.writeHead(sentry.status).end("no");
    if (request.url === "/upload/") {
      const form = await new Response(new Uint8Array(content), {
        headers: { "content-type": request.headers["content-type"] ?? "" },
      }).formData();
      for (const file of form.getAll("file") as File[])
        sentry.chunks.set(file.name, Buffer.from(await file.arrayBuffer()));
      return response.end("{}");
    }
    if (request.method === "GET" && request.url === "/api/0/organizations/acme/chunk-upload/")
      return response.end(JSON.stringify({ url: "/upload/", chunkSize }));
    if (request.url !== "/api/0/organizations/acme/artifactbundle/assemble/")
      return response.writeHead(404).end();
    const wanted = JSON.parse(content.toString());
    sentry.asked.push(wanted);
    const missingChunks = wanted.chunks.filter((sum: string) => !sentry.chunks.has(sum));
    const state =
      missingChunks.length > 0 ? "not_found" : sentry.asked.length < 3 ? "assembling" : sentry.end;
    response.end(JSON.stringify({ state, missingChunks, detail: "broken archive" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const account = () => ({ ...target, url, token: "sntrys_1" });

describe("an upload", () => {
  it("sends what is missing in chunks of the size that Sentry wants, and waits until it is put together", async () => {
    await upload(bundle, account(), 1);
    expect(sentry.token).toBe("Bearer sntrys_1");
    expect(sentry.asked.at(-1)).toMatchObject({
      checksum: sha1(bundle),
      projects: ["api"],
      version: "abc123",
    });
    const order = (sentry.asked[0] as { chunks: string[] }).chunks;
    expect(Buffer.concat(order.map((sum) => sentry.chunks.get(sum) ?? Buffer.alloc(0)))).toEqual(bundle);
    for (const [sum, chunk] of sentry.chunks) {
      expect(sha1(chunk)).toBe(sum);
      expect(chunk.length).toBeLessThanOrEqual(chunkSize);
    }
  });

  it("sends nothing that is there already", async () => {
    await upload(bundle, account(), 1);
    const known = sentry.chunks;
    sentry.chunks = new Map([...known].map(([sum]) => [sum, Buffer.alloc(0)]));
    await upload(bundle, account(), 1);
    expect([...sentry.chunks.values()].every((chunk) => chunk.length === 0)).toBe(true);
  });

  const refusals = {
    "says that the token is wrong": [401, "ok", "the token is not valid"],
    "says which scope is missing": [403, "ok", "the token lacks the scope org:ci"],
    "says that there is no such organization": [404, "ok", "there is no such organization"],
    "says what Sentry could not read": [200, "error", "Sentry could not read the bundle: broken archive"],
  } as const;
  for (const [what, [status, end, message]] of Object.entries(refusals))
    it(what, async () => {
      Object.assign(sentry, { status, end });
      await expect(upload(bundle, account(), 1)).rejects.toThrow(message);
    });

  it("says which host cannot be reached", async () => {
    await expect(upload(bundle, { ...account(), url: "http://127.0.0.1:1" }, 1)).rejects.toThrow(
      "http://127.0.0.1:1 cannot be reached",
    );
  });
});

it("an account needs organization, project and token, and names all that is missing", () => {
  const env = { SENTRY_ORG: "acme", SENTRY_PROJECT: "api", SENTRY_AUTH_TOKEN: "t" };
  expect(accountIn(env, "abc")).toEqual({
    org: "acme",
    project: "api",
    token: "t",
    release: "abc",
    url: "https://sentry.io",
  });
  expect(() => accountIn({ SENTRY_ORG: "acme" }, "abc")).toThrow(
    "SENTRY_PROJECT, SENTRY_AUTH_TOKEN are not set",
  );
});
