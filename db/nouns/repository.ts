import { z } from "zod";

/** What is refused for sure: any change, or one of workflow files. */
export const STOPS = ["changes", "workflows"] as const;

/** What may be done in a repository, as its host says beforehand. */
export const preflight = z.object({
  default_branch: z.string(),
  archived: z.boolean(),
  can: z.array(z.string()),
  cannot: z.array(z.object({
    what: z.string(),
    why: z.string(),
    /** Null: it may work all the same, as where a rule lets us pass. */
    stops: z.enum(STOPS).nullable().default(null),
  })),
  notes: z.array(z.string()),
});
export type KeptPreflight = z.infer<typeof preflight>;

/** A repository that tasks have used, or that somebody wanted to look at. */
export const REPOSITORY = {
  provider: z.string(),
  name: z.string(),
  /** Whether submodules are fetched, from the same host alone. */
  submodules: z.boolean(),
  /** Whether files of Git LFS are fetched. */
  lfs: z.boolean(),
  preflight: preflight.nullable(),
  preflight_error: z.string().nullable(),
  looked_at: z.date().nullable(),
  look_wanted_at: z.date().nullable(),
};
export const repository = z.object(REPOSITORY).extend({
  repository_id: z.uuid(),
  preflight: preflight.nullable().catch(null),
});
export type Repository = z.infer<typeof repository>;
