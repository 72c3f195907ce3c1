import { connect, type Database } from "@/db/client.ts";
import { cloneTemplate } from "./postgres.ts";

export interface TestDatabase {
  url: string;
  db: Database;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A migrated database of its own, gone at the end of the scope: `await using t = await …`. */
export async function testDatabase(): Promise<TestDatabase> {
  const clone = await cloneTemplate();
  const db = connect(clone.url, { max: 8 });
  return {
    url: clone.url,
    db,
    async [Symbol.asyncDispose]() {
      await db.close();
      await clone.drop();
    },
  };
}
