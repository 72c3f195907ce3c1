import { mountTaskChanges } from "@/server/api/tasks/change.ts";
import { mountTaskCreation } from "@/server/api/tasks/create.ts";
import { mountTaskReading } from "@/server/api/tasks/read.ts";
import type { App, AppDeps } from "@/server/env.ts";

/** /api/tasks… */
export function mountTasks(app: App, deps: AppDeps): void {
  mountTaskReading(app, deps);
  mountTaskCreation(app, deps);
  mountTaskChanges(app, deps);
}
