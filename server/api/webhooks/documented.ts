import { z } from "@hono/zod-openapi";

/**
 * A body that the document describes and that a verb checks: the pages call the same verbs, and
 * one list of what is wrong, with the names of fields that are not known, is enough.
 */
export function documented(name: string, schema: z.ZodType) {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" });
  return z.unknown().openapi(name, described as Parameters<z.ZodType["openapi"]>[1]);
}
