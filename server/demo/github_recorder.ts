import { gitBackend } from "@/server/demo/git_backend.ts";

/** One call that arrived. */
export interface RecordedCall {
  method: string;
  path: string;
  body: unknown;
}

export interface Comment {
  id: number;
  repository: string;
  number: number;
  body: string;
  /** How often its text was replaced. */
  edits: number;
}

export interface GithubRecorder {
  /** For GITHUB_API_URL and GITHUB_URL. */
  readonly url: string;
  readonly calls: RecordedCall[];
  readonly comments: Comment[];
  readonly reactions: { path: string; content: string }[];
  /** Answers the next calls whose method and path fit with these, in order, instead of working. */
  failNext(method: string, path: RegExp, ...answers: (() => Response)[]): void;
  /** Resolves once `fits` holds, looking after every call. */
  until(fits: () => boolean): Promise<void>;
  close(): Promise<void>;
}

const LOGIN = "the-agent";

/**
 * Stands in for GitHub on loopback: keeps the comments and reactions that are posted to its API,
 * and serves the bare repositories below `repositories`. For the demo, where nobody has a token,
 * and for tests.
 */
export function startGithubRecorder(repositories?: string): GithubRecorder {
  const calls: RecordedCall[] = [];
  const comments: Comment[] = [];
  const reactions: { path: string; content: string }[] = [];
  const failures: { method: string; path: RegExp; answers: (() => Response)[] }[] = [];
  const watchers = new Set<() => void>();

  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const path = new URL(request.url).pathname;
    if (repositories && path.includes(".git/")) return await gitBackend(repositories, request);
    const text = await request.text();
    calls.push({ method: request.method, path, body: text ? JSON.parse(text) : null });
    const answer = failure(request.method, path) ?? work(request.method, path, calls.at(-1)!.body);
    for (const watcher of watchers) watcher();
    return answer;
  });
  const url = `http://127.0.0.1:${server.addr.port}`;

  function failure(method: string, path: string): Response | undefined {
    const fits = failures.find((f) => f.method === method && f.path.test(path) && f.answers.length);
    return fits?.answers.shift()?.();
  }

  function work(method: string, path: string, body: unknown): Response {
    const { body: text = "", content = "" } = (body ?? {}) as { body?: string; content?: string };
    const edited = /^\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+)$/.exec(path);
    const listed = /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/.exec(path);
    if (path === "/user") return Response.json({ id: 1, login: LOGIN });
    if (path.endsWith("/reactions") && method === "POST") {
      reactions.push({ path, content });
      return Response.json({ id: reactions.length, content }, { status: 201 });
    }
    if (edited && method === "PATCH") return edit(Number(edited[1]), text);
    if (listed && method === "POST") return post(listed[1], Number(listed[2]), text);
    if (listed) {
      return Response.json(comments.filter((c) => `${c.number}` === listed[2]).map(shown));
    }
    return Response.json({ message: "Not Found" }, { status: 404 });
  }

  function post(repository: string, number: number, body: string): Response {
    const comment = { id: comments.length + 1, repository, number, body, edits: 0 };
    comments.push(comment);
    return Response.json(shown(comment), { status: 201 });
  }

  function edit(id: number, body: string): Response {
    const comment = comments.find((one) => one.id === id);
    if (!comment) return Response.json({ message: "Not Found" }, { status: 404 });
    Object.assign(comment, { body, edits: comment.edits + 1 });
    return Response.json(shown(comment));
  }

  const shown = ({ id, repository, number, body }: Comment) => ({
    id,
    body,
    user: { id: 1, login: LOGIN },
    html_url: `https://github.com/${repository}/issues/${number}#issuecomment-${id}`,
  });

  return {
    url,
    calls,
    comments,
    reactions,
    failNext: (method, path, ...answers) => failures.push({ method, path, answers }),
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
