import { z } from "zod";
import { ProviderError } from "@/server/providers/provider.ts";
import { providers } from "@/server/providers/mod.ts";
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

/**
 * Throws, in words, where a change is asked for at a pull request of a fork: what is there is read,
 * and never written to, nor brought into a branch of the repository, where its checks would run.
 */
export async function refuseFork(worker: Worker, running: Running): Promise<void> {
  const { task, workflow, writer } = running;
  if (task.step !== "planning" && task.step !== "executor") return;
  if (!workflow || workflow.branch !== null || !workflow.steps.includes("executor")) return;
  if (workflow.class === "analysis") return;
  const asked = about.safeParse(workflow.asked.source_metadata).data;
  if (!asked) return;
  const fork = await forkOf(worker, asked, (why) => writer.add(note(why)));
  if (fork === null) return;
  const { number, repository } = asked;
  throw new Error(
    `Pull request ${number} of ${repository} comes from ${fork}, which is read and never written ` +
      "to: ask for a review of it, or for the change in an issue of its own.",
  );
}

/** Comments do not tell it, so the host is asked; null: it comes from the repository itself. */
async function forkOf(
  { connections, redactor }: Worker,
  { provider, repository, number, is_fork }: z.infer<typeof about>,
  say: (why: string) => void,
): Promise<string | null> {
  if (is_fork !== null && is_fork !== undefined) return is_fork ? "a fork" : null;
  const [connection, host] = [connections[provider], providers.get(provider)?.pull_requests];
  if (!connection || !host) return null;
  try {
    const { fork } = await host.get({ connection, repository }, number);
    return fork && `the fork ${redactor.redact(fork)}`;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    say(redactor.redact(`Whether it comes from a fork is not known: ${error.message}`));
    return null;
  }
}
