import { getLogger } from "@logtape/logtape";
import { getRepository, keepLook, type Look, type Repository } from "@/db/repositories.ts";
import { preflight } from "@/db/nouns/repository.ts";
import { providers } from "@/server/providers/mod.ts";
import { ProviderError } from "@/server/providers/provider.ts";
import { redactData } from "@/workers/output/redact_data.ts";
import { persist } from "@/workers/persist.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "look_at_repository"]);

const PATIENCE_MS = 60_000;

/** What we may do in a repository, asked of its host because somebody wants to know. */
export async function lookAtRepository(worker: Worker, repository_id: string): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const found = await persist(() => getRepository(worker.db, repository_id), patience);
  if (found) await lookNow(worker, found, patience);
}

export interface Seen {
  repository: Repository;
  /** The host refused to say it, and will again; null: it said it, or could not be asked. */
  refused: string | null;
}

/** Asks, and keeps what was said. */
export async function lookNow(
  worker: Worker,
  repository: Repository,
  signal: AbortSignal,
): Promise<Seen> {
  const { look, refused } = await ask(worker, repository);
  const { provider, name, repository_id } = repository;
  const came = look.error ?? "the host said what may be done there";
  log.info("looked at {provider}:{name}: {came}", { provider, name, came });
  const kept = await persist(() => keepLook(worker.db, repository_id, look), signal);
  return { repository: kept ?? repository, refused };
}

async function ask(
  { connections, redactor }: Worker,
  { provider, name }: Repository,
): Promise<{ look: Look; refused: string | null }> {
  const connection = connections[provider];
  const pull_requests = providers.get(provider)?.pull_requests;
  if (!connection || !pull_requests) {
    const error = `There are no repositories at ${provider} that changes could be sent to`;
    return { look: { preflight: null, error }, refused: error };
  }
  try {
    const told = await pull_requests.preflight({ connection, repository: name });
    const shown = preflight.parse(redactData({ ...told }, redactor));
    return { look: { preflight: shown, error: null }, refused: null };
  } catch (error) {
    const why = redactor.redact(error instanceof Error ? error.message : String(error));
    const is_final = error instanceof ProviderError && error.permanent;
    return { look: { preflight: null, error: why }, refused: is_final ? why : null };
  }
}
