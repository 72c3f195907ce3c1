import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Database } from "@/db/client.ts";
import type { Approval } from "@/db/approvals.ts";
import type { Conversation } from "@/db/conversations.ts";
import type { Flow } from "@/db/nouns/flow.ts";
import type { Redactor } from "@/db/process/redact.ts";
import type { Principal } from "@/db/sessions.ts";
import type { Task } from "@/db/tasks.ts";
import type { ServerConfig } from "@/server/config.ts";
import type { HttpProblem } from "@/server/errors.ts";
import type { Live } from "@/server/live.ts";
import type { Metrics } from "@/server/metrics.ts";
import type { Budget } from "@/server/request_body/budget.ts";
import type { Webhooks } from "@/server/webhooks/webhook.ts";

/** What Hono carries with a request. `Bindings` is what Deno.serve tells about the connection. */
export interface AppEnv {
  Bindings: { remoteAddr?: Deno.Addr };
  Variables: {
    /** Set on everything but the public paths. */
    principal: Principal;
    task: Task;
    conversation: Conversation;
    approval: Approval;
    flow: Flow;
    /** Set where a page is made. */
    plans_waiting?: number;
  };
}

export type App = OpenAPIHono<AppEnv>;
export type AppContext = Context<AppEnv>;

export interface Pages {
  mountPages(app: App, deps: AppDeps): void;
  /** What a browser is shown instead of a problem document. */
  problemPage(c: AppContext, problem: HttpProblem): Response | Promise<Response>;
}

export interface AppDeps {
  db: Database;
  live: Live;
  config: ServerConfig;
  webhooks: Webhooks;
  metrics: Metrics;
  /** Knows the secrets that any of our processes holds. */
  redactor: Redactor;
  /** Limits the bytes of all deliveries under way; default: the one of the process. */
  budget?: Budget;
  pages?: Pages;
}
