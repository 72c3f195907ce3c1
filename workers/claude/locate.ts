import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { removeTree } from "@/workers/claude/folders.ts";
import type { ClaudeSettings } from "@/workers/claude/run_types.ts";

/** Starting again would not help. */
export class CliError extends Error {
  override name = "CliError";
}

const PACKAGE = "@anthropic-ai/claude-code";
const HOW_TO_FIX = "Set CLAUDE_BIN to the CLI's path, or to `claude` for the one on PATH.";

/** Without CLAUDE_BIN, the CLI of the pinned npm package. Throws CliError, saying what to do. */
export async function locateCli(
  claude_bin: string | null,
  search_path = "/usr/local/bin:/usr/bin:/bin",
  stopping?: AbortSignal,
): Promise<{ cli_bin: string; version: string }> {
  const cli_bin = claude_bin === null
    ? await packagedCli()
    : executableFile(claude_bin.includes("/") ? claude_bin : await onPath(claude_bin, search_path));
  return { cli_bin, version: await versionOf(cli_bin, stopping) };
}

export function executableFile(path: string): string {
  const found = statOf(path);
  if (!found.isFile || ((found.mode ?? 0) & 0o111) === 0) {
    throw new CliError(`The Claude Code CLI at ${path} is not an executable file. ${HOW_TO_FIX}`);
  }
  return Deno.realPathSync(path);
}

function statOf(path: string): Deno.FileInfo {
  try {
    return Deno.statSync(path);
  } catch (error) {
    const missing = error instanceof Deno.errors.NotFound;
    const reason = missing ? "There is no such file" : (error as Error).message;
    throw new CliError(`The Claude Code CLI was not found at ${path}: ${reason}. ${HOW_TO_FIX}`);
  }
}

/** The postinstall copies the native binary into place, but may not have been allowed to run. */
async function packagedCli(): Promise<string> {
  const require = createRequire(import.meta.url);
  const from_package = (name: string, path: string) => {
    try {
      return join(dirname(require.resolve(`${name}/package.json`)), path);
    } catch {
      return null;
    }
  };
  const main = from_package(PACKAGE, "package.json");
  const inner = main ? createRequire(main) : require;
  const native = platformNames().flatMap((name) => {
    try {
      return [join(dirname(inner.resolve(`${name}/package.json`)), "claude")];
    } catch {
      return [];
    }
  });
  const candidates = [from_package(PACKAGE, "bin/claude.exe"), ...native];
  for (const path of candidates) {
    if (path && await isBinary(path)) return executableFile(path);
  }
  throw new CliError(`The npm package ${PACKAGE} is not installed for this platform: run the task \
"setup" again. ${HOW_TO_FIX}`);
}

function platformNames(): string[] {
  const { os, arch } = Deno.build;
  const name = `${PACKAGE}-${os}-${arch === "aarch64" ? "arm64" : "x64"}`;
  return [name, `${name}-musl`];
}

/** The placeholder that the postinstall replaces is a script of a few hundred bytes. */
async function isBinary(path: string): Promise<boolean> {
  const found = await Deno.stat(path).catch(() => null);
  return found !== null && found.isFile && found.size > 1_000_000;
}

async function onPath(name: string, search_path: string): Promise<string> {
  for (const folder of search_path.split(":").filter(Boolean)) {
    const path = join(folder, name);
    if ((await Deno.stat(path).catch(() => null))?.isFile) return path;
  }
  throw new CliError(
    `The Claude Code CLI \`${name}\` is not on PATH (${search_path}). ${HOW_TO_FIX}`,
  );
}

async function versionOf(cli_bin: string, stopping?: AbortSignal): Promise<string> {
  const asked = ask(cli_bin, ["--version"], {}, stopping);
  const { success, signal, text } = await asked.catch((error) => {
    throw new CliError(`${cli_bin} cannot be started: ${error.message}. ${HOW_TO_FIX}`);
  });
  const version = text.match(/\d+\.\d+\.\d+\S*/)?.[0];
  if (success && version) return version;
  // We gave up: the machine may be busy, and another start may succeed.
  if (signal) throw new Error(`${cli_bin} --version did not answer (${signal}). ${HOW_TO_FIX}`);
  throw new CliError(
    `${cli_bin} --version did not answer as the Claude Code CLI does. ${HOW_TO_FIX}`,
  );
}

const authStatus = z.looseObject({
  loggedIn: z.boolean(),
  authMethod: z.string().catch("none"),
});

/** The CLI tells whether it has a credential, not whether the credential works. */
export async function cliLogin(
  settings: Pick<ClaudeSettings, "cli_bin" | "credentials" | "agent_env">,
  stopping?: AbortSignal,
): Promise<{ logged_in: boolean; method: string; hint: string }> {
  const config = await Deno.makeTempDir({ prefix: "claude-login-" });
  try {
    const env = {
      ...settings.agent_env,
      ...settings.credentials,
      CLAUDE_CONFIG_DIR: config,
      HOME: config,
    };
    const question = ["auth", "status", "--json"];
    const { text } = await ask(settings.cli_bin, question, env, stopping);
    const status = authStatus.safeParse(parseJson(text));
    if (!status.success) return notSignedIn("The CLI did not say whether it is signed in.");
    if (!status.data.loggedIn) return notSignedIn("The CLI is not signed in.");
    return { logged_in: true, method: status.data.authMethod, hint: "" };
  } finally {
    await removeTree(config);
  }
}

function notSignedIn(problem: string) {
  const hint = `${problem} Set ANTHROPIC_API_KEY, or CLAUDE_CODE_OAUTH_TOKEN (from ` +
    "`claude setup-token`), and start again.";
  return { logged_in: false, method: "none", hint };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function ask(
  cli_bin: string,
  args: string[],
  env: Record<string, string>,
  stopping?: AbortSignal,
) {
  const patience = AbortSignal.timeout(20_000);
  const command = new Deno.Command(cli_bin, {
    args,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", DISABLE_AUTOUPDATER: "1", ...env },
    clearEnv: true,
    stdin: "null",
    stderr: "null",
    signal: stopping ? AbortSignal.any([patience, stopping]) : patience,
  });
  const { success, signal, stdout } = await command.output();
  return { success, signal, text: new TextDecoder().decode(stdout) };
}
