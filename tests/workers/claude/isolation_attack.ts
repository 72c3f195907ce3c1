/**
 * What a hijacked CLI would try, run where the CLI runs. Takes a JSON `Target` as its argument,
 * prints the names of the attacks that succeeded as a JSON list.
 */
export interface Target {
  data_dir: string;
  secret: string;
  other_run: string;
  socket: string;
  run_socket: string | null;
  open_folder: string;
  own_code: string;
  /** The CLI's config folder, in which it finds what all runs share. */
  config: string;
  victim: number;
  token: string;
}

type Attack = (target: Target) => boolean | Promise<boolean>;

const UNMOUNT = `umount "$1"; umount -l /tmp; umount -l /mnt; cat "$2"`;

const attacks: Record<string, Attack> = {
  "read a secret": ({ secret, token }) => Deno.readTextFileSync(secret).includes(token),
  "list the other runs": ({ data_dir }) => count(`${data_dir}/runs`) > 0,
  "read another run's notes": ({ other_run, token }) =>
    Deno.readTextFileSync(`${other_run}/work/notes`).includes(token),
  "write into another run": ({ other_run }) => write(`${other_run}/work/planted`),
  "list the Postgres socket": ({ socket }) => Deno.lstatSync(socket).isSocket === true,
  "connect to the Postgres socket": ({ socket }) => connect(socket),
  "connect to a socket in /run": ({ run_socket }) => run_socket !== null && connect(run_socket),
  "read a process's environment": ({ token }) =>
    pids().some((pid) =>
      quiet(() => Deno.readTextFileSync(`/proc/${pid}/environ`).includes(token))
    ),
  "pass through a process's root": ({ secret, token }) =>
    pids().some((pid) =>
      quiet(() => Deno.readTextFileSync(`/proc/${pid}/root${secret}`).includes(token))
    ),
  "see the worker": ({ victim }) =>
    Deno.readTextFileSync(`/proc/${victim}/cmdline`).includes("victim"),
  "kill the worker": ({ victim }) => (Deno.kill(victim, "SIGURG"), true),
  "write into our own code": ({ own_code }) => write(`${own_code}/planted.ts`),
  "read what all runs share": ({ config }) =>
    [`${config}/agents/shared.md`, `${config}/CLAUDE.md`]
      .every((path) => Deno.readTextFileSync(path).includes("shared")),
  "change what all runs share": ({ config }) =>
    shell(
      `chmod u+w "$1" "$1/shared.md"; echo planted > "$1/planted.md"; echo planted >> "$1/shared.md"
      echo planted >> "$2"; cat "$1"/*.md "$2"`,
      `${config}/agents`,
      `${config}/CLAUDE.md`,
    ).includes("planted"),
  "write into an open folder": ({ open_folder }) => write(`${open_folder}/planted`),
  "leave a file in /tmp": ({ token }) => write(`/tmp/planted-${token}`),
  "leave a file in /var/tmp": ({ token }) => write(`/var/tmp/planted-${token}`),
  "leave a file in /dev/shm": ({ token }) => write(`/dev/shm/planted-${token}`),
  "unmount what hides the secret": ({ data_dir, secret, token }) =>
    shell(`umount "$1"; umount -l "$1"; cat "$2"`, data_dir, secret).includes(token),
  "unmount it as root of a namespace": ({ data_dir, secret, token }) =>
    shell(`unshare --user --map-root-user --mount sh -c '${UNMOUNT}' sh "$@"`, data_dir, secret)
      .includes(token),
  "enter the first process's namespaces": ({ secret, token }) =>
    shell(
      `nsenter --all --target 1 cat "$1"; nsenter --user --mount --target 1 cat "$1"`,
      secret,
    ).includes(token),
};

export const attackNames = Object.keys(attacks);

function write(path: string): boolean {
  Deno.writeTextFileSync(path, "planted");
  return true;
}

function count(folder: string): number {
  return [...Deno.readDirSync(folder)].length;
}

function pids(): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) =>
    /^\d+$/.test(name)
  );
}

async function connect(path: string): Promise<boolean> {
  (await Deno.connect({ transport: "unix", path })).close();
  return true;
}

function shell(script: string, ...args: string[]): string {
  const { stdout } = new Deno.Command("sh", {
    args: ["-c", script, "sh", ...args],
    stderr: "null",
  }).outputSync();
  return new TextDecoder().decode(stdout);
}

function quiet(attempt: () => boolean): boolean {
  try {
    return attempt();
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const target: Target = JSON.parse(Deno.args[0]);
  const succeeded: string[] = [];
  for (const [name, attack] of Object.entries(attacks)) {
    try {
      if (await attack(target)) succeeded.push(name);
    } catch {
      // it failed, as it should
    }
  }
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(succeeded)));
}
