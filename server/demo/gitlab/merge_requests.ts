import type { BareRefs } from "@/server/demo/bare_refs.ts";

export interface RecordedMergeRequest {
  iid: number;
  project: string;
  title: string;
  description: string;
  state: "opened" | "closed" | "merged";
  source_branch: string;
  target_branch: string;
  /** Where its branch was when somebody looked last. */
  sha: string;
  reviewers: { id: number; username: string }[];
}

export interface Asked {
  method: string;
  /** Below `/api/v4`. */
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
}

/** As the samples name their project. */
const PROJECT_ID = 9_000_001;
const AT = /^\/projects\/([^/]+)\/merge_requests(?:\/(\d+))?$/;
const DRAFT = /^draft: /i;

/** Merge requests of a GitLab that stands in for it; their branches are those of `refs`. */
export function gitlabMergeRequests(refs: BareRefs, users: Map<string, number>) {
  const requests: RecordedMergeRequest[] = [];

  function answer({ method, path, query, body }: Asked): Response | undefined {
    const [, id, iid] = AT.exec(path) ?? [];
    if (!id) return;
    const project = decodeURIComponent(id);
    if (!iid) return method === "POST" ? open(project, body) : list(project, query);
    const one = requests.find((other) => other.project === project && other.iid === +iid);
    if (!one) return refused(404, "404 Not found");
    return method === "PUT" ? change(one, body) : Response.json(shown(one));
  }

  function list(project: string, query: URLSearchParams): Response {
    const state = query.get("state") ?? "all";
    const found = requests.filter((one) =>
      one.project === project && (state === "all" || one.state === state) &&
      one.source_branch === query.get("source_branch")
    );
    return Response.json(found.reverse().map(shown));
  }

  function open(project: string, body: Record<string, unknown>): Response {
    const { source_branch, target_branch, title, description } = body as Record<string, string>;
    const there = requests.find((one) =>
      one.project === project && one.source_branch === source_branch && one.state === "opened"
    );
    if (there) {
      const said =
        `Another open merge request already exists for this source branch: !${there.iid}`;
      return refused(409, [said]);
    }
    const sha = refs.head(project, source_branch) ?? "";
    const iid = 101 + requests.length;
    const texts = { title, description: description ?? "" };
    const one = Object.assign(texts, { iid, project, source_branch, target_branch, sha });
    requests.push(Object.assign(one, { state: "opened" as const, reviewers: [] }));
    return Response.json(shown(requests.at(-1)!), { status: 201 });
  }

  function change(one: RecordedMergeRequest, body: Record<string, unknown>): Response {
    const { title, description, state_event, reviewer_ids } = body;
    if (typeof title === "string") one.title = title;
    if (typeof description === "string") one.description = description;
    if (state_event === "close") one.state = "closed";
    if (Array.isArray(reviewer_ids)) one.reviewers = known(reviewer_ids);
    return Response.json(shown(one));
  }

  /** Those who may not see it are left out without a word. */
  const known = (ids: number[]) =>
    [...users].filter(([name, id]) => ids.includes(id) && name !== "stranger")
      .map(([username, id]) => ({ id, username }));

  function shown(one: RecordedMergeRequest) {
    const { iid, project, title, description, state, source_branch, target_branch } = one;
    if (state === "opened") one.sha = refs.head(project, source_branch) ?? one.sha;
    return {
      id: 9_300_000 + iid,
      iid,
      project_id: PROJECT_ID,
      source_project_id: PROJECT_ID,
      target_project_id: PROJECT_ID,
      web_url: `https://gitlab.com/${project}/-/merge_requests/${iid}`,
      title,
      description,
      state,
      draft: DRAFT.test(title),
      sha: one.sha,
      source_branch,
      target_branch,
      author: { id: 1, username: "tea-agent" },
      reviewers: one.reviewers,
    };
  }

  return { requests, answer };
}

export const refused = (status: number, message: unknown): Response =>
  Response.json({ message }, { status });
