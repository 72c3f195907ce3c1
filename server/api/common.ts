import { z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { isId } from "@/db/ids.ts";
import type { PageRequest } from "@/db/page.ts";
import type { Role } from "@/db/sessions.ts";
import { getTask } from "@/db/tasks.ts";
import { requireRole } from "@/server/auth.ts";
import type { AppDeps, AppEnv } from "@/server/env.ts";
import { unknown } from "@/server/errors.ts";

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
}).openapi("Problem");

const MEANING = {
  400: "The body is not JSON.",
  401: "Not signed in.",
  403: "The role is too small, or a request with the cookie comes from elsewhere.",
  404: "There is no such thing.",
  409: "Not in the state that this needs.",
  413: "The body is too large.",
  415: "The body is not declared as JSON.",
  422: "The request does not fit; `errors` names each field.",
  429: "Too many wrong tokens; `Retry-After` says how long to wait.",
  503: "The database is not reachable at the moment.",
} as const;
type ProblemStatus = keyof typeof MEANING;

/** The problem answers of a route; 401, 429 and 503 go without saying. */
export function problems<const S extends ProblemStatus>(...statuses: S[]) {
  const document = (status: ProblemStatus) => ({
    description: MEANING[status],
    content: { "application/problem+json": { schema: Problem } },
  });
  return Object.fromEntries(
    [...statuses, 401 as const, 429 as const, 503 as const].map((
      status,
    ) => [status, document(status)]),
  ) as Record<S | 401 | 429 | 503, ReturnType<typeof document>>;
}

/** What a route with a JSON body may answer beside the rest. */
export const BODY_PROBLEMS = [400, 413, 415, 422] as const;

export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});

export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** An id as it comes: one that is none is unknown, so it is looked up rather than checked. */
export const pathId = () => z.string().openapi({ format: "uuid" });

export const time = () => z.iso.datetime();

export const list = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

const MOST = 500;

/** `limit` and `cursor` of a list. `isCursor` tells whether a cursor is one of that list's. */
export const paging = (isCursor: (cursor: string) => boolean) =>
  z.object({
    limit: z.coerce.number().int().min(1).default(50).transform((n) => Math.min(n, MOST)).openapi({
      type: "integer",
      description: `Rows at most; more than ${MOST} is taken as ${MOST}.`,
    }),
    cursor: z.string().refine(isCursor, "is not a `next_cursor` of this list").optional()
      .openapi({ description: "The `next_cursor` of the page before." }),
  });

export const idPaging = paging(isId);

/** The page that was asked for, as db/ takes it. */
export const pageRequest = ({ limit, cursor }: PageRequest): PageRequest => ({ limit, cursor });

export const asTime = (date: Date): string => date.toISOString();
export const asTimeOrNull = (date: Date | null): string | null => date && asTime(date);

/** Who may, as the last sentence of a route's description. */
export const needs = (role: Role): string => `Needs the role ${role}.`;

/** Finds the task of the path before the rest of the request is looked at: 404 comes before 422. */
export const existingTask = ({ db }: Pick<AppDeps, "db">) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const task_id = c.req.param("task_id") ?? "";
    const task = await getTask(db, task_id);
    if (!task) throw unknown("task", task_id);
    c.set("task", task);
    await next();
  });

export const viewer = requireRole("viewer");
export const operator = requireRole("operator");
export const admin = requireRole("admin");

export const LONGEST_TEXT = 100_000;

/** A prompt or a message: what is left without blanks around it, 1 to 100,000 characters. */
export const promptText = () => z.string().trim().min(1).max(LONGEST_TEXT);

export const modelName = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/, "is not the name of a model")
    .openapi({ example: "sonnet" });

export const agentName = () =>
  z.string().regex(/^[a-z0-9-]{1,64}$/, "is not the name of an agent: a-z, 0-9 and -");

/** Says that a run may do more than read although text from outside is in what it reads. */
export const trustOutsideText = () =>
  z.boolean().nullish().openapi({
    description: "Where the conversation holds text from outside, a task may only `read`. True " +
      "raises that for this run: whoever says so has seen that none of that text gives orders. It " +
      "is kept in the audit log. Elsewhere it changes nothing.",
  });
