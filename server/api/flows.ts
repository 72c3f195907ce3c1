import { mountFlowChanges } from "@/server/api/flows/change.ts";
import { mountFlowReading } from "@/server/api/flows/read.ts";
import type { App, AppDeps } from "@/server/env.ts";

/** /api/flows… */
export function mountFlows(app: App, deps: AppDeps): void {
  mountFlowReading(app, deps);
  mountFlowChanges(app, deps);
}
