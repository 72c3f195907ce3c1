import { createHash, randomBytes } from "node:crypto";
import { notify } from "@/db/channels.ts";
import type { Database, Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { transaction } from "@/db/transaction.ts";

export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = typeof ROLES[number];

/** Who makes a request: a person at the dashboard, or a program with a token. */
export interface Principal {
  name: string;
  role: Role;
  session_id: string | null;
  /** Set for a program with a token of its own. Whoever has neither came with ADMIN_TOKEN. */
  token_id: string | null;
}

/** What lets somebody in, beside the secret that they showed. */
export type Credential = Pick<Principal, "session_id" | "token_id" | "role">;

/** Secrets of ours are random and long, so a plain hash keeps them; only the hash is stored. */
export const hashSecret = (secret: string): Uint8Array =>
  createHash("sha256").update(secret).digest();

const newSecret = (): string => randomBytes(32).toString("base64url");

const SESSION_DAYS = 30;

/** Who signs in, and by what: a token of a table, or else what an ADMIN_TOKEN stands for. */
export interface SignedIn {
  name: string;
  role: Role;
  token_id: string | null;
  /** Null beside a `token_id`: see `adminTokenMac` (db/process/seal.ts). */
  admin_token_mac: string | null;
}

/** Starts a person's session. The secret goes into the cookie and is not kept. */
export async function startSession(
  { sql }: { sql: Sql },
  person: SignedIn,
): Promise<{ session_id: string; secret: string; expires_at: Date }> {
  const session_id = newId();
  const secret = newSecret();
  const expires_at = new Date(Date.now() + SESSION_DAYS * 86_400_000);
  const { name, role, token_id, admin_token_mac } = person;
  await sql`
    insert into sessions (session_id, token_hash, name, role, token_id, admin_token_mac, expires_at)
    values (${session_id}, ${hashSecret(secret)}, ${name}, ${role}, ${token_id},
      ${admin_token_mac}, ${expires_at})`;
  return { session_id, secret, expires_at };
}

const isOpen = ({ sql }: Pick<Database, "sql">) =>
  sql`s.ended_at is null and s.expires_at > now() and t.revoked_at is null`;

/** The person behind a cookie's secret; null also under another ADMIN_TOKEN than it was made under. */
export async function findSession(
  { sql }: Database,
  secret: string,
  admin_token_mac: string | null,
): Promise<Principal | null> {
  const [row] = await sql<(Omit<Principal, "token_id"> & { stale: boolean })[]>`
    select s.session_id, s.name, s.role, s.last_seen_at < now() - interval '1 minute' as stale
    from sessions s left join api_tokens t using (token_id)
    where s.token_hash = ${hashSecret(secret)} and ${isOpen({ sql })}
      and (s.token_id is not null or s.admin_token_mac = ${admin_token_mac})`;
  if (!row) return null;
  const { stale, ...person } = row;
  if (stale) await touch(sql, person.session_id!);
  return { ...person, token_id: null };
}

/** Which of these sessions and tokens still let somebody in, with the role they give. */
export async function openCredentials(
  { sql }: Database,
  session_ids: string[],
  token_ids: string[],
): Promise<Map<string, Role>> {
  const rows = await sql<{ id: string; role: Role }[]>`
    select s.session_id as id, s.role from sessions s left join api_tokens t using (token_id)
    where s.session_id = any (${session_ids}::uuid[]) and ${isOpen({ sql })}
    union all
    select token_id, role from api_tokens
    where token_id = any (${token_ids}::uuid[]) and revoked_at is null`;
  return new Map(rows.map(({ id, role }) => [id, role]));
}

const touch = (sql: Database["sql"], session_id: string) =>
  sql`update sessions set last_seen_at = now() where session_id = ${session_id}`;

/** Signs out; false when there is no such session any more. */
export async function endSession({ sql }: { sql: Sql }, session_id: string): Promise<boolean> {
  return await transaction(sql, async (tx) => {
    const done = await tx`
      update sessions set ended_at = now() where session_id = ${session_id} and ended_at is null`;
    if (done.count === 0) return false;
    await notify(tx, "credentials");
    return true;
  });
}

/** A link's secret that signs somebody in once, within `minutes`, under the same ADMIN_TOKEN. */
export async function createSignInLink(
  { sql }: Database,
  link: { role: Role; minutes: number; admin_token_mac: string | null },
): Promise<string> {
  const secret = newSecret();
  await sql`
    insert into sign_in_links (token_hash, role, admin_token_mac, expires_at)
    values (${hashSecret(secret)}, ${link.role}, ${link.admin_token_mac},
      now() + ${link.minutes} * interval '1 minute')`;
  return secret;
}

/** Uses a link up. Null when it is unknown, used, too old or of another ADMIN_TOKEN. */
export async function redeemSignInLink(
  { sql }: Database,
  secret: string,
  admin_token_mac: string | null,
): Promise<Role | null> {
  const [row] = await sql<{ role: Role }[]>`
    update sign_in_links set used_at = now()
    where token_hash = ${hashSecret(secret)} and used_at is null and expires_at > now()
      and admin_token_mac = ${admin_token_mac}
    returning role`;
  return row?.role ?? null;
}

export interface ApiToken {
  token_id: string;
  name: string;
  role: Role;
  created_by: string | null;
  created_at: Date;
  last_used_at: Date | null;
}

/** A named token for a program or a person. Its secret is returned here and never again. */
export async function createApiToken(
  { sql }: { sql: Sql },
  token: { name: string; role: Role; created_by: string },
): Promise<ApiToken & { token: string }> {
  const secret = `cca_${newSecret()}`;
  const row = { token_id: newId(), token_hash: hashSecret(secret), ...token };
  const [stored] = await sql<ApiToken[]>`
    insert into api_tokens ${sql(row)}
    returning token_id, name, role, created_by, created_at, last_used_at`;
  return { ...stored, token: secret };
}

export async function findApiToken(
  { sql }: Database,
  secret: string,
): Promise<{ token_id: string; name: string; role: Role } | null> {
  const [row] = await sql<{ token_id: string; name: string; role: Role; stale: boolean }[]>`
    select token_id, name, role,
      coalesce(last_used_at < now() - interval '1 minute', true) as stale
    from api_tokens where token_hash = ${hashSecret(secret)} and revoked_at is null`;
  if (!row) return null;
  const { stale, ...token } = row;
  if (stale) await sql`update api_tokens set last_used_at = now() where token_id = ${row.token_id}`;
  return token;
}

export async function listApiTokens({ sql }: Database): Promise<ApiToken[]> {
  return await sql<ApiToken[]>`
    select token_id, name, role, created_by, created_at, last_used_at
    from api_tokens where revoked_at is null order by token_id desc`;
}

/** Ends a token and every session that it signed in. False when there is none. */
export async function revokeApiToken({ sql }: { sql: Sql }, token_id: string): Promise<boolean> {
  if (!isId(token_id)) return false;
  return await transaction(sql, async (tx) => {
    const done = await tx`
      update api_tokens set revoked_at = now() where token_id = ${token_id} and revoked_at is null`;
    if (done.count === 0) return false;
    await notify(tx, "credentials");
    return true;
  });
}
