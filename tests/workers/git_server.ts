/** Repositories on loopback, served by git's own `http-backend`, with a token where one is wanted. */
import { gitBackend } from "@/server/demo/git_backend.ts";

export interface GitServer {
  url: string;
  /** Authorization headers in the order they came. */
  seen: (string | null)[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves the bare repositories below a folder; `token` null: to everybody. */
export function serveRepositories(
  folder: string,
  token: string | null,
  login = "x-access-token",
): GitServer {
  const seen: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    seen.push(request.headers.get("authorization"));
    if (pathname.startsWith("/hang")) return whenGone(request);
    if (pathname.startsWith("/moved")) {
      return new Response(null, { status: 301, headers: { location: "http://127.0.0.1:1/x" } });
    }
    if (pathname.startsWith("/broken")) return new Response("oops", { status: 503 });
    if (token && seen.at(-1) !== `Basic ${btoa(`${login}:${token}`)}`) {
      return new Response(null, { status: 401, headers: { "www-authenticate": "Basic" } });
    }
    return gitBackend(folder, request);
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

export { makeRepository } from "@/server/demo/git_backend.ts";
