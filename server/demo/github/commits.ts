import type { BareRefs } from "@/server/demo/bare_refs.ts";
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

const CHECKS = /\/commits\/(\w+)\/(check-runs|status)$/;
const NOTES = /\/check-runs\/(\d+)\/annotations$/;
const REF = /^\/repos\/([^/]+\/[^/]+)\/git\/refs?\/heads\/(.+)$/;

/** Branches, and what was checked of commits. */
export function githubCommits(refs: BareRefs) {
  const checks = new Map<string, RecordedCheck[]>();
  const statuses = new Map<string, RecordedStatus[]>();
  const numbered: RecordedCheck[] = [];

  function answer({ method, path, query }: Asked): Response | undefined {
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

  return { checks, statuses, answer };
}

function listed(name: string, query: URLSearchParams, all: unknown[]) {
  const [size, page] = [Number(query.get("per_page") ?? 30), Number(query.get("page") ?? 1)];
  const here = all.slice((page - 1) * size, page * size);
  return { total_count: all.length, [name]: here };
}
