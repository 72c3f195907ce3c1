import type { BareRefs } from "@/server/demo/bare_refs.ts";
import { commitFiles } from "@/server/demo/bare_commits.ts";
import { type Asked, refused } from "./pulls.ts";

export interface RecordedCheck {
  name: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  title?: string;
  summary?: string;
  annotations?: { path: string; start_line: number; message: string }[];
}

export interface RecordedStatus {
  context: string;
  state: "pending" | "success" | "failure" | "error";
  description?: string;
}

export interface NewCommit {
  branch: { repositoryNameWithOwner: string; branchName: string };
  expectedHeadOid: string;
  message: { headline: string; body: string };
  fileChanges: { additions: { path: string; contents: string }[]; deletions: { path: string }[] };
}

const CHECKS = /\/commits\/(\w+)\/(check-runs|status)$/;
const NOTES = /\/check-runs\/(\d+)\/annotations$/;
const NEW_REF = /^\/repos\/([^/]+\/[^/]+)\/git\/refs$/;
const REF = /^\/repos\/([^/]+\/[^/]+)\/git\/refs?\/heads\/(.+)$/;

/** Branches, and what was checked of commits. */
export function githubCommits(refs: BareRefs) {
  const checks = new Map<string, RecordedCheck[]>();
  const statuses = new Map<string, RecordedStatus[]>();
  const numbered: RecordedCheck[] = [];
  const made: NewCommit[] = [];

  function answer({ method, path, query, body }: Asked): Response | undefined {
    if (path === "/graphql") return commit(body.variables as { input: NewCommit });
    const [, home] = NEW_REF.exec(path) ?? [];
    if (home && method === "POST") return create(home, body as { ref: string; sha: string });
    const [, sha, kind] = CHECKS.exec(path) ?? [];
    if (kind === "check-runs") return Response.json(listed("check_runs", query, runsOf(sha)));
    if (kind === "status") {
      return Response.json(listed("statuses", query, statuses.get(sha) ?? []));
    }
    const [, id] = NOTES.exec(path) ?? [];
    if (id) return Response.json(numbered[+id - 1]?.annotations ?? []);
    const [, repository, branch] = REF.exec(path) ?? [];
    if (repository) return ofBranch(method, repository, decodeURIComponent(branch));
  }

  function create(repository: string, { ref, sha }: { ref: string; sha: string }): Response {
    const branch = ref.replace("refs/heads/", "");
    if (refs.head(repository, branch)) return refused(422, "Reference already exists");
    refs.set(repository, branch, sha);
    return Response.json({ ref, object: { sha } }, { status: 201 });
  }

  function commit({ input }: { input: NewCommit }): Response {
    const { repositoryNameWithOwner: repository, branchName: branch } = input.branch;
    const head = refs.head(repository, branch);
    if (head !== input.expectedHeadOid) {
      const message = `Expected branch to point to "${input.expectedHeadOid}" but it did not.`;
      return Response.json({ data: null, errors: [{ type: "STALE_DATA", message }] });
    }
    made.push(input);
    const oid = commitOf(refs.bare(repository), input) ??
      made.length.toString(16).padStart(40, "0");
    refs.set(repository, branch, oid);
    return Response.json({ data: { createCommitOnBranch: { commit: { oid } } } });
  }

  const runsOf = (sha: string) => (checks.get(sha) ?? []).map(run);

  function run(check: RecordedCheck) {
    const { name, status, conclusion, title = null, summary = null, annotations = [] } = check;
    const id = numbered.includes(check) ? numbered.indexOf(check) + 1 : numbered.push(check);
    const output = { title, summary, annotations_count: annotations.length };
    return { id, name, status, conclusion, html_url: `https://github.com/runs/${id}`, output };
  }

  function ofBranch(method: string, repository: string, branch: string): Response {
    const sha = refs.head(repository, branch);
    if (method === "GET") {
      if (!sha) return refused(404, "Not Found");
      return Response.json({ ref: `refs/heads/${branch}`, object: { type: "commit", sha } });
    }
    if (!sha) return refused(422, "Reference does not exist");
    refs.remove(repository, branch);
    return new Response(null, { status: 204 });
  }

  return { checks, statuses, made, answer };
}

function commitOf(bare: string | null, input: NewCommit): string | null {
  if (!bare) return null;
  const { expectedHeadOid: parent, message: { headline, body }, fileChanges } = input;
  return commitFiles(bare, { parent, message: `${headline}\n\n${body}\n`, ...fileChanges });
}

function listed(name: string, query: URLSearchParams, all: unknown[]) {
  const [size, page] = [Number(query.get("per_page") ?? 30), Number(query.get("page") ?? 1)];
  const here = all.slice((page - 1) * size, page * size);
  return { total_count: all.length, [name]: here };
}
