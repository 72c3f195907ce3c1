import { audited } from "@/db/audit.ts";
import type { TransactionSql } from "@/db/client.ts";
import type { Principal, Role } from "@/db/sessions.ts";
import { checkRole } from "@/server/roles.ts";
import type { AppDeps } from "@/server/env.ts";

export interface Written<Value> {
  /** What was changed; null: nothing was, and the log says nothing. */
  subject: string | null;
  detail?: Record<string, unknown>;
  /** Where it came to something else than the verb's own action. */
  action?: string;
  value: Value;
}

export interface Work {
  deps: AppDeps;
  actor: Principal;
  /**
   * Writes in one transaction with the line in the audit log, once in a call. What calls outside,
   * reads files or waits stands before or after it.
   */
  commit<Value>(write: (tx: TransactionSql) => Promise<Written<Value>>): Promise<Value>;
}

/** Something that can be done: a page, the API and other ways in call the same. */
export interface Verb<Input, Outcome> {
  /** Throws 403 where the actor's role is smaller than `role`. */
  (deps: AppDeps, actor: Principal, input: Input): Promise<Outcome>;
  /** Its name in the audit log. */
  readonly action: string;
  readonly role: Role;
}

/** Makes a verb of what it does. One that calls no `commit` changes nothing. */
export function verb<Input, Outcome>(
  action: string,
  role: Role,
  run: (work: Work, input: Input) => Promise<Outcome>,
): Verb<Input, Outcome> {
  const perform = async (deps: AppDeps, actor: Principal, input: Input) => {
    checkRole(actor, role);
    return await run({ deps, actor, commit: commitOnce(deps, actor, action) }, input);
  };
  return Object.assign(perform, { action, role });
}

function commitOnce({ db }: AppDeps, actor: Principal, action: string): Work["commit"] {
  let is_done = false;
  return async <Value>(write: (tx: TransactionSql) => Promise<Written<Value>>) => {
    if (is_done) throw new Error(`${action} commits twice`);
    is_done = true;
    return await audited(db, async (tx) => {
      const { subject, value, detail, action: done = action } = await write(tx);
      const entry = { actor: actor.name, action: done, detail };
      return { entry: subject === null ? null : { ...entry, subject }, value };
    });
  };
}
