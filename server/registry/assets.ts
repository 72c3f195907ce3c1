/** What the files of agents and skills say. The CLI drops a broken one without a word. */
import { z } from "zod";
import { type Checked, parseFrontmatter, refused } from "@/server/registry/frontmatter.ts";

export interface Agent {
  name: string;
  description: string;
  model: string | null;
}

export interface Skill {
  name: string;
  description: string;
}

const skill = z.looseObject({ name: z.string(), description: z.string() });
const agent = skill.extend({ model: z.string().nullish() });

const NAME = /^[a-z0-9][a-z0-9_-]*$/i;

export const isAssetName = (name: string): boolean => NAME.test(name);

/** `name` is that of `agents/{name}.md`. */
export function parseAgent(name: string, text: string): Checked<Agent> {
  const read = parseFrontmatter(text, agent);
  if (!read.ok) return read;
  const { description, model } = read.data;
  return named(name, read.data.name, { name, description, model: model || null });
}

/** `name` is that of `skills/{name}/SKILL.md`. */
export function parseSkill(name: string, text: string): Checked<Skill> {
  const read = parseFrontmatter(text, skill);
  if (!read.ok) return read;
  return named(name, read.data.name, { name, description: read.data.description });
}

function named<Asset>(of_file: string, in_file: string, asset: Asset): Checked<Asset> {
  if (!isAssetName(of_file)) return refused(1, `"${of_file}" cannot be a name`);
  if (in_file === of_file) return { ok: true, data: asset };
  return refused(1, `its name is "${in_file}", and the file's is "${of_file}"`);
}
