import { describe, expect, it } from "vitest";
import { hour, openRoom } from "./calendar.ts";

type Listed = { items: { id: string; from: string; status: string }[]; next_cursor?: string };

describe("GET /v1/bookings", () => {
  it("200: lists in order of start, page by page, each booking once", async () => {
    const room = await openRoom();
    for (const start of [4, 0, 2, 1, 3]) await room.book(`k-${start}`, start, start + 1);
    const starts: string[] = [];
    let path: string | undefined = "/v1/bookings?limit=2";
    while (path) {
      const response = await room.house.call("GET", path);
      const page = await response.json<Listed>();
      starts.push(...page.items.map(({ from }) => from));
      path = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
      expect(page.next_cursor === undefined).toBe(path === undefined);
    }
    expect(starts).toEqual([0, 1, 2, 3, 4].map(hour));
  });

  it("200: filters by time, status and room", async () => {
    const room = await openRoom();
    const ids: string[] = [];
    for (const start of [0, 1, 2])
      ids.push((await (await room.book(`k-${start}`, start, start + 1)).json<{ id: string }>()).id);
    await room.cancel(ids[1] as string);
    const list = async (query: string) =>
      (await (await room.house.call("GET", `/v1/bookings?${query}`)).json<Listed>()).items.map(
        ({ id }) => id,
      );
    expect(await list(`from=${hour(1)}`)).toEqual([ids[1], ids[2]]);
    expect(await list(`to=${hour(1)}`)).toEqual([ids[0]]);
    expect(await list("status=confirmed")).toEqual([ids[0], ids[2]]);
    expect(await list(`room_id=${room.id}&status=cancelled`)).toEqual([ids[1]]);
    expect(await list(`room_id=${room.id.slice(0, -4)}0000`)).toEqual([]);
  });

  it("400: a cursor that is not ours, a status or a filter that is not known", async () => {
    const { house } = await openRoom();
    for (const query of ["cursor=nonsense", "status=gone", "from=yesterday", "limit=0", "room=all"])
      expect((await house.call("GET", `/v1/bookings?${query}`)).status, query).toBe(400);
  });

  it("another tenant sees nothing: its list is empty, and every route says 404", async () => {
    const [room, other] = [await openRoom(), await openRoom()];
    const { id } = await (await room.book("k")).json<{ id: string }>();
    expect(await (await other.house.call("GET", "/v1/bookings")).json()).toEqual({ items: [] });
    expect((await other.house.call("GET", `/v1/bookings/${id}`)).status).toBe(404);
    expect((await other.house.call("POST", `/v1/bookings/${id}/cancel`)).status).toBe(404);
    expect(await room.rows()).toMatchObject([{ status: "confirmed" }]);
  });
});
