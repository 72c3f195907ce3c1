import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Preparation } from "./cluster.ts";
import { EmbeddedError, explain } from "./error.ts";
import type { Place } from "./place.ts";
import { runNamed } from "./run.ts";

/** The role of both processes: it owns the database, and is no superuser. */
export const ROLE = "agent_app";
export const DATABASE = "agent";

// The superuser, `agent`, has no way in at all: what needs it is done in single-user mode, before
// Postgres runs. So no password for it exists that a run of the CLI could find.
const LOGINS = `# Written anew at each start.
local all ${ROLE} scram-sha-256
local all all reject
`;

/** Only our role may log in. A cluster of an older version is handed over to it. */
export async function prepareRoles(preparation: Preparation, is_new: boolean): Promise<void> {
  const { place } = preparation;
  await writeLogins(preparation);
  if (await readPassword(place) !== null) return;
  const password = randomBytes(32).toString("base64url");
  const has_database = !is_new &&
    (await administer(preparation, ["select datname from pg_database"])).includes(`"${DATABASE}"`);
  await administer(preparation, [
    CREATE_ROLE,
    `alter role ${ROLE} login nosuperuser nocreaterole noreplication nobypassrls ` +
    `${preparation.create_databases ? "createdb" : "nocreatedb"} password '${password}'`,
    has_database
      ? `alter database ${DATABASE} owner to ${ROLE}`
      : `create database ${DATABASE} owner ${ROLE}`,
  ]);
  if (has_database) await administer(preparation, [HAND_OVER], DATABASE);
  await keepPassword(place, password);
}

export async function readPassword(place: Place): Promise<string | null> {
  const text = await Deno.readTextFile(place.password).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw new EmbeddedError(`${place.password} cannot be read: ${error.message}.`);
  });
  return text?.trim() || null;
}

export function wrongPassword(place: Place): EmbeddedError {
  return new EmbeddedError(
    `The password in ${place.password} is not the one of the database in ${place.pgdata}: ` +
      "put the right one back, or remove the file and start again to have a new one set.",
  );
}

async function keepPassword(place: Place, password: string): Promise<void> {
  const draft = `${place.password}.new`;
  await Deno.remove(draft).catch(() => {});
  await Deno.writeTextFile(draft, `${password}\n`, { mode: 0o600, createNew: true });
  await Deno.rename(draft, place.password);
}

// By a new file: over a link that lies there we might write, as root, wherever it leads.
async function writeLogins({ place, run_as }: Preparation): Promise<void> {
  const draft = join(place.pgdata, `pg_hba.conf.${crypto.randomUUID()}`);
  await Deno.writeTextFile(draft, LOGINS, { mode: 0o600, createNew: true });
  const { uid } = await Deno.stat(place.pgdata);
  if (run_as.owner !== null) await Deno.chown(draft, uid, uid);
  await Deno.rename(draft, join(place.pgdata, "pg_hba.conf"));
}

async function administer(
  { place, binaries, run_as, durable, signal }: Preparation,
  statements: string[],
  database = "postgres",
): Promise<string> {
  const settings = ["exit_on_error=true", "log_min_error_statement=panic", "log_checkpoints=off"]
    // The password has 256 random bits: repeated hashing would only slow each connection down.
    .concat("scram_iterations=1", durable ? [] : ["fsync=off"]);
  const command = [binaries.postgres, "--single", "-D", place.pgdata]
    .concat(settings.flatMap((setting) => ["-c", setting]), database);
  // A line is a statement here.
  const input = statements.map((text) => `${text.replaceAll(/\s+/g, " ")}\n`).join("");
  const { success, printed } = await runNamed(run_as, {
    command,
    folder: place.pgdata,
    input,
    signal,
  });
  if (success) return printed;
  throw explain(`The roles of ${place.pgdata} could not be prepared`, printed);
}

const CREATE_ROLE = `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${ROLE}') then
      create role ${ROLE};
    end if;
  end $$`;

// `reassign owned` refuses the role that initdb made, since the system's own objects are its too.
const HAND_OVER = `
  do $$
  declare
    object text;
    superuser oid := 'agent'::regrole;
    ours oid[] := array(select oid from pg_namespace
      where nspname !~ '^pg_' and nspname <> 'information_schema');
  begin
    for object in
      select format('schema %I', nspname) from pg_namespace
        where oid = any(ours) and nspowner = superuser
      union all
      select format('%s %s', case relkind when 'v' then 'view' when 'm' then 'materialized view'
          when 'S' then 'sequence' else 'table' end, oid::regclass)
        from pg_class c
        where relnamespace = any(ours) and relowner = superuser and relkind in ('r','p','v','m','S')
          and not exists (select from pg_depend where classid = 'pg_class'::regclass
            and objid = c.oid and deptype in ('a', 'i') and c.relkind = 'S')
      union all
      select format('routine %s', oid::regprocedure) from pg_proc
        where pronamespace = any(ours) and proowner = superuser
      union all
      select format('type %s', oid::regtype) from pg_type
        where typnamespace = any(ours) and typowner = superuser and typtype in ('e', 'd', 'r')
    loop
      execute format('alter %s owner to ${ROLE}', object);
    end loop;
  end $$`;
