import { z } from "zod";
import { type Checks, quoted, type RepositoryAt } from "@/server/providers/provider.ts";
import { type Access, call } from "@/server/providers/github/call.ts";
import { atStage } from "./stage.ts";

const PAGE = 100;
const MAX_PAGES = 10;
const MAX_FAILED = 20;
const MAX_SUMMARY = 1500;
/** How many failed runs are asked for what they noted, and how much of it is told. */
const MAX_ASKED = 5;
const MAX_NOTES = 10;
const RIGHTS = { checks: "read", statuses: "read" } as const;

const RED = ["failure", "timed_out", "startup_failure"];
const GREEN = ["success", "neutral", "skipped"];

const text = z.string().nullish();
const run = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  conclusion: text,
  html_url: text,
  output: z.object({ title: text, summary: text, annotations_count: z.int().nullish() }).nullish(),
});
type Run = z.infer<typeof run>;
const status = z.object({
  context: z.string(),
  state: z.string(),
  description: text,
  target_url: text,
});
type Status = z.infer<typeof status>;
const notes = z.array(z.object({ path: text, start_line: z.int().nullish(), message: text }));

export const checks = (at: RepositoryAt, commit: string): Promise<Checks> =>
  atStage(
    at,
    { doing: `reading the checks of ${commit.slice(0, 12)}`, rights: RIGHTS },
    async (access) => {
      const of = `/repos/${at.repository}/commits/${encodeURIComponent(commit)}`;
      const runs = await all(access, `${of}/check-runs?`, "check_runs", run);
      const statuses = await all(access, `${of}/status?`, "statuses", status);
      return {
        state: stateOf([...runs.map(runState), ...statuses.map(({ state }) => statusState(state))]),
        failed: [
          ...await failedRuns(access, at.repository, runs),
          ...statuses.filter(({ state }) => statusState(state) === "red").map(failedStatus),
        ].slice(0, MAX_FAILED),
      };
    },
  );

type State = Exclude<Checks["state"], "none">;

/** Red as soon as one is: what still runs will not mend it. */
function stateOf(states: State[]): Checks["state"] {
  if (states.length === 0) return "none";
  if (states.includes("red")) return "red";
  return states.includes("pending") ? "pending" : "green";
}

/** What was cancelled, or waits for somebody, says nothing against the commit. */
function runState({ status, conclusion }: Run): State {
  if (status !== "completed") return "pending";
  if (RED.includes(conclusion ?? "")) return "red";
  return GREEN.includes(conclusion ?? "") ? "green" : "pending";
}

function statusState(state: string): State {
  if (state === "success") return "green";
  return state === "pending" ? "pending" : "red";
}

async function all<T>(access: Access, path: string, key: string, one: z.ZodType<T>): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const query = `per_page=${PAGE}&page=${page}`;
    const list = z.object({ [key]: z.array(one) });
    const here = (await call(access, "GET", path + query, list))[key] as T[];
    found.push(...here);
    if (here.length < PAGE) break;
  }
  return found;
}

async function failedRuns(access: Access, repository: string, runs: Run[]) {
  const failed = runs.filter((one) => runState(one) === "red").slice(0, MAX_FAILED);
  const told: Checks["failed"] = [];
  for (const [index, one] of failed.entries()) {
    const { name, html_url, output } = one;
    const asks = index < MAX_ASKED && (output?.annotations_count ?? 0) > 0;
    const noted = asks ? await notesOf(access, repository, one.id) : [];
    const words = [output?.title, output?.summary, ...noted].filter(Boolean).join("\n");
    const summary = quoted(words || `ended as ${one.conclusion}`, MAX_SUMMARY);
    told.push({ name, url: html_url ?? null, summary });
  }
  return told;
}

async function notesOf(access: Access, repository: string, id: number): Promise<string[]> {
  const path = `/repos/${repository}/check-runs/${id}/annotations?per_page=${MAX_NOTES}`;
  const found = await call(access, "GET", path, notes);
  return found.map(({ path, start_line, message }) =>
    `${path ?? ""}${start_line ? `:${start_line}` : ""}: ${message ?? ""}`
  );
}

const failedStatus = ({ context, description, state, target_url }: Status) => ({
  name: context,
  url: target_url ?? null,
  summary: quoted(description || `ended as ${state}`, MAX_SUMMARY),
});
