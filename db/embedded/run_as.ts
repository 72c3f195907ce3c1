import { EmbeddedError } from "./error.ts";

/** How Postgres, which refuses to run as root, is started: what goes before its command line. */
export interface RunAs {
  prefix: string[];
  /** Who must own its files; null: whoever we are. */
  owner: number | null;
}

/** Nobody else's: a number no distribution gives out, so that no run of the CLI shares it. */
export const POSTGRES_UID = 59432;

export const WAYS: RunAs[] = [
  // A user namespace in which root is called nobody: files stay root's, folders below /root work.
  { prefix: ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"], owner: 0 },
  // Where namespaces are refused (Docker's default seccomp profile): a plain uid that may still
  // walk through the 0700 folders above node_modules and DATA_DIR.
  {
    prefix: ["setpriv", `--reuid=${POSTGRES_UID}`, `--regid=${POSTGRES_UID}`, "--clear-groups"]
      .concat("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--"),
    owner: POSTGRES_UID,
  },
];

/** Returns the first way that works here. Throws EmbeddedError when root has none. */
export async function findRunAs(ways: RunAs[] = WAYS): Promise<RunAs> {
  if (Deno.uid() !== 0) return { prefix: [], owner: null };
  for (const way of ways) {
    if (await works(way.prefix)) return way;
  }
  throw new EmbeddedError(
    "Postgres does not run as root, and neither `unshare --user` nor `setpriv` works here. " +
      "Start as an ordinary user, or set DATABASE_URL to a Postgres of your own.",
  );
}

async function works(prefix: string[]): Promise<boolean> {
  const [command, ...args] = [...prefix, "true"];
  try {
    const { success } = await new Deno.Command(command, { args, stdout: "null", stderr: "null" })
      .output();
    return success;
  } catch {
    return false;
  }
}
