import { EmbeddedError } from "./error.ts";

/** How Postgres, which refuses to run as root, is started. */
export interface RunAs {
  /** What goes before its command line. */
  prefix: string[];
  /** Who must own its files; null: whoever we are. */
  owner: number | null;
  /** The same for initdb, which besides asks for a user that has a name: tried in this order. */
  initdb: { prefix: string[]; owner: number | null }[];
}

/** Nobody else's: a number no distribution gives out, so that no run of the CLI shares it. */
export const POSTGRES_UID = 59432;
const NOBODY = 65534;

// A user namespace in which we are called nobody: the files stay ours, folders below /root work.
const UNSHARE = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, "--"];

// Where namespaces are refused (Docker's default seccomp profile): a plain uid that may still walk
// through the 0700 folders above node_modules and DATA_DIR.
const setpriv = (uid: number) =>
  ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--inh-caps=+dac_override"]
    .concat("--ambient-caps=+dac_override", "--");

const AS_OURSELVES: RunAs = {
  prefix: [],
  owner: null,
  initdb: [{ prefix: [], owner: null }, { prefix: UNSHARE, owner: null }],
};

export const WAYS: RunAs[] = [
  { prefix: UNSHARE, owner: 0, initdb: [{ prefix: UNSHARE, owner: 0 }] },
  {
    prefix: setpriv(POSTGRES_UID),
    owner: POSTGRES_UID,
    initdb: [{ prefix: setpriv(NOBODY), owner: NOBODY }],
  },
];

/** Returns the first way that works here. Throws EmbeddedError when root has none. */
export async function findRunAs(ways: RunAs[] = WAYS): Promise<RunAs> {
  if (Deno.uid() !== 0) return AS_OURSELVES;
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
