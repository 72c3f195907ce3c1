import { RepositoryError } from "@/workers/repository/refusal.ts";

interface Access {
  url: string;
  token: string | null;
  login?: string;
  allow_file?: boolean;
}

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** Settings of the host that would redirect git, or make it print the token. */
const UNSET = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_EXEC_PATH",
  "GIT_TEMPLATE_DIR",
  "GIT_CONFIG_PARAMETERS",
  "GIT_CONFIG",
  "GIT_ATTR_SOURCE",
  "GIT_TRACE",
  "GIT_TRACE_CURL",
  "GIT_TRACE_PACKET",
  "GIT_TRACE2",
  "GIT_TRACE2_EVENT",
  "GIT_CURL_VERBOSE",
  "GIT_ASKPASS",
  "SSH_ASKPASS",
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_EXTERNAL_DIFF",
  "GIT_ALLOW_PROTOCOL",
  "GIT_PROTOCOL_FROM_USER",
];

export function originOf({ url, allow_file }: Access): URL {
  const parsed = URL.parse(url);
  if (!parsed) throw new RepositoryError("The repository's address is not a URL");
  if (parsed.username || parsed.password) {
    throw new RepositoryError("The repository's address holds credentials: give the token apart");
  }
  const plain = parsed.protocol === "http:" && LOOPBACK.includes(parsed.hostname);
  const file = parsed.protocol === "file:" && allow_file === true;
  if (parsed.protocol === "https:" || plain || file) return parsed;
  throw new RepositoryError(
    `Repositories are fetched by https, not by ${parsed.protocol.slice(0, -1)}: ${parsed.href}`,
  );
}

/** Beside the process's own (proxies, certificates); undefined unsets. */
export function gitEnvironment(url: URL, access: Access): Record<string, string | undefined> {
  return {
    ...Object.fromEntries(UNSET.map((name) => [name, undefined])),
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_OPTIONAL_LOCKS: "0",
    ...numbered([...settings(url), ...authorization(url, access)]),
  };
}

export function secretsOf({ token, login }: Pick<Access, "token" | "login">): string[] {
  return token ? [basic(token, login), token] : [];
}

function settings(url: URL): [string, string][] {
  return [
    ["protocol.allow", "never"],
    [`protocol.${url.protocol.slice(0, -1)}.allow`, "always"],
    ["http.followRedirects", "false"], // the header would follow to another host
    ["credential.helper", ""],
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    ["core.excludesFile", "/dev/null"], // else those of the worker's own user
    ["core.attributesFile", "/dev/null"],
    ["core.symlinks", "false"],
    ["core.autocrlf", "false"],
    ["submodule.recurse", "false"],
    ["fetch.recurseSubmodules", "false"],
    ["transfer.bundleURI", "false"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    // The folder lies in one that belongs to the CLI's user.
    ["safe.directory", "*"],
  ];
}

function authorization(url: URL, { token, login }: Access): [string, string][] {
  if (!token || url.protocol === "file:") return [];
  return [[`http.${url.origin}/.extraHeader`, `Authorization: Basic ${basic(token, login)}`]];
}

function basic(token: string, login = "x-access-token"): string {
  return btoa(`${login}:${token}`);
}

function numbered(pairs: [string, string][]): Record<string, string> {
  const entries = pairs.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return Object.fromEntries([["GIT_CONFIG_COUNT", String(pairs.length)], ...entries]);
}
