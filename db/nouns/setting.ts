import { z } from "zod";

const ownName = z.object({
  id: z.string(),
  name: z.string(),
});
export type OwnName = z.infer<typeof ownName>;

const SETTINGS = {
  own_names: z.record(z.string(), ownName),
  /** A delivery id: accepted ones before it have no body any more. */
  bodies_removed_until: z.string(),
};

/** A provider's full members, where what is posted does not say who is one. */
const fullMembers = z.object({ ids: z.array(z.string()), learned_at: z.string() });

export type Settings =
  & { [Name in keyof typeof SETTINGS]: z.infer<typeof SETTINGS[Name]> }
  & { [full_members: `${string}_full_members`]: z.infer<typeof fullMembers> };

const schemaOf = (name: string): z.ZodType =>
  Object.hasOwn(SETTINGS, name) ? SETTINGS[name as keyof typeof SETTINGS] : fullMembers;

/** A stored setting; what cannot be read counts as not stored, and is learned again. */
export const readSetting = <Name extends keyof Settings>(
  name: Name,
  value: unknown,
): Settings[Name] | null =>
  (schemaOf(name).safeParse(value).data as Settings[Name] | undefined) ?? null;
