import { dirname } from "node:path";
import { filesIn } from "@/tests/layout/source.ts";

/** Test files that run one after the other in a process of their own. */
export interface Job {
  /** The file, or the folder and which part of it: what is said of it, and how it is known again. */
  name: string;
  files: string[];
}

/** Programs and material in tests/ that are no tests. */
const NO_TESTS = /^tests\/(bench|chaos|fixtures)\//;

/**
 * Folders whose files share a process: what they import is loaded once, which is most of what such
 * a file costs. Those named leave something behind in their process, or take long.
 */
const TOGETHER: Record<string, string[]> = {
  "tests/db": ["driver_test.ts", "embedded_test.ts", "embedded_roles_test.ts", "walk_test.ts"],
  "tests/db/process": [],
  "tests/db/workflows": [],
  "tests/run": [],
  "tests/server": [
    "any_size_test.ts",
    "health_test.ts",
    "main_test.ts",
    "start_database_test.ts",
    "start_test.ts",
    "strange_text_test.ts",
  ],
  "tests/server/api": [],
  "tests/server/auth": [],
  "tests/server/demo": [],
  "tests/server/providers": [],
  "tests/server/registry": [],
  "tests/server/request_body": [],
  "tests/server/verbs": [],
  "tests/server/webhooks": ["warm_up_test.ts"],
  "tests/server/webhooks_api": [],
  "tests/views": [],
  "tests/workers/workspace": [],
};
const FILES_TOGETHER = 24;

/** The test files named, or below the folders named; all of them for no name. */
export async function findTestFiles(wanted: string[]): Promise<string[]> {
  const all = (await filesIn("tests")).filter((path) =>
    /_test\.tsx?$/.test(path) && !NO_TESTS.test(path)
  );
  if (Deno.env.get("SKIP")) {
    all.splice(
      0,
      all.length,
      ...all.filter((p) => !new RegExp(Deno.env.get("SKIP")!).test(p)),
    );
  }
  if (wanted.length === 0) return all;
  const names = wanted.map((name) => name.replace(/^\.\//, "").replace(/\/$/, ""));
  for (const name of names) {
    if (!all.some((path) => isBelow(path, name))) {
      throw new Error(`${name} is no test, and holds none`);
    }
  }
  return all.filter((path) => names.some((name) => isBelow(path, name)));
}

const isBelow = (path: string, name: string) => path === name || path.startsWith(`${name}/`);

/** What to run, the longest first: what is left at the end is short, and no core waits for it. */
export function planJobs(files: string[], seconds: (name: string) => number): Job[] {
  const shared = Map.groupBy(files.filter(isShared), (path) => dirname(path));
  const alone = files.filter((path) => !isShared(path)).map((path) => ({
    name: path,
    files: [path],
  }));
  const together = [...shared].flatMap(([folder, files]) => partsOf(folder, files));
  return [...alone, ...together].sort((a, b) => seconds(b.name) - seconds(a.name));
}

function partsOf(folder: string, files: string[]): Job[] {
  const parts = Math.ceil(files.length / FILES_TOGETHER);
  return Array.from({ length: parts }, (_, part) => ({
    name: parts === 1 ? folder : `${folder} (${part + 1} of ${parts})`,
    files: files.filter((_, n) => n % parts === part),
  }));
}

function isShared(path: string): boolean {
  const folder = dirname(path);
  return folder in TOGETHER && !TOGETHER[folder].some((name) => path === `${folder}/${name}`);
}
