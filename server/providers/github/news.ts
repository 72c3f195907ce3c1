import { z } from "zod";
import type { FlowNews } from "@/server/providers/event.ts";

const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
const sha = maybe(z.string().regex(/^[0-9a-f]{40,64}$/));
const text = maybe(z.string());
const changed = maybe(z.object({}));

const thing = maybe(z.object({
  number: z.int().positive(),
  title: text,
  body: text,
  merged: maybe(z.boolean()),
  head: maybe(z.object({ sha, ref: text })),
}));
const run = maybe(z.object({ head_sha: sha, head_branch: text, conclusion: text }));

const told = z.object({
  pull_request: thing,
  issue: thing,
  changes: maybe(z.object({ title: changed, body: changed })),
  check_run: maybe(z.object({ head_sha: sha, conclusion: text })),
  check_suite: run,
  workflow_run: run,
  sha,
  state: text,
});
type Told = z.infer<typeof told>;

/** What happened to a pull request, its commit or a text; null: nothing that work may wait for. */
export function readNews(event_type: string, payload: unknown): FlowNews | null {
  if (!Object.hasOwn(NEWS, event_type)) return null;
  const read = told.safeParse(payload);
  return read.success ? NEWS[event_type as keyof typeof NEWS](read.data) : null;
}

const NEWS = {
  "pull_request.closed": (t: Told) => ofPull(t.pull_request?.merged ? "merged" : "closed", t),
  "pull_request.reopened": (t: Told) => ofPull("reopened", t),
  "pull_request.synchronize": (t: Told) => ofPull("pushed", t),
  "pull_request.edited": edited,
  "issues.edited": edited,
  "check_suite.completed": ({ check_suite }: Told) => ofChecks(check_suite),
  "check_run.completed": ({ check_run }: Told) => ofChecks(check_run),
  "workflow_run.completed": ({ workflow_run }: Told) => ofChecks(workflow_run),
  "status": ({ sha, state }: Told) =>
    state === "pending" ? null : ofChecks({ head_sha: sha, conclusion: state }),
};

function ofPull(kind: FlowNews["kind"], { pull_request }: Told): FlowNews | null {
  if (!pull_request) return null;
  const { number, head } = pull_request;
  return { kind, number, commit: head?.sha ?? null, branch: head?.ref ?? null, data: {} };
}

/** Base branches are changed by an `edited` as well: that is no text. */
function edited({ pull_request, issue, changes }: Told): FlowNews | null {
  const about = pull_request ?? issue;
  if (!about || !(changes?.title || changes?.body)) return null;
  const data = { title: about.title ?? "", description: about.body ?? "" };
  return { kind: "text_edited", number: about.number, commit: null, branch: null, data };
}

function ofChecks(run: Told["check_suite"]): FlowNews | null {
  if (!run?.head_sha) return null;
  const { head_sha, head_branch = null, conclusion = null } = run;
  const data = { conclusion };
  return { kind: "checks", number: null, commit: head_sha, branch: head_branch, data };
}
