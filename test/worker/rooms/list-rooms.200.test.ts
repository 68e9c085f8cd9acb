import { expect, it } from "vitest";
import { makeRoom, openHouse } from "../support/house.ts";

type Page = { items: { id: string }[]; next_cursor?: string };

it("follows Link from page to page and sees every room once, in order of creation", async () => {
  const house = await openHouse();
  const made = [];
  for (let i = 0; i < 5; i++) made.push((await makeRoom(house, `Room ${i}`)).id);
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let path: string | undefined = "/v1/rooms?limit=2"; path; ) {
    const response = await house.call("GET", path);
    expect(response.status).toBe(200);
    const page = await response.json<Page>();
    seen.push(...page.items.map((room) => room.id));
    sizes.push(page.items.length);
    path = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    expect(page.next_cursor !== undefined).toBe(path !== undefined);
    if (path) expect(path).toContain("limit=2");
  }
  expect(seen).toEqual(made);
  expect(sizes).toEqual([2, 2, 1]);
});

it("shows no room of another tenant, not even with its cursor", async () => {
  const [mine, other] = [await openHouse(), await openHouse()];
  await makeRoom(other);
  await makeRoom(other);
  const { next_cursor } = await (await other.call("GET", "/v1/rooms?limit=1")).json<Page>();
  expect(await (await mine.call("GET", `/v1/rooms?cursor=${next_cursor}`)).json()).toEqual({ items: [] });
});

it("is empty for a new tenant", async () => {
  const response = await (await openHouse()).call("GET", "/v1/rooms");
  expect(await response.json()).toEqual({ items: [] });
  expect(response.headers.get("link")).toBeNull();
});
