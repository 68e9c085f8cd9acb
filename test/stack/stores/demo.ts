import { expect } from "vitest";
import type { DemoTenant } from "../../../scripts/seed.ts";

/** Books a minute of the demo tenant, somewhere in the next year. */
export async function bookForDemo(api: string, demo: DemoTenant | undefined): Promise<void> {
  const from = Date.now() + 200 * 86_400_000 + Math.round(Math.random() * 5e9);
  const times = { from: new Date(from).toISOString(), to: new Date(from + 60_000).toISOString() };
  const customer = { name: "Ada", email: "ada@demo.example" };
  const response = await fetch(`${api}/v1/bookings`, {
    method: "POST",
    headers: {
      ...{ "X-Tenant": demo?.slug ?? "", Authorization: `Bearer ${demo?.token}` },
      ...{ "Content-Type": "application/json", "Idempotency-Key": `"demo-${from}"` },
    },
    body: JSON.stringify({ room_id: demo?.roomId, ...times, customer }),
  });
  expect(response.status, await response.text()).toBe(201);
}
