/** How D1 fares for one request. */
export type Trouble = "down" | "slow";

/** Longer than any promise on latency allows, for each statement. */
const slowMs = 1_200;

/**
 * The real database behind a fault: `down` answers nothing, `slow` answers late.
 * It looks like a D1 binding to the kit, so a request in trouble is seen as it would be with the real fault.
 */
export function faultyD1<T extends D1Database | D1DatabaseSession>(db: T, trouble: Trouble): T {
  return overlay(db, {
    prepare: (sql: string) => {
      if (trouble === "down") throw new Error("D1_ERROR: Network connection lost.");
      return slowStatement(db.prepare(sql));
    },
    batch: async (statements: D1PreparedStatement[]) => {
      if (trouble === "down") throw new Error("D1_ERROR: Network connection lost.");
      await sleep();
      return db.batch(statements.map((statement) => raws.get(statement) ?? statement));
    },
    withSession: (...at: []) => faultyD1((db as D1Database).withSession(...at), trouble),
  });
}

const raws = new WeakMap<object, D1PreparedStatement>();

function slowStatement(statement: D1PreparedStatement): D1PreparedStatement {
  const late =
    <A extends unknown[], R>(run: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await sleep();
      return run.apply(statement, args);
    };
  const slow = overlay(statement, {
    bind: (...values: unknown[]) => slowStatement(statement.bind(...values)),
    first: late(statement.first as (...args: unknown[]) => Promise<unknown>),
    all: late(statement.all as (...args: unknown[]) => Promise<unknown>),
    run: late(statement.run as (...args: unknown[]) => Promise<unknown>),
    raw: late(statement.raw as (...args: unknown[]) => Promise<unknown>),
  });
  raws.set(slow, statement);
  return slow;
}

const sleep = () => new Promise((done) => setTimeout(done, slowMs));

/** The same object with other methods. Its prototype stays, by which the kit recognises a binding. */
function overlay<T extends object>(target: T, methods: Readonly<Record<string, unknown>>): T {
  return new Proxy(target, {
    get(object, name) {
      const own = typeof name === "string" ? methods[name] : undefined;
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(object, name);
      return typeof value === "function" ? value.bind(object) : value;
    },
  });
}
