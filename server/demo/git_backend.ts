import { join } from "node:path";

/** Answers by git's own `http-backend` (CGI) for the bare repositories in `folder`; a user may push. */
export async function gitBackend(
  folder: string,
  request: Request,
  user = "",
): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const child = new Deno.Command("git", {
    args: ["http-backend"],
    env: {
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: "1",
      GIT_PROTOCOL: request.headers.get("git-protocol") ?? "",
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers.get("content-type") ?? "",
      HTTP_CONTENT_ENCODING: request.headers.get("content-encoding") ?? "",
      REMOTE_ADDR: "127.0.0.1",
      REMOTE_USER: user,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new Uint8Array(await request.arrayBuffer()));
  await input.close();
  const { stdout } = await child.output();
  return answer(stdout);
}

function answer(printed: Uint8Array<ArrayBuffer>): Response {
  const end = indexOfBlankLine(printed);
  const headers = new Headers();
  for (const line of new TextDecoder().decode(printed.slice(0, end)).trim().split("\r\n")) {
    const [name, ...value] = line.split(": ");
    headers.set(name, value.join(": "));
  }
  const status = Number(headers.get("status")?.slice(0, 3) ?? 200);
  headers.delete("status");
  return new Response(printed.slice(end + 4), { status, headers });
}

function indexOfBlankLine(bytes: Uint8Array): number {
  return bytes.findIndex((_, at) =>
    bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10
  );
}

/** Makes `NAME.git` by a script that commits on the branch `trunk`. Throws with what git said. */
export async function makeRepository(folder: string, name: string, script: string): Promise<void> {
  const setup = `set -e; export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a \
    GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
    mkdir -p "$1" && git init -q --initial-branch=trunk "$1" && cd "$1"
    ${script}
    git clone -q --mirror "$1" "$2" && rm -rf "$1"`;
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-c", setup, "sh", join(folder, `${name}.work`), join(folder, `${name}.git`)],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** What a commit of a bare repository changes beside where it left a branch. */
export async function diffOf(bare: string, branch: string, commit: string): Promise<string> {
  const { stdout } = await new Deno.Command("git", {
    args: ["--git-dir", bare, "diff", "--no-ext-diff", "--no-textconv", `${branch}...${commit}`],
    env: { GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" },
  }).output();
  return new TextDecoder().decode(stdout);
}
