import { expect, it } from "vitest";
import { randomIds } from "../../../src/platform/ids.ts";
import { problemOf } from "../support/api.ts";
import { makeRoom, openHouse } from "../support/house.ts";

it("refuses an ETag that is no longer current, and changes nothing", async () => {
  const house = await openHouse();
  const { id, etag } = await makeRoom(house, "Blue");
  await house.call("PATCH", `/v1/rooms/${id}`, { json: { name: "Red" } });
  const late = await house.call("PATCH", `/v1/rooms/${id}`, {
    json: { name: "Green" },
    headers: { "if-match": etag },
  });
  expect(late.status).toBe(412);
  expect((await problemOf(late)).code).toBe("precondition_failed");
  expect(await (await house.call("GET", `/v1/rooms/${id}`)).json()).toMatchObject({ name: "Red" });
});

it("lets exactly one of several changes of one version through", async () => {
  const house = await openHouse();
  const { id, etag } = await makeRoom(house);
  const change = (name: string) =>
    house.call("PATCH", `/v1/rooms/${id}`, { json: { name }, headers: { "if-match": etag } });
  const answers = await Promise.all(["a", "b", "c", "d"].map(change));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412, 412, 412]);
});

it("is 404, not 412, for a room that is not there", async () => {
  const headers = { "if-match": '"1"' };
  const path = `/v1/rooms/${randomIds("room")}`;
  expect((await (await openHouse()).call("PATCH", path, { json: { name: "x" }, headers })).status).toBe(404);
});
