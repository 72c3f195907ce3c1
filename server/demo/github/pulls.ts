import { contains, mergeCommits } from "@/server/demo/bare_commits.ts";
import type { BareRefs } from "@/server/demo/bare_refs.ts";

export interface RecordedPull {
  number: number;
  repository: string;
  title: string;
  body: string;
  state: "open" | "closed";
  is_merged: boolean;
  draft: boolean;
  branch: string;
  base: string;
  /** Where its branch was when somebody looked last. */
  head: string;
  reviewers: string[];
  /** The repository that its branch is in, where that is another one. */
  fork?: string;
  /** What of the base was merged into it. */
  base_merged: string | null;
}

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

const FIRST_NUMBER = 101;
const LOGIN = "the-agent";
/** As the samples name their repository. */
const REPOSITORY_ID = 9_000_001;
const AT = /^\/repos\/([^/]+\/[^/]+)\/pulls(?:\/(\d+))?(?:\/(requested_reviewers|update-branch))?$/;

/** Pull requests of a GitHub that stands in for it; their branches are those of `refs`. They can be
 * looked at below `site`. */
export function githubPulls(
  refs: BareRefs,
  site = () => "https://github.com",
  pulls: RecordedPull[] = [],
) {
  function answer({ method, path, query, body }: Asked): Response | undefined {
    if (path === "/graphql") return marksReady(body) ? markReady(body) : undefined;
    const [, repository, number, action] = AT.exec(path) ?? [];
    if (!repository) return;
    if (!number) return method === "POST" ? open(repository, body) : list(repository, query);
    const pull = pulls.find((one) => one.repository === repository && one.number === +number);
    if (!pull) return refused(404, "Not Found");
    if (action === "update-branch") return bringUp(pull, body.expected_head_sha as string);
    if (action) return ask(pull, body.reviewers as string[]);
    return method === "PATCH" ? change(pull, body) : Response.json(shown(pull));
  }

  function list(repository: string, query: URLSearchParams): Response {
    const [owner, branch] = (query.get("head") ?? "").split(":");
    const state = query.get("state") ?? "open";
    const found = pulls.filter((one) =>
      one.repository === repository && (state === "all" || one.state === state) &&
      (!branch || (one.branch === branch && repository.startsWith(`${owner}/`)))
    );
    return Response.json(found.reverse().map(shown));
  }

  function open(repository: string, body: Record<string, unknown>): Response {
    const { head: branch, base, title, body: text, draft } = body as Record<string, string>;
    const [head, onto] = [refs.head(repository, branch), refs.head(repository, base)];
    if (!head) return invalid({ field: "head", code: "invalid" });
    if (!onto) return invalid({ field: "base", code: "invalid" });
    if (head === onto) return invalid({ message: `No commits between ${base} and ${branch}` });
    const is_open = pulls.some((one) =>
      one.repository === repository && one.branch === branch && one.state === "open"
    );
    const name = `${repository.split("/")[0]}:${branch}`;
    if (is_open) return invalid({ message: `A pull request already exists for ${name}.` });
    const pull: RecordedPull = {
      number: FIRST_NUMBER + pulls.length,
      repository,
      title,
      body: text ?? "",
      state: "open",
      is_merged: false,
      draft: Boolean(draft),
      branch,
      base,
      head,
      reviewers: [],
      base_merged: null,
    };
    pulls.push(pull);
    return Response.json(shown(pull), { status: 201 });
  }

  function change(pull: RecordedPull, { title, body, state }: Record<string, unknown>): Response {
    if (typeof title === "string") pull.title = title;
    if (typeof body === "string") pull.body = body;
    if (state === "closed") pull.state = "closed";
    return Response.json(shown(pull));
  }

  function ask(pull: RecordedPull, reviewers: string[]): Response {
    const is_known = reviewers.every((name) => /^[a-z\d-]+$/i.test(name) && name !== LOGIN);
    if (!is_known) {
      return refused(422, "Reviews may only be requested from collaborators.");
    }
    pull.reviewers = [...new Set([...pull.reviewers, ...reviewers])];
    return Response.json(shown(pull), { status: 201 });
  }

  function bringUp(pull: RecordedPull, expected: string): Response {
    const head = refs.head(pull.repository, pull.branch);
    if (head !== expected) return refused(422, "expected head sha didn’t match current head ref.");
    const base = refs.head(pull.repository, pull.base)!;
    const bare = refs.bare(pull.repository);
    if (pull.base_merged === base || (bare && contains(bare, expected, base))) {
      return refused(422, "There are no new commits on the base branch.");
    }
    const merged = bare
      ? mergeCommits(bare, expected, base)
      : base.slice(0, 20) + expected.slice(0, 20);
    if (!merged) return refused(422, "merge conflict between base and head");
    pull.base_merged = base;
    refs.set(pull.repository, pull.branch, merged);
    return Response.json({ message: "Updating pull request branch." }, { status: 202 });
  }

  function markReady({ variables }: Record<string, unknown>): Response {
    const { pullRequestId } = (variables as { input: { pullRequestId: string } }).input;
    const pull = pulls.find((one) => nodeId(one) === pullRequestId);
    if (!pull) {
      const message = `Could not resolve to a node with the global id of '${pullRequestId}'`;
      return Response.json({ data: null, errors: [{ type: "NOT_FOUND", message }] });
    }
    pull.draft = false;
    const data = { markPullRequestReadyForReview: { pullRequest: { isDraft: false } } };
    return Response.json({ data });
  }

  function shown(pull: RecordedPull) {
    const { number, repository, title, body, state, is_merged, draft, branch, base } = pull;
    if (state === "open") pull.head = refs.head(repository, branch) ?? pull.head;
    const home = `https://github.com/${repository}`;
    const repo = { id: REPOSITORY_ID, full_name: repository, html_url: home };
    return {
      id: REPOSITORY_ID + number,
      number,
      node_id: nodeId(pull),
      html_url: `${site()}/${repository}/pull/${number}`,
      title,
      body,
      state,
      draft,
      merged_at: is_merged ? "2026-01-01T00:00:00Z" : null,
      user: { id: 1, login: LOGIN, type: "User" },
      head: { ref: branch, sha: pull.head, repo: forkOf(pull) ?? repo },
      base: { ref: base, sha: refs.head(repository, base), repo },
      requested_reviewers: pull.reviewers.map((login) => ({ login })),
    };
  }

  return { pulls, answer, shown };
}

const forkOf = ({ fork }: RecordedPull) =>
  fork ? { id: 77, full_name: fork, html_url: `https://github.com/${fork}` } : null;

const marksReady = ({ query }: Record<string, unknown>) =>
  String(query).includes("markPullRequestReadyForReview");

const nodeId = ({ repository, number }: RecordedPull) => `PR_${repository}#${number}`;

export const refused = (status: number, message: string, more: Record<string, unknown> = {}) =>
  Response.json(Object.assign({ message, documentation_url: "https://docs.github.com" }, more), {
    status,
  });

const invalid = (error: Record<string, string>) =>
  refused(422, "Validation Failed", { errors: [{ resource: "PullRequest", ...error }] });
