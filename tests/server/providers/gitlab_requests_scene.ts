import { setRefs } from "@/server/demo/bare_refs.ts";
import { gitlabHost } from "@/server/demo/gitlab/host.ts";
import type { Asked } from "@/server/demo/gitlab/merge_requests.ts";
import { gitlab } from "@/server/providers/gitlab.ts";

export const PROJECT = "harbour/shops/tea-shop";
export const BRANCH = "agent/12-cents";
export const [BASE_SHA, HEAD_SHA] = ["a".repeat(40), "b".repeat(40)];
export const WANTED = {
  branch: BRANCH,
  base: "trunk",
  title: "Round once",
  body: "The plan",
  draft: true,
};

/** GitLab on loopback with one project, in which our branch is a commit ahead of `trunk`. */
export function lab() {
  const refs = setRefs();
  refs.set(PROJECT, "trunk", BASE_SHA);
  refs.set(PROJECT, BRANCH, HEAD_SHA);
  const host = gitlabHost(null, refs);
  const calls: Asked[] = [];
  const failures: { method: string; path: RegExp; answer: () => Response }[] = [];
  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const { pathname, searchParams: query } = new URL(request.url);
    const text = await request.text();
    const { method } = request;
    const path = pathname.replace("/api/v4", "");
    const asked = { method, path, query, body: text ? JSON.parse(text) : {} };
    calls.push(asked);
    const fails = failures.findIndex((one) => one.method === method && one.path.test(path));
    if (fails >= 0) return failures.splice(fails, 1)[0].answer();
    const gone = () => Response.json({ message: "404 Not found" }, { status: 404 });
    return host.answer(asked) ?? gone();
  });
  const connection = { base_url: `http://127.0.0.1:${server.addr.port}`, token: "t0ken" };
  return {
    at: { connection, repository: PROJECT },
    api: gitlab.pull_requests!,
    refs,
    calls,
    projects: host.projects,
    requests: host.requests,
    failNext(method: string, path: RegExp, answer: () => Response) {
      failures.push({ method, path, answer });
    },
    writes: () => calls.filter(({ method }) => method !== "GET").map(({ path }) => path),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

export const refusal = (status: number, message: unknown) => () =>
  Response.json({ message }, { status });
