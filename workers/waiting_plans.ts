import { getLogger } from "@logtape/logtape";
import type { Below } from "@/db/approvals/below_notice.ts";
import { expireApprovals } from "@/db/approvals/close.ts";
import { remindOfApprovals } from "@/db/approvals/remind.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "approvals"]);

/** Plans that wait too long end, and people are reminded of those that still wait. */
export async function tendWaitingPlans({ db }: Pick<Worker, "db">): Promise<void> {
  const expired = await expireApprovals(db, below);
  if (expired.length > 0) log.info("nobody approved in time: {expired}", { expired });
  const reminded = await remindOfApprovals(db, below);
  if (reminded.length > 0) log.info("reminded of what waits: {reminded}", { reminded });
}

const below: Below = (provider, target, outside_id) =>
  providers.get(provider)?.below?.(target, outside_id) ?? target;
