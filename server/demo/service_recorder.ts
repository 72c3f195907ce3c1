import { type GitlabHost, gitlabHost } from "@/server/demo/gitlab/host.ts";
import { providers } from "@/server/providers/mod.ts";

export interface Said {
  service: string;
  method: string;
  path: string;
  body: unknown;
  /** Of a stand-in, as JSON. */
  answer?: unknown;
}

export interface ServiceRecorder {
  /** Each service is below its name: `{url}/jira`. */
  readonly url: string;
  /** Everything that changes something over there, the oldest first. */
  readonly said: Said[];
  /** Projects of its GitLab, and their merge requests. */
  readonly gitlab: GitlabHost;
  close(): Promise<void>;
}

/** Starts them all at one port. `GET /` lists what was said to them. GitLab serves the bare
 * repositories below `repositories`. */
export function startServiceRecorder(repositories?: string): ServiceRecorder {
  const gitlab = gitlabHost(repositories ?? null);
  const hosts = new Map(Object.entries({ gitlab }));
  const said: Said[] = [];
  let calls = 0;
  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const { pathname, search, searchParams: query } = new URL(request.url);
    if (pathname === "/") return Response.json(said);
    const [, service, path] = /^\/(\w+)(\/.*|)$/.exec(pathname) ?? [];
    const host = hosts.get(service ?? "");
    if (host?.git && path.includes(".git/")) {
      const { method, headers, body } = request;
      const url = new URL(path + search, request.url);
      return await host.git.answer(new Request(url, { method, headers, body }));
    }
    const stand_in = providers.get(service ?? "")?.stand_in;
    const body = bodyOf(await request.text());
    if (!stand_in) return new Response(null, { status: 404 });
    const { method } = request;
    const call = { method, path, body, id: ++calls };
    const hosted = host?.answer({ method, path, query, body: body || {} });
    const answer = hosted ? undefined : stand_in.answer(call);
    if (method !== "GET" && !stand_in.only_reads?.(call)) {
      said.push({ service, method, path, body, answer });
    }
    return hosted ?? Response.json(answer);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    said,
    gitlab,
    close: () => server.shutdown(),
  };
}

function bodyOf(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
