import { mountDecisions } from "@/server/api/approvals/decide.ts";
import { mountApprovalReading } from "@/server/api/approvals/read.ts";
import type { App, AppDeps } from "@/server/env.ts";

/** /api/approvals… */
export function mountApprovals(app: App, deps: AppDeps): void {
  mountApprovalReading(app, deps);
  mountDecisions(app, deps);
}
