import { expect, it } from "vitest";
import { startRecording } from "../../../telemetry/kit/recording.ts";
import { call } from "../support/api.ts";

const owner = { name: "Ada", email: "ada@example.com", password: "a-long-password" };
const register = (slug: string) =>
  call("POST", "/v1/auth/register", { json: { tenant: { slug, name: "Counted" }, owner } });
const login = (password: string) =>
  call("POST", "/v1/auth/login", { host: "counted.localhost", json: { email: owner.email, password } });

it("names an event only when it happened, for the name is what is counted", async () => {
  const recording = startRecording();
  try {
    const statuses = [];
    for (const ask of [
      () => register("counted"),
      () => register("counted"),
      () => register("admin"),
      () => login(owner.password),
      () => login("another-password"),
    ])
      statuses.push((await ask()).status);
    expect(statuses).toEqual([201, 409, 409, 200, 401]);
    const stories = recording.spans().filter(({ name }) => /^auth\.(register|login)$/.test(name));
    expect(
      stories.map(({ attributes }) => [attributes["frontdesk.outcome"], attributes["frontdesk.event.name"]]),
    ).toEqual([
      ["registered", "tenant.registered"],
      ["slug_taken", undefined],
      ["slug_reserved", undefined],
      ["signed_in", "user.login"],
      ["refused", undefined],
    ]);
  } finally {
    recording.stop();
  }
});
