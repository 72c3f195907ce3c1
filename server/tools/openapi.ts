// deno-lint-ignore-file no-console -- a main: it prints
// `deno task openapi`: the OpenAPI document, on standard output.
import { OpenAPIHono } from "@hono/zod-openapi";
import { apiDocument } from "@/server/api/document.ts";
import { mountApi } from "@/server/api/mod.ts";
import type { AppDeps, AppEnv } from "@/server/env.ts";

const app = new OpenAPIHono<AppEnv>();
// Mounting describes routes; their dependencies are used only when they are called.
mountApi(app, { config: { public_url: "http://127.0.0.1:8000" } } as AppDeps);
console.log(JSON.stringify(apiDocument(app), null, 2));
