/** Repositories on loopback, served by git's own `http-backend`, with a token where one is wanted. */
import { join } from "node:path";

export interface GitServer {
  url: string;
  /** Authorization headers in the order they came. */
  seen: (string | null)[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves the bare repositories below a folder; `token` null: to everybody. */
export function serveRepositories(folder: string, token: string | null): GitServer {
  const seen: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    seen.push(request.headers.get("authorization"));
    if (pathname.startsWith("/hang")) return whenGone(request);
    if (pathname.startsWith("/moved")) {
      return new Response(null, { status: 301, headers: { location: "http://127.0.0.1:1/x" } });
    }
    if (pathname.startsWith("/broken")) return new Response("oops", { status: 503 });
    if (token && seen.at(-1) !== `Basic ${btoa(`x-access-token:${token}`)}`) {
      return new Response(null, { status: 401, headers: { "www-authenticate": "Basic" } });
    }
    return backend(folder, request);
  });
  const { port } = server.addr;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Says nothing for as long as somebody waits. */
function whenGone({ signal }: Request): Promise<Response> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())));
}

/** One request through CGI, as git's documentation of `git http-backend` describes it. */
async function backend(folder: string, request: Request): Promise<Response> {
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
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const body = new Uint8Array(await request.arrayBuffer());
  const input = child.stdin.getWriter();
  await input.write(body);
  await input.close();
  const { stdout } = await child.output();
  const end = indexOfBlankLine(stdout);
  const headers = new Headers();
  for (const line of new TextDecoder().decode(stdout.slice(0, end)).trim().split("\r\n")) {
    const [name, ...value] = line.split(": ");
    headers.set(name, value.join(": "));
  }
  const status = Number(headers.get("status")?.slice(0, 3) ?? 200);
  headers.delete("status");
  return new Response(stdout.slice(end + 4), { status, headers });
}

function indexOfBlankLine(bytes: Uint8Array): number {
  return bytes.findIndex((_, at) =>
    bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10
  );
}

/** Makes `NAME.git` below a folder by a shell script that commits in a work tree. */
export async function makeRepository(folder: string, name: string, script: string): Promise<void> {
  const setup = `set -e; export HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a \
    GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
    git init -q --initial-branch=trunk "$1" && cd "$1"
    ${script}
    git clone -q --mirror "$1" "$2" && rm -rf "$1"`;
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-c", setup, "sh", join(folder, `${name}.work`), join(folder, `${name}.git`)],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
