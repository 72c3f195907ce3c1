import { EmbeddedError } from "./error.ts";

export interface RunAs {
  prefix: string[];
  /** Who must own its files; null: whoever we are. */
  owner: number | null;
  /** For initdb and single-user mode, which ask for a user that has a name: tried in this order. */
  named: { prefix: string[]; owner: number | null }[];
}

export interface Needed {
  data_dir: string;
  program: string;
  material: string;
}

/** Nobody else's: a number no distribution gives out, so that no run of the CLI shares it. */
export const POSTGRES_UID = 59432;
const NOBODY = 65534;

// A user namespace in which we are called nobody: outside it is still root's uid, without powers.
const UNSHARE = ["unshare", "--user", `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, "--"];

const setpriv = (uid: number, capability?: string) =>
  ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--no-new-privs"]
    .concat(capability ? [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`] : [])
    .concat("--");

const otherUid = (capability?: string): RunAs => ({
  prefix: setpriv(POSTGRES_UID, capability),
  owner: POSTGRES_UID,
  named: [{ prefix: setpriv(NOBODY, capability), owner: NOBODY }],
});

const AS_OURSELVES: RunAs = {
  prefix: [],
  owner: null,
  named: [{ prefix: [], owner: null }, { prefix: UNSHARE, owner: null }],
};

/** For root, the one that gives least away first (docs/decisions/0017-postgres-roles.md). */
export const WAYS: RunAs[] = [
  otherUid(),
  // It may pass folders that are root's alone and so read what root can, but write only its own.
  otherUid("dac_read_search"),
  { prefix: UNSHARE, owner: 0, named: [{ prefix: UNSHARE, owner: 0 }] },
  // Docker's default: neither namespaces nor that capability, but this one.
  otherUid("dac_override"),
];

/** Returns the first way that works here. Throws EmbeddedError when root has none. */
export async function findRunAs(needed: Needed, ways: RunAs[] = WAYS): Promise<RunAs> {
  if (Deno.uid() !== 0) return AS_OURSELVES;
  const powerful = canGovern(await Deno.readTextFile("/proc/self/status").catch(() => ""));
  for (const way of ways) {
    if (way.owner !== 0 && !powerful) continue;
    if (await reaches(way.prefix, needed)) return way;
  }
  throw new EmbeddedError(
    "Postgres does not run as root, and neither `setpriv` nor `unshare --user` works here. " +
      "Start as an ordinary user, or set DATABASE_URL to a Postgres of your own.",
  );
}

const [CHOWN, DAC_OVERRIDE, KILL] = [0n, 1n, 5n]; // linux/capability.h

export function canGovern(status: string): boolean {
  const held = BigInt(`0x${status.match(/^CapEff:\s+([0-9a-f]+)/m)?.[1] ?? "0"}`);
  return [CHOWN, DAC_OVERRIDE, KILL].every((bit) => (held >> bit & 1n) === 1n);
}

async function reaches([command, ...prefix]: string[], needed: Needed): Promise<boolean> {
  const script = 'cd "$1" && exec "$2" --version < "$3"';
  const args = ["/bin/sh", "-c", script, "sh", needed.data_dir, needed.program, needed.material];
  try {
    const { success } = await new Deno.Command(command, {
      args: [...prefix, ...args],
      cwd: "/",
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}
