import { z } from "@hono/zod-openapi";
import { LONGEST_TEXT } from "@/server/verbs/text.ts";

export const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

/** An id as it comes: one that is none is unknown, so it is looked up rather than checked. */
export const pathId = () => z.string().openapi({ format: "uuid" });

/** A prompt or a message: what is left without blanks around it, 1 to 100,000 characters. */
export const promptText = () => z.string().trim().min(1).max(LONGEST_TEXT);

export const modelName = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@[\]-]{0,99}$/, "is not the name of a model")
    .openapi({ example: "sonnet" });

/** Says that a run may do more than read although text from outside is in what it reads. */
export const trustOutsideText = () =>
  z.boolean().nullish().openapi({
    description: "Where the conversation holds text from outside, a task may only `read`. True " +
      "raises that for this run: whoever says so has seen that none of that text gives orders. It " +
      "is kept in the audit log. Elsewhere it changes nothing.",
  });
