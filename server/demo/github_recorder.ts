import { bareRefs, setRefs } from "@/server/demo/bare_refs.ts";
import { type GitHost, gitHost } from "@/server/demo/git_server.ts";
import { atPort, keep, readKept } from "@/server/demo/github/kept.ts";
import { githubCommits, type NewCommit } from "@/server/demo/github/commits.ts";
import { githubPulls, type RecordedPull } from "@/server/demo/github/pulls.ts";
import { githubRepositories, type RecordedRepository } from "@/server/demo/github/repositories.ts";

export interface RecordedCall {
  method: string;
  path: string;
  body: unknown;
  authorization: string | null;
}

export interface Comment {
  id: number;
  repository: string;
  number: number;
  body: string;
  /** The comment of a review that it replies to; null: it stands below all. */
  replies_to: number | null;
  edits: number;
}

export interface GithubRecorder {
  /** For GITHUB_API_URL and GITHUB_URL. */
  readonly url: string;
  readonly calls: RecordedCall[];
  readonly comments: Comment[];
  readonly reactions: { path: string; content: string }[];
  readonly labels: { path: string; labels: string[] }[];
  readonly pulls: RecordedPull[];
  /** How every repository here is. */
  readonly repository: RecordedRepository;
  /** By commit. */
  readonly checks: ReturnType<typeof githubCommits>["checks"];
  readonly statuses: ReturnType<typeof githubCommits>["statuses"];
  /** Those that it was asked to make itself. */
  readonly commits: NewCommit[];
  /** The repositories that it serves; everybody may push to them. */
  readonly git: GitHost | null;
  /** Where no repositories are served. */
  setBranch(repository: string, branch: string, sha: string): void;
  /** A pull request as payloads have it. */
  shown(pull: RecordedPull): unknown;
  /** Answers the next calls whose method and path fit with these, in order, instead of working. */
  failNext(method: string, path: RegExp, ...answers: (() => Response)[]): void;
  /** Does what the next call that fits asks for, and answers as if it had not. */
  loseNextAnswer(method: string, path: RegExp): void;
  /** Resolves once `fits` holds, looking after every call. */
  until(fits: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const LOGIN = "the-agent";
const PAGE = /^\/(?:static\/[\w.-]+|[^/]+\/[^/]+\/(?:issues|pull)\/\d+)?$/;
const LIST = /^\/repos\/([^/]+\/[^/]+)\/(issues|pulls)\/(\d+)\/comments(?:\/(\d+)\/replies)?$/;

/**
 * Stands in for GitHub on loopback, and serves the bare repositories below `repositories`. Its
 * issues and pull requests can be looked at in a browser.
 */
export function startGithubRecorder(
  repositories?: string,
  /** The file in which pull requests and comments are kept for the next start; null: none. */
  file: string | null = null,
): GithubRecorder {
  const calls: RecordedCall[] = [];
  const before = readKept(file);
  const comments: Comment[] = before?.comments ?? [];
  const reactions: { path: string; content: string }[] = [];
  const labels: { path: string; labels: string[] }[] = [];
  const failures: { method: string; path: RegExp; answers: (() => Response)[] }[] = [];
  const lost: { method: string; path: RegExp }[] = [];
  const watchers = new Set<() => void>();

  const git = repositories ? gitHost(repositories, { token: null }) : null;
  const site = (): string => repositories ? url : "https://github.com";
  const own_refs = setRefs();
  const refs = repositories ? bareRefs(repositories) : own_refs;
  const [pulls, commits, homes] = [
    githubPulls(refs, site, before?.pulls),
    githubCommits(refs),
    githubRepositories(refs),
  ];

  const at = { hostname: "127.0.0.1", onListen() {} };
  const server = atPort(before?.port, (port) => Deno.serve({ ...at, port }, answer));
  const url = `http://127.0.0.1:${server.addr.port}`;

  async function answer(request: Request): Promise<Response> {
    const { pathname: path, searchParams: query } = new URL(request.url);
    if (git && path.includes(".git/")) return await git.answer(request);
    const { method, headers } = request;
    if (method === "GET" && PAGE.test(path)) return await page(path);
    const text = await request.text();
    const body = text ? JSON.parse(text) : null;
    calls.push({ method, path, body, authorization: headers.get("authorization") });
    const done = failure(method, path) ?? work(method, path, body, query);
    const answer = isLost(method, path) ? new Response(null, { status: 502 }) : done;
    if (file && method !== "GET") {
      keep(file, { port: server.addr.port, comments, pulls: pulls.pulls });
    }
    for (const watcher of watchers) watcher();
    return answer;
  }

  /** Loaded when somebody looks, so that a demo is up without it. */
  async function page(path: string): Promise<Response> {
    const { githubPage } = await import("@/server/demo/github/pages.ts");
    return await githubPage(path, { folder: repositories ?? null, pulls: pulls.pulls, comments });
  }

  function failure(method: string, path: string): Response | undefined {
    const fits = failures.find((f) => f.method === method && f.path.test(path) && f.answers.length);
    return fits?.answers.shift()?.();
  }

  function isLost(method: string, path: string): boolean {
    const at = lost.findIndex((one) => one.method === method && one.path.test(path));
    return at >= 0 && lost.splice(at, 1).length > 0;
  }

  function work(method: string, path: string, body: unknown, query: URLSearchParams): Response {
    const { body: text = "", content = "", labels: named = [] } = (body ?? {}) as {
      body?: string;
      content?: string;
      labels?: string[];
    };
    const app = asApp(path);
    if (app) return app;
    if (path === "/user") return Response.json({ id: 1, login: LOGIN });
    if (path.endsWith("/reactions") && method === "POST") {
      reactions.push({ path, content });
      return Response.json({ id: reactions.length, content }, { status: 201 });
    }
    if (path.endsWith("/labels") && method === "POST") {
      labels.push({ path, labels: named });
      return Response.json(named.map((name) => ({ name })));
    }
    const asked = { method, path, query, body: body as Record<string, unknown> };
    return comment(method, path, text) ?? pulls.answer(asked) ?? commits.answer(asked) ??
      homes.answer(asked) ?? notFound();
  }

  /** What an app asks for before it acts; any key will do. */
  function asApp(path: string): Response | undefined {
    if (path === "/app") return Response.json({ id: 7, slug: LOGIN });
    if (path.endsWith("/installation")) return Response.json({ id: 70 });
    if (!path.endsWith("/access_tokens")) return;
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    return Response.json({ token: "ghs_of_the_app", expires_at, permissions: {} }, { status: 201 });
  }

  function comment(method: string, path: string, text: string): Response | undefined {
    const [, one] = /^\/repos\/[^/]+\/[^/]+\/(?:issues|pulls)\/comments\/(\d+)$/.exec(path) ?? [];
    if (one && method === "PATCH") return edit(Number(one), text);
    const [, repository, kind, number, replied_to] = LIST.exec(path) ?? [];
    if (!repository) return;
    if (method === "POST") {
      const replies_to = replied_to ? Number(replied_to) : null;
      return post({ repository, number: Number(number), body: text, replies_to });
    }
    const in_review = kind === "pulls";
    const here = comments.filter((c) =>
      c.number === Number(number) && (c.replies_to !== null) === in_review
    );
    return Response.json(here.map(shown));
  }

  function post(said: Omit<Comment, "id" | "edits">): Response {
    const comment = { ...said, id: comments.length + 1, edits: 0 };
    comments.push(comment);
    return Response.json(shown(comment), { status: 201 });
  }

  function edit(id: number, body: string): Response {
    const comment = comments.find((one) => one.id === id);
    if (!comment) return notFound();
    Object.assign(comment, { body, edits: comment.edits + 1 });
    return Response.json(shown(comment));
  }

  const notFound = () => Response.json({ message: "Not Found" }, { status: 404 });

  const shown = ({ id, repository, number, body }: Comment) => ({
    id,
    body,
    user: { id: 1, login: LOGIN },
    html_url: `${site()}/${repository}/issues/${number}#issuecomment-${id}`,
  });

  return {
    url,
    calls,
    comments,
    reactions,
    labels,
    pulls: pulls.pulls,
    repository: homes.settings,
    checks: commits.checks,
    statuses: commits.statuses,
    commits: commits.made,
    git,
    setBranch: own_refs.set,
    shown: pulls.shown,
    failNext: (method, path, ...answers) => failures.push({ method, path, answers }),
    loseNextAnswer: (method, path) => void lost.push({ method, path }),
    until(fits) {
      if (fits()) return Promise.resolve();
      return new Promise((resolve) => {
        const look = () => {
          if (!fits()) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
      });
    },
    close: () => server.shutdown(),
  };
}
