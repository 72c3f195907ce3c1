import { asSlot } from "@/workers/claude/isolation/as_slot.ts";
import { END_FIRST, fstabField, furnishScript } from "@/workers/claude/isolation/script.ts";
import { type Isolation, type Sandbox, type Wrapped } from "@/workers/claude/isolation/types.ts";
import type { RunFolders } from "@/workers/claude/folders.ts";
import { kernelCounts, prlimit } from "@/workers/claude/resources.ts";

const NAMESPACES = ["--mount", "--ipc", "--pid", "--fork", "--kill-child=KILL", "--mount-proc"];
const READ_ONLY = ",ro,nosuid,nodev";
const BASES = ["/mnt", "/srv", "/media"];

/**
 * `build` makes the CLI's own argv from the paths as seen inside. Each program of the chain carries
 * AGENT_RUN_ID, so that a sweep finds it.
 */
export function wrapCommand(
  isolation: Isolation,
  sandbox: Sandbox,
  build: (inside: RunFolders, cli_bin: string) => string[],
): Wrapped {
  const inside = isolation.mount_namespace ? insideFolders(sandbox) : sandbox.folders;
  const cli_bin = isolation.mount_namespace ? insideCli(sandbox) : sandbox.cli_bin;
  const [command, ...args] = chain(isolation, sandbox, build(inside, cli_bin));
  return { command, args, inside, cli_bin };
}

function chain(isolation: Isolation, sandbox: Sandbox, argv: string[]): string[] {
  if (isolation.kind === "none") return argv;
  const become = isolation.kind === "uid" ? asSlot(sandbox.slot) : asUser(isolation);
  // The innermost namespace is the run's own; with kind uid, the uid is.
  const limits = prlimit(sandbox.limits, kernelCounts(isolation));
  if (!isolation.mount_namespace) {
    return ["sh", "-c", `${END_FIRST}exec "$@"`, "sh", ...become, "--", ...limits, ...argv];
  }
  const user = isolation.kind === "namespace" ? ["--user", "--map-root-user"] : [];
  const furnish = ["sh", "-c", furnishScript(isolation.kind), "sh", ...furnishings(sandbox)];
  // A change of credentials forgets --kill-child, so the last step asks again.
  return [
    "unshare",
    ...user,
    ...NAMESPACES,
    "--",
    ...furnish,
    ...become,
    "--pdeathsig",
    "KILL",
    "--",
    ...limits,
    ...argv,
  ];
}

/** The second user namespace takes the power to unmount away. */
function asUser({ user }: Isolation): string[] {
  if (!user) throw new TypeError("Isolation of kind namespace without its user");
  return [
    "unshare",
    "--user",
    `--map-user=${user.uid}`,
    `--map-group=${user.gid}`,
    "--",
    "setpriv",
    "--no-new-privs",
  ];
}

function furnishings(sandbox: Sandbox): string[] {
  const deepestFirst = sandbox.hide.toSorted((a, b) => b.length - a.length);
  const hidden = deepestFirst.flatMap((path) => [path, fstabField(path)]);
  const table = `${sandbox.folders.root}/mounts`;
  return [baseFolder(sandbox), table, binds(sandbox), String(deepestFirst.length), ...hidden];
}

function binds(sandbox: Sandbox): string {
  const inside = insideFolders(sandbox);
  const line = (from: string, to: string, options = "") =>
    `${fstabField(from)} ${to} none rbind,X-mount.mkdir=0755${options} 0 0\n`;
  const folders = (["home", "work", "config", "tmp"] as const)
    .map((name) => line(sandbox.folders[name], inside[name]));
  const assets = (sandbox.assets?.names ?? []).map((name) =>
    line(`${sandbox.assets!.path}/${name}`, `${inside.config}/${name}`, READ_ONLY)
  );
  const objects = sandbox.objects
    ? [line(sandbox.objects, `${inside.root}/objects`, READ_ONLY)]
    : [];
  const cli = cliIsPublic(sandbox)
    ? []
    : [line(parent(sandbox.cli_bin), `${inside.root}/cli`, READ_ONLY)];
  return [...folders, ...assets, ...objects, ...cli].join("");
}

/** The same for every run: the CLI finds a session's transcript by its working folder. */
function insideFolders(sandbox: Sandbox): RunFolders {
  const root = `${baseFolder(sandbox)}/agent`;
  return {
    root,
    home: `${root}/home`,
    work: `${root}/work`,
    config: `${root}/config`,
    tmp: `${root}/tmp`,
  };
}

/** A folder that every Linux has and that none of our sources lies under. */
function baseFolder({ folders, cli_bin, assets, objects }: Sandbox): string {
  const sources = [...Object.values(folders), cli_bin, assets?.path ?? "", objects ?? ""];
  const free = BASES.find((base) => sources.every((path) => !path.startsWith(`${base}/`)));
  if (!free) throw new TypeError(`The run's folders occupy all of ${BASES.join(", ")}`);
  return free;
}

function insideCli(sandbox: Sandbox): string {
  if (cliIsPublic(sandbox)) return sandbox.cli_bin;
  return sandbox.cli_bin.replace(parent(sandbox.cli_bin), `${baseFolder(sandbox)}/agent/cli`);
}

function cliIsPublic({ cli_bin }: Sandbox): boolean {
  return ["/usr/", "/bin/"].some((folder) => cli_bin.startsWith(folder));
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
