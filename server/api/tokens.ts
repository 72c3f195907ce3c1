import { createRoute, z } from "@hono/zod-openapi";
import { type ApiToken as TokenRow, listApiTokens, ROLES } from "@/db/sessions.ts";
import { list } from "@/server/api/lists.ts";
import { body, pathId } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, refusals } from "@/server/api/responses.ts";
import { allowed } from "@/server/api/roles.ts";
import { asTime, asTimeOrNull, time } from "@/server/api/times.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { createToken } from "@/server/verbs/tokens/create.ts";
import { revokeToken } from "@/server/verbs/tokens/revoke.ts";

const tags = ["tokens"];

const ApiToken = z.object({
  token_id: z.uuid(),
  name: z.string(),
  role: z.enum(ROLES),
  created_by: z.string().nullable(),
  created_at: time(),
  last_used_at: time().nullable(),
}).openapi("ApiToken");

const NewToken = z.strictObject({
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES),
}).openapi("NewApiToken");

const Created = ApiToken.extend({
  token: z.string().openapi({ description: "The token itself: shown here and never again." }),
}).openapi("CreatedApiToken");

const tokenJson = <Row extends TokenRow>(row: Row) => ({
  ...row,
  created_at: asTime(row.created_at),
  last_used_at: asTimeOrNull(row.last_used_at),
});

const listing = createRoute({
  method: "get",
  path: "/api/tokens",
  operationId: "listTokens",
  tags,
  ...allowed(createToken),
  summary: "The tokens that work, newest first",
  responses: { 200: json("All of them.", list(ApiToken)), ...refusals() },
});

const creation = createRoute({
  method: "post",
  path: "/api/tokens",
  operationId: "createToken",
  tags,
  ...allowed(createToken),
  summary: "A token for a program or a person",
  request: { body: body(NewToken) },
  responses: { 201: json("The token.", Created), ...refusals(...BODY_PROBLEMS) },
});

const removal = createRoute({
  method: "delete",
  path: "/api/tokens/{token_id}",
  operationId: "revokeToken",
  tags,
  ...allowed(revokeToken),
  summary: "Ends a token, and every session that it signed in",
  request: { params: z.object({ token_id: pathId() }) },
  responses: { 204: { description: "It works no more." }, ...refusals(404) },
});

/** /api/tokens… */
export function mountTokens(app: App, deps: AppDeps): void {
  app.openapi(listing, async (c) => {
    const tokens = await listApiTokens(deps.db);
    return c.json({ items: tokens.map(tokenJson), next_cursor: null }, 200);
  });
  app.openapi(creation, async (c) => {
    const token = await createToken(deps, c.get("principal"), c.req.valid("json"));
    return c.json(tokenJson(token), 201);
  });
  app.openapi(removal, async (c) => {
    await revokeToken(deps, c.get("principal"), c.req.valid("param"));
    return c.body(null, 204);
  });
}
