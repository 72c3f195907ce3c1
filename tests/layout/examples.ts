import * as rules from "@/tests/layout/rules.ts";
import type { Rule } from "@/tests/layout/rules.ts";

/** A rule, the path of a file, and what stands in that file. */
type Example = [rule: Rule, path: string, text: string];

/** What each rule is there for. */
export const REFUSED: Example[] = [
  [rules.arrows, "server/x.ts", `import { a } from "@/workers/runs.ts";`],
  [rules.arrows, "server/x.ts", `export * from "../workers/runs.ts";`],
  [rules.arrows, "workers/x.ts", `import type { App } from "@/server/env.ts";`],
  [rules.arrows, "views/x.tsx", `import { a } from "../server/app.ts";`],
  [rules.arrows, "db/x.ts", `const a = await import("@/server/config.ts");`],
  [rules.arrows, "db/x.ts", `const a = await import(somewhere);`],
  [
    rules.providersAlone,
    "server/providers/jira.ts",
    `import "@/server/providers/github/call.ts";`,
  ],
  [rules.providersAlone, "server/providers/jira/x.ts", `import { t } from "@/db/tasks.ts";`],
  [rules.viewsReadTypes, "views/x.tsx", `import { getTask, type Task } from "@/db/tasks.ts";`],
  [rules.viewsReadTypes, "views/x.tsx", `import * as tasks from "@/db/tasks.ts";`],
  [rules.nounsArePure, "db/nouns/x.ts", `import type { Sql } from "@/db/client.ts";`],
  [rules.talksOutside, "workers/x.ts", `await globalThis.fetch("https://example.org");`],
  [rules.talksOutside, "server/x.ts", `import { request } from "node:https";`],
  [rules.opensPort, "server/x.ts", `Deno.serve(() => new Response());`],
  [rules.containsSql, "server/x.ts", "await db.sql`select 1`;"],
  [rules.containsSql, "workers/x.ts", `run("delete from tasks where true");`],
  [rules.containsSql, "server/x.ts", `import postgres from "postgres";`],
  [rules.startsProcess, "server/x.ts", `new Deno.Command("claude");`],
  [rules.removesFiles, "workers/x.ts", `await Deno.remove(path, { recursive: true });`],
  [rules.startsCli, "server/x.ts", `run("claude", ["--output-format", "stream-json"]);`],
  [rules.startsCli, "workers/x.ts", `import { startClaude } from "@/workers/claude/process.ts";`],
  [rules.makesHtml, "server/pages/x.tsx", `const a = <Page><div /></Page>;`],
  [rules.makesHtml, "server/x.ts", "c.html(`<p>${name}</p>`);"],
  [rules.makesHtml, "workers/x.tsx", `const a = <Page />;`],
  [rules.readsEnvironment, "db/x.ts", `const a = Deno.env.get("HOME");`],
  [rules.readsEnvironment, "db/x.ts", `const a = Deno["env"];`],
  [rules.readsEnvironment, "server/x.ts", `import { env } from "node:process";`],
];

/** What is right, and looks a little like what is not. */
export const FINE: Example[] = [
  [rules.arrows, "workers/x.ts", `import { providers } from "@/server/providers/mod.ts";`],
  [rules.arrows, "server/x.ts", `import { z } from "zod"; // not @/workers/runs.ts`],
  [rules.viewsReadTypes, "views/x.tsx", `import { type Task } from "@/db/tasks.ts";`],
  [rules.talksOutside, "server/x.ts", `import { STATUS_CODES } from "node:http"; app.fetch();`],
  [rules.containsSql, "workers/x.ts", `import type { PgBoss } from "pg-boss";`],
  [rules.containsSql, "server/x.ts", `throw new Error("pick one from the list");`],
  [rules.makesHtml, "server/pages/x.tsx", `const a = <Page>{1 < 2}</Page>;`],
  [rules.readsEnvironment, "server/config.ts", `Deno.env.toObject();`],
];
