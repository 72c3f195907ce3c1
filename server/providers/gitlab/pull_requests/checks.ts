import { z } from "zod";
import {
  type Checks,
  type Connection,
  ProviderError,
  quoted,
  type RepositoryAt,
} from "@/server/providers/provider.ts";
import { call } from "@/server/providers/gitlab/call.ts";
import { atStage } from "./stage.ts";

const PAGE = 100;
const MAX_PAGES = 10;
const MAX_FAILED = 20;
const MAX_SUMMARY = 1500;

const text = z.string().nullish();
const pipelines = z.array(
  z.object({ id: z.int(), status: z.string(), source: text, ref: text }),
);
type Pipeline = z.infer<typeof pipelines>[number];
const statuses = z.array(z.object({
  name: z.string(),
  status: z.string(),
  allow_failure: z.boolean().nullish(),
  description: text,
  target_url: text,
}));
const switched = z.object({ builds_access_level: text });

export const checks = (at: RepositoryAt, commit: string): Promise<Checks> =>
  atStage(at, `reading the pipelines of ${commit.slice(0, 12)}`, async (project) => {
    const state = stateOf(await pipelinesOf(at.connection, project, commit));
    const failed = state === "red" ? await failedOf(at.connection, project, commit) : [];
    return { state, failed };
  }, "Reporter");

async function pipelinesOf(connection: Connection, project: string, commit: string) {
  const query = `sha=${encodeURIComponent(commit)}&order_by=id&sort=desc&per_page=${PAGE}`;
  return await call(connection, "GET", `${project}/pipelines?${query}`, pipelines)
    .catch(async (error) => {
      const is_refused = error instanceof ProviderError && error.status === 403;
      if (is_refused && await isOff(connection, project)) return [];
      throw error;
    });
}

/** A project without CI answers as one that we may not look into. */
async function isOff(connection: Connection, project: string): Promise<boolean> {
  const { builds_access_level } = await call(connection, "GET", project, switched);
  return builds_access_level === "disabled";
}

/** Of each kind the newest counts: a pipeline that was run again makes up for the one before. */
function stateOf(all: Pipeline[]): Checks["state"] {
  const newest = new Map<string, Pipeline>();
  for (const one of [...all].sort((a, b) => a.id - b.id)) {
    newest.set(`${one.source} ${one.ref}`, one);
  }
  const states = [...newest.values()].map(({ status }) => status);
  if (states.length === 0) return "none";
  if (states.includes("failed")) return "red";
  return states.every((one) => one === "success" || one === "skipped") ? "green" : "pending";
}

/** Jobs, and what others say of the commit. */
async function failedOf(connection: Connection, project: string, commit: string) {
  const failed: Checks["failed"] = [];
  const path = `${project}/repository/commits/${encodeURIComponent(commit)}/statuses`;
  for (let page = 1; page <= MAX_PAGES && failed.length < MAX_FAILED; page++) {
    const query = `per_page=${PAGE}&page=${page}`;
    const here = await call(connection, "GET", `${path}?${query}`, statuses);
    failed.push(
      ...here.filter(({ status, allow_failure }) => status === "failed" && !allow_failure)
        .map(({ name, description, target_url }) => ({
          name,
          url: target_url ?? null,
          summary: quoted(description || "ended as failed", MAX_SUMMARY),
        })),
    );
    if (here.length < PAGE) break;
  }
  return failed.slice(0, MAX_FAILED);
}
