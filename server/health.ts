import { getLogger } from "@logtape/logtape";
import type { Database } from "@/db/client.ts";
import { schemaProblem } from "@/db/health.ts";
import { within } from "@/db/process/pause.ts";
import { type HttpProblem, unavailable } from "@/server/errors.ts";
import { noteOutage } from "@/server/outage.ts";

const log = getLogger(["agent", "server"]);

const MAX_AGE_MS = 1_000;
const PATIENCE_MS = 2_000;
const GIVEN_UP_MS = 10_000;

const SILENT = "The database does not answer.";
const PROBLEMS = {
  schema: "The database answers, and its schema is not the one of this version.",
  queue: "The database answers, and the queue is not there.",
};

export interface Health {
  /** Looks once a second, however many ask. Throws 503 with what is wrong. */
  check(): Promise<void>;
}

interface Check {
  started: number;
  found: Promise<HttpProblem | null>;
}

export function createHealth(db: Database, patience_ms = PATIENCE_MS): Health {
  let last: Check | null = null;
  let is_over = true;
  let logged: string | null = null;

  async function readProblem(): Promise<HttpProblem | null> {
    const problem = await schemaProblem(db);
    if (problem && problem.detail !== logged) log.error("not healthy: {detail}", { ...problem });
    logged = problem?.detail ?? null;
    return problem && unavailable(PROBLEMS[problem.what]);
  }

  function begin(): Check {
    is_over = false;
    const begun = { started: performance.now(), found: readProblem().catch(unreachable) };
    begun.found.then(() => {
      if (last === begun) is_over = true;
    });
    return last = begun;
  }

  function unreachable(error: unknown): HttpProblem {
    if (noteOutage(db, error)) return unavailable("The database is not reachable at the moment.");
    log.error("not healthy: {error}", { error });
    return unavailable(PROBLEMS.schema);
  }

  return {
    async check() {
      const age = last ? performance.now() - last.started : Infinity;
      const { found } = last && age < (is_over ? MAX_AGE_MS : GIVEN_UP_MS) ? last : begin();
      const problem = await within(found, patience_ms, () => unavailable(SILENT));
      if (problem) throw problem;
    },
  };
}
