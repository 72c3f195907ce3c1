import { dirname, normalize } from "node:path";
import { readSources, type Source } from "@/tests/layout/source.ts";

/** What every test depends on. */
const EVERYTHING = /^(deno\.(json|lock)|tests\/run(\.ts|\/.*))$/;
/** Tests that read the whole tree. */
const ALWAYS = ["tests/docs_test.ts", "tests/layout_test.ts"];
/** Files that only those read, where nothing names them. */
const WORDS = /(\.md|LICENSE|\.gitignore|^\.ci\/.*|^\.github\/.*)$/;

/** Those of the tests that what changed since a commit, or since the main branch, can reach. */
export async function testsOfChange(since: string, tests: string[]): Promise<string[]> {
  const sources = await readSources(["server", "views", "workers", "db", "tests"]);
  const reached = reachedBy(await changedFiles(since || "main"), sources);
  return reached === "all" ? tests : tests.filter((path) => reached.has(path));
}

/** What is not committed counts as well. */
async function changedFiles(since: string): Promise<string[]> {
  const [changed, untracked] = await Promise.all([
    git("diff", "--name-only", "--merge-base", since),
    git("ls-files", "--others", "--exclude-standard"),
  ]);
  return [...changed, ...untracked];
}

async function git(...args: string[]): Promise<string[]> {
  const { success, stdout, stderr } = await new Deno.Command("git", { args }).output();
  if (!success) throw new Error(`git ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

/** The modules that a change of these files can reach: by imports, or by a path in their texts. */
export function reachedBy(changed: string[], sources: Source[]): Set<string> | "all" {
  const readers = readersOf(sources);
  const is_known = (file: string) =>
    /\.tsx?$/.test(file) || WORDS.test(file) || readers(file).length > 0;
  if (changed.some((file) => EVERYTHING.test(file) || !is_known(file))) return "all";
  const reached = new Set([...ALWAYS, ...changed]);
  const open = [...changed];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const found = readers(file).filter((path) => !reached.has(path));
    for (const path of found) reached.add(path);
    open.push(...found);
  }
  return reached;
}

function readersOf(sources: Source[]): (file: string) => string[] {
  const by_path = new Map<string, Set<string>>();
  const note = (path: string, reader: string) => {
    by_path.set(path, (by_path.get(path) ?? new Set()).add(reader));
  };
  note("tests/run.ts", "tests/helpers/postgres.ts"); // who asks for what it has brought up
  for (const { path, imports, texts } of sources) {
    for (const { target, type_only } of imports) if (!type_only) note(target, path);
    if (path.startsWith("tests/run/")) continue; // it names tests, and depends on none
    for (const named of namedPaths(path, texts)) note(named, path);
  }
  return (file) => foldersOf(file).flatMap((path) => [...by_path.get(path) ?? []]);
}

/** The file and the folders it lies in. */
function foldersOf(file: string): string[] {
  const parts = file.split("/");
  return parts.map((_, n) => parts.slice(0, n + 1).join("/"));
}

/** What texts may name, seen from the module or from the root: `"./migrations/"`, `"workers", "main.ts"`. */
function namedPaths(path: string, texts: string[]): string[] {
  const looks_like_path = (text: string) => /^[\w@./-]{3,}$/.test(text) && /[./]/.test(text);
  return texts.flatMap((text, n) => {
    if (!looks_like_path(text)) return [];
    const from_root = text.replace(/^(\.{0,2}\/)+/, "");
    return [`${dirname(path)}/${text}`, from_root, `${texts[n - 1]}/${text}`]
      .map((found) => normalize(found).replace(/\/$/, ""))
      .filter((found) => found.length > 2 && found !== dirname(path));
  });
}
