import { z } from "@hono/zod-openapi";

type Described = Record<string, unknown> & { properties?: Record<string, Described> };

/** A body that the document describes, and that the verb checks for pages and API alike. */
export function documented(name: string, schema: z.ZodType) {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" }) as Described;
  // a change leaves what it does not name as it is
  if (/Change$/.test(name)) {
    for (const field of Object.values(described.properties ?? {})) delete field.default;
  }
  return component(name, described);
}

/** The same with a list of other components in a field. */
export function documentedWith(name: string, schema: z.ZodType, field: string, item: string) {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" }) as Described;
  described.properties![field].items = { $ref: `#/components/schemas/${item}` };
  return component(name, described);
}

const component = (name: string, described: Described) =>
  z.unknown().openapi(name, described as Parameters<z.ZodType["openapi"]>[1]);
