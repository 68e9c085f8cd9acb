import { expect, it } from "vitest";
import { createApp } from "../../../src/app.ts";
import { buildDeps } from "../../../src/deps.ts";
import { bodyBytesMax } from "../../../src/middleware/limits.ts";
import { call, env, problemOf, request } from "../support/api.ts";

const path = "/v1/auth/register";
const type = { "content-type": "application/json" };
const bodyOf = (bytes: number) => `{"x":"${"y".repeat(bytes - 8)}"}`;

it("refuses a body that says it is too large", async () => {
  const response = await call("POST", path, { body: bodyOf(bodyBytesMax + 1), headers: type });
  expect(response.status).toBe(413);
  expect((await problemOf(response)).code).toBe("payload_too_large");
});

it("takes a body of exactly the limit", async () => {
  expect((await call("POST", path, { body: bodyOf(bodyBytesMax), headers: type })).status).toBe(400);
});

it("counts what arrives when the length is not said, and stops reading there", async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 16_384;
      controller.enqueue(new Uint8Array(16_384));
    },
  });
  const response = await createApp(buildDeps(env)).fetch(
    request("POST", path, { body: endless, headers: type }),
    env,
  );
  expect(response.status).toBe(413);
  expect(sent).toBeLessThanOrEqual(bodyBytesMax + 3 * 16_384);
});

it("counts what arrives when the length that was said is a lie", async () => {
  const lying = request("POST", path, {
    body: bodyOf(bodyBytesMax + 1),
    headers: { ...type, "content-length": "2" },
  });
  expect((await createApp(buildDeps(env)).fetch(lying, env)).status).toBe(413);
});
