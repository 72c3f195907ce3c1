import { z } from "@hono/zod-openapi";

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

/** The problem answers of a route that not everybody may use. */
export const refusals = <const S extends ProblemStatus = never>(...statuses: S[]) =>
  problems<S | 403>(403, ...statuses);

/** What a route with a JSON body may answer beside the rest. */
export const BODY_PROBLEMS = [400, 413, 415, 422] as const;

export const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});
