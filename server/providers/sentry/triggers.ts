import type { Trigger } from "@/server/providers/provider.ts";

export const triggers: readonly Trigger[] = [{
  name: "new_error",
  description: "analyze a new error",
  trigger: "issue.created",
}, {
  // one error may cause both, so they are turned on one by one
  name: "alert",
  description: "analyze an error that an alert rule tells of",
  trigger: "event_alert.triggered",
}];
