import { z } from "zod";
import type { ResultSchema } from "@/workers/claude/structured.ts";

/** What the CLI is told of a schema, and what it cannot be told: rules that no JSON Schema has. */
export function resultSchema(schema: z.ZodType): ResultSchema {
  return {
    json: z.toJSONSchema(schema),
    problem: (value) => {
      const read = schema.safeParse(value);
      return read.success ? null : z.prettifyError(read.error);
    },
  };
}
