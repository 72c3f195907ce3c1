import { z } from "zod";

const link = z.object({ label: z.string(), url: z.string() });

/** A message of several parts. Its texts are shown letter for letter, but for `answer`. */
export const card = z.object({
  title: z.string(),
  /** Whom it is for: a person's id at the service. */
  to: z.string().nullable(),
  /** How it stands. */
  lines: z.array(z.string()),
  decided: z.object({ what: z.string(), by: z.string(), via: z.string(), note: z.string() })
    .nullable(),
  /** Markdown. */
  answer: z.string().nullable(),
  sections: z.array(z.object({ title: z.string(), lines: z.array(z.string()) })),
  facts: z.array(z.string()),
  links: z.array(link),
  /** Where all of it can be read. */
  page: link.nullable(),
});
export type Card = z.infer<typeof card>;
