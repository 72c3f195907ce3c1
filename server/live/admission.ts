import type { Database } from "@/db/client.ts";
import { openCredentials } from "@/db/sessions.ts";
import type { Reader } from "@/server/live/reader.ts";

/** Ends the streams of those whose token or session is over, or gives another role than it did. */
export async function endUnadmitted(db: Database, readers: Reader[]): Promise<void> {
  const idsOf = (kind: "session_id" | "token_id") => [
    ...new Set(readers.map(({ credential }) => credential[kind]).filter((id) => id !== null)),
  ];
  const [session_ids, token_ids] = [idsOf("session_id"), idsOf("token_id")];
  if (session_ids.length + token_ids.length === 0) return;
  const roles = await openCredentials(db, session_ids, token_ids);
  for (const reader of readers) {
    const { session_id, token_id, role } = reader.credential;
    const id = session_id ?? token_id; // ADMIN_TOKEN has none: it lasts as long as the process
    if (id !== null && roles.get(id) !== role) reader.end();
  }
}
