import { expect, it } from "vitest";
import { makeRoom, openHouse } from "../support/house.ts";

it("changes what is named, keeps the rest, and raises the version", async () => {
  const house = await openHouse();
  const { id } = await makeRoom(house, "Blue", 4);
  const response = await house.call("PATCH", `/v1/rooms/${id}`, { json: { capacity: 6 } });
  expect(response.status).toBe(200);
  expect(response.headers.get("etag")).toBe('"2"');
  expect(await response.json()).toMatchObject({ id, name: "Blue", capacity: 6 });
});

it("changes with the ETag of the last reading", async () => {
  const house = await openHouse();
  const { id, etag } = await makeRoom(house);
  const changed = await house.call("PATCH", `/v1/rooms/${id}`, {
    json: { name: "Red" },
    headers: { "if-match": etag },
  });
  expect(changed.status).toBe(200);
  const again = { "if-match": changed.headers.get("etag") ?? "" };
  expect(
    (await house.call("PATCH", `/v1/rooms/${id}`, { json: { name: "Green" }, headers: again })).status,
  ).toBe(200);
});

it('takes If-Match: "*" as any version', async () => {
  const house = await openHouse();
  const { id } = await makeRoom(house);
  const any = { "if-match": "*" };
  expect((await house.call("PATCH", `/v1/rooms/${id}`, { json: { name: "Red" }, headers: any })).status).toBe(
    200,
  );
});
