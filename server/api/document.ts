import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { json, problems } from "@/server/api/responses.ts";
import { viewer } from "@/server/api/roles.ts";
import { mountDocsFiles } from "@/server/api/docs_files.ts";
import { cookieName } from "@/server/auth/cookie.ts";
import { VERSION } from "@/server/api/version.ts";
import type { App, AppDeps, AppEnv } from "@/server/env.ts";
import { apiDocsPage } from "@/views/pages/api_docs.tsx";

const tags = ["document"];

const document = createRoute({
  method: "get",
  path: "/api/openapi.json",
  operationId: "getDocument",
  tags,
  summary: "This document",
  middleware: viewer,
  responses: { 200: json("OpenAPI 3.1.", z.record(z.string(), z.unknown())), ...problems() },
});

const docs = createRoute({
  method: "get",
  path: "/api/docs",
  operationId: "getDocs",
  tags,
  summary: "This document as a page",
  middleware: viewer,
  responses: {
    200: { description: "A page.", content: { "text/html": { schema: z.string() } } },
    ...problems(),
  },
});

/** The OpenAPI document and the page that shows it. */
export function mountDocument(app: App, deps: AppDeps): void {
  registerSecurity(app, cookieName(deps.config.public_url));
  app.openapi(document, (c) => c.json({ ...apiDocument(app) }, 200));
  app.openapi(docs, (c) => c.html(apiDocsPage(), 200));
  mountDocsFiles(app);
}

/** OpenAPI 3.1 of all routes that were mounted on `app`. */
export const apiDocument = (app: OpenAPIHono<AppEnv>) =>
  app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Claude Code Agent",
      version: VERSION,
      description: "Times are ISO 8601 in UTC, money is US dollars, errors are RFC 9457 problem " +
        "documents. Lists have `limit` and `cursor`, and go newest first.",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { session: [] }],
  });

function registerSecurity({ openAPIRegistry: registry }: App, cookie: string): void {
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  const session = { type: "apiKey", in: "cookie", name: cookie } as const;
  registry.registerComponent("securitySchemes", "session", session);
}
