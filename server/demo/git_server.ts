/** A git host on loopback: real repositories by smart HTTP, and what a host may refuse. */
import { join } from "node:path";
import { bareRefs } from "@/server/demo/bare_refs.ts";
import { gitBackend } from "@/server/demo/git_backend.ts";

export interface Push {
  ref: string;
  before: string;
  after: string;
}

export interface GitServer {
  url: string;
  requests: { path: string; is_push: boolean; authorization: string | null }[];
  /** For another stand-in, which serves these repositories beside its API. */
  answer(request: Request): Promise<Response>;
  /** What every request, or every push, gets from now on instead of an answer; null: an answer. */
  refuse(what: "all" | "pushes", how: Refusal | null): void;
  /** What the host says when it declines a push that it has read; null: it takes them. */
  declinePushes(repository: string, said: string | null): Promise<void>;
  /** Called once, when a push has been asked for and before it is answered. */
  beforeNextPush(act: () => Promise<void>): void;
  pushes(repository: string): Promise<Push[]>;
  /** The commit that a branch is at; null: there is no such branch. */
  head(repository: string, branch: string): Promise<string | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Null: this one is answered. */
type Refusal = (request: Request) => Response | null | Promise<Response | null>;

export type GitHost = Omit<GitServer, "url" | typeof Symbol.asyncDispose>;

interface Options {
  /** Null: everybody may read and push. */
  token: string | null;
  login?: string;
}

/** Serves the bare repositories below a folder on a port of its own. */
export function startGitServer(folder: string, options: Options): GitServer {
  const host = gitHost(folder, options);
  const at = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(at, (request) => host.answer(request));
  return Object.assign(host, {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

/** The same without a port, for a stand-in that has one. */
export function gitHost(
  folder: string,
  { token, login = "x-access-token" }: Options,
): GitHost {
  const requests: GitServer["requests"] = [];
  const refusals: { all?: Refusal; pushes?: Refusal } = {};
  let before_push: (() => Promise<void>) | null = null;
  const expected = token && `Basic ${btoa(`${login}:${token}`)}`;
  const refs = bareRefs(folder);
  const bare = (repository: string) => join(folder, `${repository}.git`);

  return {
    requests,
    async answer(request) {
      const { pathname, search } = new URL(request.url);
      const is_push = `${pathname}${search}`.includes("git-receive-pack");
      const authorization = request.headers.get("authorization");
      requests.push({ path: pathname, is_push, authorization });
      const refusal = refusals.all ?? (is_push ? refusals.pushes : undefined);
      const refused = await refusal?.(request);
      if (refused) return refused;
      if (expected && authorization !== expected) return unauthorized();
      if (is_push && before_push) {
        const act = before_push;
        before_push = null;
        await act();
      }
      if (is_push) await keepLog(join(folder, repositoryIn(pathname)));
      return await gitBackend(folder, request, login);
    },
    refuse(what, how) {
      refusals[what] = how ?? undefined;
    },
    declinePushes: (repository, said) => decline(bare(repository), said),
    beforeNextPush(act) {
      before_push = act;
    },
    pushes: (repository) => readLog(bare(repository)),
    head: (repository, branch) => Promise.resolve(refs.head(repository, branch)),
  };
}

/** Says nothing for as long as somebody waits. */
export const hang: Refusal = ({ signal }) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(new Response())));

const unauthorized = () =>
  new Response(null, { status: 401, headers: { "www-authenticate": "Basic" } });

const repositoryIn = (pathname: string) => pathname.slice(1, pathname.indexOf(".git/") + 4);

const writeHook = async (bare: string, name: string, script: string) => {
  await Deno.mkdir(join(bare, "hooks"), { recursive: true });
  await Deno.writeTextFile(join(bare, "hooks", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
};

const keepLog = (bare: string) => writeHook(bare, "post-receive", "cat >> pushes.log");

async function readLog(bare: string): Promise<Push[]> {
  const text = await Deno.readTextFile(join(bare, "pushes.log")).catch(() => "");
  return text.split("\n").filter(Boolean).map((line) => {
    const [before, after, ref] = line.split(" ");
    return { ref, before, after };
  });
}

async function decline(bare: string, said: string | null): Promise<void> {
  const script = `cat > /dev/null; cat >&2 <<'END'\n${said}\nEND\nexit 1`;
  await writeHook(bare, "pre-receive", said === null ? "exit 0" : script);
}
