import { OpenAPIHono } from "@hono/zod-openapi";
import { getLogger } from "@logtape/logtape";
import { createMiddleware } from "hono/factory";
import { mountApi } from "@/server/api/mod.ts";
import { authenticate } from "@/server/auth.ts";
import { mountSignIn } from "@/server/sign_in.ts";
import { DeliveryRouter } from "@/server/delivery_router.ts";
import type { App, AppDeps, AppEnv } from "@/server/env.ts";
import { answerProblem, HttpProblem, invalidRequest, toProblem } from "@/server/errors.ts";
import { corsHeaders, noBodyForHead, noStore, securityHeaders } from "@/server/headers.ts";
import { mountMcp } from "@/server/mcp.ts";
import { limitBody } from "@/server/request_body.ts";
import { receiveWebhook } from "@/server/webhooks/receive.ts";

const log = getLogger(["agent", "server", "http"]);

/** The whole server as a function from Request to Response. */
export function createApp(deps: AppDeps): App {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: invalidRequest,
    router: new DeliveryRouter(),
  });
  app.onError((error, c) => answerProblem(c, toProblem(error, deps.db), deps));
  app.notFound((c) => answerProblem(c, new HttpProblem(404, "There is nothing here."), deps));

  // Before all middleware, which deliveries do not need.
  const receiving = {
    db: deps.db,
    webhooks: deps.webhooks,
    public_url: deps.config.public_url,
    now: () => new Date(),
    observe: deps.metrics.observeDelivery,
    budget: deps.budget,
  };
  app.post(
    "/webhooks/:provider/:webhook_id?",
    (c) =>
      receiveWebhook(
        receiving,
        c.req.param("provider"),
        c.req.raw,
        c.req.param("webhook_id") ?? null,
      ),
  );

  app.use(requestLog, securityHeaders(deps.config), noStore, noBodyForHead);
  const { cors_origins } = deps.config;
  if (cors_origins.length > 0) {
    const cors = corsHeaders(cors_origins, () => methodsOfApi(app));
    app.use("/api/*", cors);
    app.use("/metrics", cors);
  }
  app.use(authenticate(deps));
  app.use(limitBody(deps));
  mountApi(app, deps);
  mountMcp(app, deps);
  deps.pages?.mountPages(app, deps);
  mountSignIn(app, deps);
  return app;
}

const methodsOfApi = ({ routes }: App): string[] => [
  ...new Set(
    routes.filter(({ path, method }) => path.startsWith("/api/") && method !== "ALL")
      .map(({ method }) => method),
  ),
];

// The path only: a query may hold the token of a sign-in link.
const requestLog = createMiddleware<AppEnv>(async (c, next) => {
  const started = performance.now();
  await next();
  log.debug("{method} {path} {status} in {ms} ms", () => ({
    method: c.req.method,
    path: c.req.path,
    status: c.res.status,
    ms: Math.round(performance.now() - started),
  }));
});
