/** Where a story can be when a process is killed: how one knows, and how it goes on from there. */
import assert from "node:assert/strict";
import { connect } from "@/db/client.ts";
import { call } from "@/tests/chaos/client.ts";
import { approvalOf, workflowOf, type World } from "@/tests/flows/kills/world.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

export interface Place {
  reached(): Promise<void>;
  /** Once the worker has been killed: the next one has brought it there again. */
  again(): Promise<void>;
  goOn(): Promise<void>;
}

/** At a gate. `once`: what was done there is not done by a later worker. */
export function gate({ holds }: World, key: string, { once = false } = {}): Place {
  let seen = 0;
  return {
    reached: async () => {
      await holds.arrived(key);
      seen = holds.arrivals(key);
    },
    again: () => once ? Promise.resolve() : holds.arrived(key, seen + 1),
    goOn: () => Promise.resolve(holds.release(key)),
  };
}

/** The plan waits; it is approved by a comment and by the API at once. */
export function approval(w: World, story: string): Place {
  return {
    reached: async () => void await approvalOf(w, story),
    again: () => Promise.resolve(),
    async goOn() {
      const { approval_id } = await approvalOf(w, story);
      const path = `/api/approvals/${approval_id}/approve`;
      let answer: Awaited<ReturnType<typeof call>> = null;
      const byApi = untilTrue(async () => {
        answer = await call(w.product, "POST", path, {});
        return answer !== null && answer.status < 500;
      });
      await Promise.all([byApi, w.say(story, "LGTM")]);
      assert.ok([200, 409].includes(answer!.status), JSON.stringify(answer));
    },
  };
}

/** The executor's commit is made; what would write it down waits for a row that we hold. */
export function commit(w: World, story: string): Place {
  let lock: Awaited<ReturnType<typeof lockWorkflow>> | null = null;
  return {
    async reached() {
      await w.holds.arrived(`${story}:executor`);
      lock = await lockWorkflow(w, story);
      w.holds.release(`${story}:executor`);
      await somebodyWaits(w);
    },
    async again() {
      // The dead worker's session of Postgres learns of its end once it may go on.
      await lock!.release();
      lock = await lockWorkflow(w, story);
      await somebodyWaits(w);
    },
    goOn: () => lock!.release(),
  };
}

async function lockWorkflow(w: World, story: string) {
  const { workflow_id } = (await workflowOf(w, story))!;
  const db = connect(w.db.url, { max: 1, application_name: "chaos" });
  const [locked, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const holding = db.sql.begin(async (tx) => {
    await tx`select from workflows where workflow_id = ${workflow_id} for update`;
    locked.resolve();
    await over.promise;
  }).catch(() => {}); // Postgres was killed
  await locked.promise;
  return {
    async release() {
      over.resolve();
      await holding;
      await db.close();
    },
  };
}

const somebodyWaits = ({ db }: World) =>
  untilTrue(async () => {
    const rows = await db.sql`
      select from pg_stat_activity
      where wait_event_type = 'Lock' and query like '%workflows%for update%'`;
    return rows.count > 0;
  });
