import type { Database, Sql } from "@/db/client.ts";
import { isId, newId } from "@/db/ids.ts";
import { type KeptPreflight, type Repository, repository } from "@/db/nouns/repository.ts";
import type { RepositoryRef } from "@/db/nouns/workflow.ts";
import { nudge } from "@/db/queue.ts";
import { storable, storableJson } from "@/db/storable.ts";

export type { Repository };

type Named = Pick<RepositoryRef, "provider" | "name">;
type Reader = { sql: Sql };

const MOST_LISTED = 1000;

const read = (row: unknown): Repository => repository.parse(row);

export async function getRepository(
  { sql }: Reader,
  repository_id: string,
): Promise<Repository | null> {
  if (!isId(repository_id)) return null;
  const [row] = await sql`select * from repositories where repository_id = ${repository_id}`;
  return row ? read(row) : null;
}

/** The row of a repository, made where there is none. Its name counts without its case. */
export async function repositoryFor({ sql }: Reader, { provider, name }: Named) {
  const find = () =>
    sql`select * from repositories where provider = ${provider} and lower(name) = lower(${name})`;
  const [known] = await find();
  if (known) return read(known);
  await sql`
    insert into repositories (repository_id, provider, name)
    values (${newId()}, ${provider}, ${name}) on conflict do nothing`;
  const [made] = await find();
  return read(made);
}

/** All of them by their names, at most a thousand. */
export async function listRepositories({ sql }: Reader): Promise<Repository[]> {
  const rows = await sql`
    select * from repositories order by provider, lower(name) limit ${MOST_LISTED}`;
  return rows.map(read);
}

export interface Look {
  /** Null: the host did not say it, and what it said before stays. */
  preflight: KeptPreflight | null;
  error: string | null;
}

/** Keeps what the host said. */
export async function keepLook(
  { sql }: Reader,
  repository_id: string,
  { preflight, error }: Look,
): Promise<Repository | null> {
  const said = preflight && storableJson(preflight);
  const [row] = await sql`
    update repositories set preflight = coalesce(${said}::text::jsonb, preflight),
      preflight_error = ${error && storable(error)}, looked_at = now(), look_wanted_at = null
    where repository_id = ${repository_id} returning *`;
  return row ? read(row) : null;
}

/** A worker asks the host; who waits sees that. In the caller's transaction. */
export async function wantLook(tx: Sql, repository_id: string): Promise<void> {
  await tx`
    update repositories set look_wanted_at = coalesce(look_wanted_at, now())
    where repository_id = ${repository_id}`;
  await nudge(tx, "look_at_repository", [repository_id]);
}

/** The same for one that nobody has looked at yet. */
export async function lookWhenNew({ sql }: Database, repository: Named): Promise<void> {
  const { looked_at, look_wanted_at, repository_id } = await repositoryFor({ sql }, repository);
  if (looked_at !== null || look_wanted_at !== null) return;
  await sql.begin((tx) => wantLook(tx, repository_id));
}

const FORGOTTEN_AFTER_SECONDS = 5;

/** The backstop for a lost nudge. */
export async function nudgeLooks({ sql }: Reader): Promise<void> {
  const rows = await sql<{ repository_id: string }[]>`
    select repository_id from repositories
    where look_wanted_at < now() - ${FORGOTTEN_AFTER_SECONDS} * interval '1 s' limit 20`;
  await nudge(sql, "look_at_repository", rows.map(({ repository_id }) => repository_id));
}

/** What an operator allows there; what is not named stays. */
export async function allowInRepository(
  tx: Sql,
  repository_id: string,
  { submodules, lfs }: Partial<Pick<Repository, "submodules" | "lfs">>,
): Promise<void> {
  await tx`
    update repositories set submodules = coalesce(${submodules ?? null}, submodules),
      lfs = coalesce(${lfs ?? null}, lfs)
    where repository_id = ${repository_id}`;
}
