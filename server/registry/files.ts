import { join } from "node:path";
import { type Agent, parseAgent, parseSkill, type Skill } from "@/server/registry/assets.ts";
import { type Checked, refused } from "@/server/registry/frontmatter.ts";

/** Parsed files by path. One that has not changed is not read again. */
class ParsedFiles<Asset> {
  readonly #known = new Map<string, { version: string; parsed: Checked<Asset> }>();

  constructor(readonly parse: (name: string, text: string) => Checked<Asset>) {}

  /** Null where there is no such file. */
  async get(path: string, name: string): Promise<Checked<Asset> | null> {
    const info = await Deno.stat(path).catch(() => null);
    const version = info?.isFile ? versionOf(info) : null;
    const known = this.#known.get(path);
    if (known && known.version === version) return known.parsed;
    this.#known.delete(path);
    const text = version && await Deno.readTextFile(path).catch(() => null);
    if (version === null || text === null) return null;
    const parsed = this.parse(name, text);
    this.#known.set(path, { version, parsed });
    return parsed;
  }
}

export const versionOf = ({ mtime, ctime, size, ino }: Deno.FileInfo): string =>
  [mtime?.getTime(), ctime?.getTime(), size, ino].join(" ");

const agents = new ParsedFiles<Agent>(parseAgent);
const skills = new ParsedFiles<Skill>(parseSkill);

interface Listed<Asset> {
  path: string;
  parsed: Checked<Asset>;
}

async function listed<Asset>(
  files: ParsedFiles<Asset>,
  claude_dir: string,
  folder: string,
  ending: string,
): Promise<Listed<Asset>[]> {
  const names = await namesIn(join(claude_dir, folder), ending);
  return await Promise.all(names.map(async (name) => {
    const path = join(folder, name + ending);
    const parsed = await files.get(join(claude_dir, path), name);
    return { path, parsed: parsed ?? refused(1, "there is no such file") };
  }));
}

const listedAgents = (claude_dir: string) => listed(agents, claude_dir, "agents", ".md");
const listedSkills = (claude_dir: string) => listed(skills, claude_dir, "skills", "/SKILL.md");

export async function readAgents(claude_dir: string): Promise<Agent[]> {
  const found = await listedAgents(claude_dir);
  return found.flatMap(({ parsed }) => parsed.ok ? [parsed.data] : []);
}

/** What is wrong with agents and skills: `agents/NAME.md:LINE: …`. */
export async function findProblems(claude_dir: string): Promise<string[]> {
  const all = [...await listedAgents(claude_dir), ...await listedSkills(claude_dir)];
  return all.flatMap(({ path, parsed }) =>
    parsed.ok ? [] : parsed.problems.map(({ line, message }) => `${path}:${line}: ${message}`)
  );
}

async function namesIn(folder: string, ending: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
  const in_folders = ending.startsWith("/");
  const of_files = in_folders ? "" : ending;
  return entries.filter(({ name, isFile }) => in_folders ? !isFile : name.endsWith(of_files))
    .map(({ name }) => name.slice(0, name.length - of_files.length))
    .sort();
}
