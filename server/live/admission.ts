import type { Database } from "@/db/client.ts";
import { type Credential, openCredentials, type Role } from "@/db/sessions.ts";

interface Admitted {
  readonly credential: Credential;
  end(): void;
}

/**
 * Ends those whose token or session is over, or gives another role than when they were opened. One
 * statement, however many they are.
 */
export async function endUnadmitted(db: Database, streams: Admitted[]): Promise<void> {
  const idsOf = (kind: "session_id" | "token_id") => [
    ...new Set(streams.map(({ credential }) => credential[kind]).filter((id) => id !== null)),
  ];
  const [session_ids, token_ids] = [idsOf("session_id"), idsOf("token_id")];
  if (session_ids.length + token_ids.length === 0) return;
  const roles = await openCredentials(db, session_ids, token_ids);
  for (const stream of streams) {
    if (!isAdmitted(stream.credential, roles)) stream.end();
  }
}

/** ADMIN_TOKEN has no id, and lasts as long as the process. */
function isAdmitted({ session_id, token_id, role }: Credential, roles: Map<string, Role>): boolean {
  const id = session_id ?? token_id;
  return id === null || roles.get(id) === role;
}
