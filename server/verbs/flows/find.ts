import type { Sql } from "@/db/client.ts";
import { getFlow } from "@/db/flows/one.ts";
import type { Flow } from "@/db/nouns/flow.ts";
import { unknown } from "@/server/errors.ts";

/** Throws 404. */
export async function findFlow(db: { sql: Sql }, flow_id: string): Promise<Flow> {
  const flow = await getFlow(db, flow_id);
  if (!flow) throw unknown("flow", flow_id);
  return flow;
}
