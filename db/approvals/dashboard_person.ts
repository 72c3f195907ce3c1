import type { Sql } from "@/db/client.ts";
import type { PersonKey } from "@/db/nouns/workflow.ts";
import type { Principal } from "@/db/sessions.ts";

/** Whoever came by ADMIN_TOKEN, or by a link made with it, may be the same under several names. */
const HOLDS_ADMIN_TOKEN = "dashboard:admin";

/** A token is its person's, whether it calls or has signed a browser in. */
export async function dashboardPerson(
  tx: Sql,
  { name, token_id, session_id }: Pick<Principal, "name" | "token_id" | "session_id">,
): Promise<PersonKey> {
  const has_own = token_id !== null || await signedInByToken(tx, session_id);
  return { key: has_own ? `dashboard:${name}` : HOLDS_ADMIN_TOKEN, name };
}

async function signedInByToken(tx: Sql, session_id: string | null): Promise<boolean> {
  if (session_id === null) return false;
  const [row] = await tx<{ token_id: string | null }[]>`
    select token_id from sessions where session_id = ${session_id}`;
  return (row?.token_id ?? null) !== null;
}
