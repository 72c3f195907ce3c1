import { join } from "node:path";
import type { WarmSandbox } from "@/workers/claude/warm.ts";

export const LAUNCH_FILE = ".launch";
/** All is mounted: only now the folder may get another name. */
export const READY_FILE = ".ready";

// `read` takes its line byte by byte from a pipe: what follows it is the CLI's own input.
export const WAIT = ': > "$2"; IFS= read -r go || exit 0\n. "$1"';
export const GO = "go\n";

export function writeLaunch(
  { inside, folders }: Pick<WarmSandbox, "inside" | "folders">,
  argv: string[],
  env: Record<string, string>,
): void {
  const lines = [
    `rm -f ${[LAUNCH_FILE, READY_FILE].map((name) => quoted(join(inside.home, name))).join(" ")}`,
    ...Object.entries(env).map(([name, value]) => `export ${name}=${quoted(value)}`),
    `exec ${argv.map(quoted).join(" ")}`,
  ];
  const path = join(folders.home, LAUNCH_FILE);
  Deno.writeTextFileSync(path, lines.join("\n") + "\n", { mode: 0o600 });
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
