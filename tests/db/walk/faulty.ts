import type { Database } from "@/db/client.ts";
import type { Dice } from "@/tests/db/walk/dice.ts";

/** What a statement meets when its connection breaks. */
const broken = () =>
  Object.assign(new Error("write CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });

type Sql = Database["sql"];
type Call = (...args: unknown[]) => PromiseLike<unknown>;

/**
 * The same database over a connection that breaks before or after any statement: what was asked for
 * did not happen, or did and nobody was told.
 */
export function faulty(db: Database, dice: Dice, probability: number): Database {
  const breaks = () => dice.chance(probability);
  return { url: db.url, close: db.close, sql: unreliable(db.sql, breaks) };
}

function unreliable(sql: Sql, breaks: () => boolean): Sql {
  return new Proxy(sql, {
    apply(target, self, args) {
      const made = Reflect.apply(target as unknown as Call, self, args);
      // A list of columns or values, not a statement.
      return Array.isArray((args[0] as { raw?: unknown })?.raw) ? statement(made, breaks) : made;
    },
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === "unsafe") {
        return (...args: unknown[]) => statement((value as Call).apply(target, args), breaks);
      }
      if (name === "begin") return transaction(target, breaks);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Only what is waited for is sent: a fragment inside another statement has no connection to lose. */
function statement(query: PromiseLike<unknown>, breaks: () => boolean): PromiseLike<unknown> {
  const send = query.then.bind(query);
  query.then = (resolve, reject) => {
    if (breaks()) return Promise.reject(broken()).then(resolve, reject);
    const sent = send((rows: unknown) => {
      if (breaks()) throw broken();
      return rows;
    });
    return sent.then(resolve as never, reject);
  };
  return query;
}

function transaction(sql: Sql, breaks: () => boolean) {
  return async (work: (tx: Sql) => Promise<unknown>) => {
    if (breaks()) throw broken();
    const result = await sql.begin((tx) => work(unreliable(tx as unknown as Sql, breaks)) as never);
    if (breaks()) throw broken();
    return result;
  };
}
