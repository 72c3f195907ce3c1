import { createRoute, z } from "@hono/zod-openapi";
import {
  type ApiToken as TokenRow,
  createApiToken,
  listApiTokens,
  revokeApiToken,
  ROLES,
} from "@/db/sessions.ts";
import { list } from "@/server/api/lists.ts";
import { body, pathId } from "@/server/api/requests.ts";
import { BODY_PROBLEMS, json, problems } from "@/server/api/responses.ts";
import { admin, needs } from "@/server/api/roles.ts";
import { asTime, asTimeOrNull, time } from "@/server/api/times.ts";
import type { App, AppDeps } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";

const about = { tags: ["tokens"], description: needs("admin"), middleware: admin };

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
  ...about,
  summary: "The tokens that work, newest first",
  responses: { 200: json("All of them.", list(ApiToken)), ...problems(403) },
});

const creation = createRoute({
  method: "post",
  path: "/api/tokens",
  operationId: "createToken",
  ...about,
  summary: "A token for a program or a person",
  request: { body: body(NewToken) },
  responses: { 201: json("The token.", Created), ...problems(403, ...BODY_PROBLEMS) },
});

const removal = createRoute({
  method: "delete",
  path: "/api/tokens/{token_id}",
  operationId: "revokeToken",
  ...about,
  summary: "Ends a token, and every session that it signed in",
  request: { params: z.object({ token_id: pathId() }) },
  responses: { 204: { description: "It works no more." }, ...problems(403, 404) },
});

/** /api/tokens… */
export function mountTokens(app: App, { db }: AppDeps): void {
  app.openapi(listing, async (c) => {
    const tokens = await listApiTokens(db);
    return c.json({ items: tokens.map(tokenJson), next_cursor: null }, 200);
  });
  app.openapi(creation, async (c) => {
    const actor = c.get("principal").name;
    const token = await createApiToken(db, { ...c.req.valid("json"), created_by: actor });
    return c.json(tokenJson(token), 201);
  });
  app.openapi(removal, async (c) => {
    const { token_id } = c.req.valid("param");
    const actor = c.get("principal").name;
    if (!await revokeApiToken(db, token_id, actor)) throw unknown("token", token_id);
    return c.body(null, 204);
  });
}
