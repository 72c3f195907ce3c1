import { timingSafeEqual } from "node:crypto";
import type { Database } from "@/db/client.ts";
import { findApiToken, hashSecret, type Role } from "@/db/sessions.ts";
import type { ServerConfig } from "@/server/config.ts";

export interface TokenHolder {
  name: string;
  role: Role;
  /** Null for ADMIN_TOKEN, which is in no table. */
  token_id: string | null;
}

/** Whose token this is, or null. ADMIN_TOKEN is compared by hash, in constant time. */
export async function findTokenHolder(
  db: Database,
  config: Pick<ServerConfig, "admin_token">,
  token: string,
): Promise<TokenHolder | null> {
  const admin = config.admin_token;
  if (admin && timingSafeEqual(hashSecret(token), hashSecret(admin.reveal()))) {
    return { name: "admin", role: "admin", token_id: null };
  }
  return await findApiToken(db, token);
}
