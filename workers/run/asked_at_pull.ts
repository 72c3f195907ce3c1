import { z } from "zod";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { beginAt } from "@/db/workflows/begin_at.ts";
import { ProviderError, type PullRequest } from "@/server/providers/provider.ts";
import { providers } from "@/server/providers/mod.ts";
import { persist } from "@/workers/persist.ts";
import { note } from "@/workers/run/notes.ts";
import type { Running } from "@/workers/run/running.ts";
import type { Worker } from "@/workers/worker.ts";

const about = z.object({
  provider: z.string(),
  repository: z.string(),
  number: z.int().positive(),
  is_pull_request: z.literal(true),
  is_fork: z.boolean().nullish(),
});
type About = z.infer<typeof about>;

/**
 * Where a change is asked for at a pull request of somebody else, it begins at that one's branch
 * and is proposed for it. Throws, in words, at one of a fork: what is there is read, and never
 * written to, nor brought into a branch of the repository, where its checks would run.
 */
export async function settleAskedAtPull(worker: Worker, running: Running): Promise<void> {
  const { task, workflow, writer } = running;
  if (task.step !== "planning" && task.step !== "executor") return;
  const asked = workflow && askedAt(workflow);
  if (!asked) return;
  const pull = asked.is_fork === true ? null : await lookAt(worker, asked, (why) => {
    writer.add(note(why));
  });
  const fork = asked.is_fork === true ? "a fork" : pull?.fork;
  if (fork) throw unwritable(asked, worker.redactor.redact(fork));
  if (pull?.state === "open") await begin(worker, running, workflow, pull.branch);
}

/** Null: it changes nothing, has begun, or was asked for elsewhere. */
function askedAt({ branch, steps, class: kind, asked, repository }: Workflow): About | null {
  if (branch !== null || !steps.includes("executor") || kind === "analysis") return null;
  const at = about.safeParse(asked.source_metadata).data;
  const is_there = at?.provider === repository?.provider &&
    at?.repository.toLowerCase() === repository?.name.toLowerCase();
  return at && is_there ? at : null;
}

async function begin(worker: Worker, running: Running, workflow: Workflow, branch: string) {
  const { repository, workflow_id } = workflow;
  if (!repository || repository.branch !== null) return;
  await persist(() => beginAt(worker.db, workflow_id, branch), running.run.ending);
  running.workflow = { ...workflow, repository: { ...repository, branch } };
}

/** Comments do not tell it, so the host is asked. */
async function lookAt(
  { connections, redactor }: Worker,
  { provider, repository, number }: About,
  say: (why: string) => void,
): Promise<PullRequest | null> {
  const [connection, host] = [connections[provider], providers.get(provider)?.pull_requests];
  if (!connection || !host) return null;
  try {
    return await host.get({ connection, repository }, number);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    say(redactor.redact(`Where pull request ${number} comes from is not known: ${error.message}`));
    return null;
  }
}

const unwritable = ({ number, repository }: About, fork: string): Error =>
  new Error(
    `Pull request ${number} of ${repository} comes from ${
      fork === "a fork" ? fork : `the fork ${fork}`
    }, which is read and never written ` +
      "to: ask for a review of it, or for the change in an issue of its own.",
  );
