import { drizzle } from "drizzle-orm/d1";

/** Drizzle over the instrumented D1 binding; built once per isolate. */
export const openDb = (d1: D1Database | D1DatabaseSession) => drizzle(d1 as D1Database);
export type Db = ReturnType<typeof openDb>;
