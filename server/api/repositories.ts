import { createRoute, z } from "@hono/zod-openapi";
import { REPOSITORY } from "@/db/nouns/repository.ts";
import { list } from "@/server/api/lists.ts";
import { described, jsonOf } from "@/server/api/noun.ts";
import { body } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, problems, refusals } from "@/server/api/responses.ts";
import { allowed, viewer } from "@/server/api/roles.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { allowFetching } from "@/server/verbs/repositories/allow.ts";
import { type RepositoryView, repositoryViews } from "@/server/verbs/repositories/find.ts";
import { lookAtRepository } from "@/server/verbs/repositories/look.ts";
import { shownRepository } from "@/server/shown.ts";

const tags = ["repositories"];
const Repository = z.object(described(REPOSITORY)).openapi("Repository");
const repository = z.string().max(2500).openapi({ example: "github:owner/name" });

const repositoryJson = (deps: AppDeps, view: RepositoryView): z.infer<typeof Repository> =>
  jsonOf(REPOSITORY, shownRepository(deps, view));

const listing = createRoute({
  method: "get",
  path: "/api/repositories",
  operationId: "listRepositories",
  tags,
  summary: "Repositories that tasks have used or webhooks name, and what we may do there",
  description: "`preflight` is what the host said at `looked_at`; `stops` in it says what is " +
    "refused for sure, which ends a workflow before it costs anything.",
  middleware: viewer,
  responses: { 200: json("All of them.", list(Repository)), ...problems() },
});

const look = createRoute({
  method: "post",
  path: "/api/repositories/look",
  operationId: "lookAtRepository",
  tags,
  summary: "Has a worker ask the host what we may do in a repository",
  ...allowed(lookAtRepository, "`looked_at` tells when that was done."),
  request: { body: body(z.strictObject({ repository })) },
  responses: { 202: json("The repository.", Repository), ...refusals(...BODY_PROBLEMS) },
});

const allow = createRoute({
  method: "put",
  path: "/api/repositories",
  operationId: "changeRepository",
  tags,
  summary: "Says whether submodules and files of Git LFS are fetched for tasks",
  ...allowed(allowFetching, "What is not named stays."),
  request: {
    body: body(z.strictObject({
      repository,
      submodules: z.boolean().optional(),
      lfs: z.boolean().optional(),
    })),
  },
  responses: { 200: json("The repository.", Repository), ...refusals(...BODY_PROBLEMS) },
});

/** /api/repositories… */
export function mountRepositories(app: App, deps: AppDeps): void {
  app.openapi(listing, async (c) => {
    const items = (await repositoryViews(deps)).map((view) => repositoryJson(deps, view));
    return c.json({ items, next_cursor: null }, 200);
  });
  app.openapi(look, async (c) => {
    const view = await lookAtRepository(deps, c.get("principal"), c.req.valid("json"));
    return c.json(repositoryJson(deps, view), 202);
  });
  app.openapi(allow, async (c) => {
    const view = await allowFetching(deps, c.get("principal"), c.req.valid("json"));
    return c.json(repositoryJson(deps, view), 200);
  });
}
