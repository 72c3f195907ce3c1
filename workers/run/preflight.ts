import { getLogger } from "@logtape/logtape";
import { lookWhenNew, repositoryFor } from "@/db/repositories.ts";
import type { KeptPreflight } from "@/db/nouns/repository.ts";
import type { RepositoryRef, Workflow } from "@/db/nouns/workflow.ts";
import { providers } from "@/server/providers/mod.ts";
import { lookNow } from "@/workers/look_at_repository.ts";
import { persist } from "@/workers/persist.ts";
import { note } from "@/workers/run/notes.ts";
import type { Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "look_at_repository"]);

type Named = Pick<RepositoryRef, "provider" | "name">;

/** What was said longer ago is asked again. */
const FRESH_MS = 24 * 3600_000;

/** Has a worker look at a repository that nobody has looked at yet. Never throws. */
export async function lookAtFirstUse({ db }: Worker, repository: Named): Promise<void> {
  try {
    await lookWhenNew(db, repository);
  } catch (error) {
    log.warn("nobody looks at {name}: {error}", { name: repository.name, error });
  }
}

/** Throws, in words, where a change that costs money now would be refused at its end for sure. */
export async function refuseHopeless(worker: Worker, running: Running): Promise<void> {
  const { task, workflow, run, writer } = running;
  if (task.step !== "planning" && task.step !== "executor") return;
  if (!workflow?.repository || !workflow.steps.includes("executor")) return;
  if (workflow.class === "analysis") return;
  const { provider, name } = workflow.repository;
  if (!providers.get(provider)?.pull_requests) return;
  const known = await persist(
    () => repositoryFor(worker.db, { provider, name }),
    run.ending,
  );
  const age_ms = known.looked_at ? Date.now() - known.looked_at.getTime() : Infinity;
  const is_fresh = age_ms < FRESH_MS && known.preflight_error === null && known.preflight !== null;
  if (is_fresh && stopsOf(known.preflight!, workflow).length === 0) return;
  const { repository, refused } = await lookNow(worker, known, run.ending);
  const { preflight, preflight_error } = repository;
  if (refused) throw hopeless(workflow.repository, refused);
  if (preflight_error) {
    writer.add(note(`What may be done in ${name} is not known: ${preflight_error}`));
  }
  const stops = preflight ? stopsOf(preflight, workflow) : [];
  if (stops.length > 0) throw hopeless(workflow.repository, stops.join("; "));
}

/** Workflow files count once a plan names some. */
function stopsOf({ cannot }: KeptPreflight, { plan, repository }: Workflow): string[] {
  const { isWorkflow } = providers.get(repository!.provider)?.repositories ?? {};
  const paths = plan?.files_affected.map(({ path }) => path) ?? [];
  const is_workflow = isWorkflow !== undefined && paths.some(isWorkflow);
  return cannot.filter(({ stops }) => stops === "changes" || stops === "workflows" && is_workflow)
    .map(({ what, why }) => `we cannot ${what}, since ${why}`);
}

const hopeless = ({ provider, name }: RepositoryRef, why: string): Error =>
  new Error(`A change would be refused at ${provider}:${name}: ${why}.`);
