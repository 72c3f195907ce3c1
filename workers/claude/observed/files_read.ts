import { z } from "zod";
import { type Counted, MOST_LISTED } from "@/db/nouns/coverage.ts";
import { shortName } from "@/workers/claude/observed/tally.ts";

const MOST_FILES = 10_000;
const MOST_PARTS = 100;

/** Lines of a file, from 1; `total` where the CLI told it. */
export interface Part {
  from: number;
  to: number;
  total: number | null;
}

const shown = z.object({
  file: z.object({
    startLine: z.int().nonnegative(),
    numLines: z.int().nonnegative(),
    totalLines: z.int().nonnegative(),
  }),
});
const asked = z.object({
  offset: z.int().positive().catch(1),
  limit: z.int().positive().nullable().catch(null),
});

/** Null: all of it. A sub-agent's results do not say how long the file was, what it asked does. */
export function partOf(input: unknown, result: unknown): Part | null {
  const { file } = shown.safeParse(result).data ?? {};
  if (file) {
    const to = Math.max(file.startLine, 1) + file.numLines - 1;
    if (file.startLine <= 1 && to >= file.totalLines) return null;
    return { from: Math.max(file.startLine, 1), to, total: file.totalLines };
  }
  const { offset, limit } = asked.safeParse(input).data ?? { offset: 1, limit: null };
  if (offset === 1 && limit === null) return null;
  return { from: offset, to: limit === null ? Infinity : offset + limit - 1, total: null };
}

/** Which files were read, and whether the parts of each make up the whole. */
export class FilesRead {
  readonly #files = new Map<string, Part[] | "whole">();

  add(path: string, part: Part | null): void {
    const known = this.#files.get(path);
    if (known === "whole" || (!known && this.#files.size >= MOST_FILES)) return;
    const parts = part === null ? "whole" : [...(known ?? []), part];
    const whole = parts === "whole" || isWhole(parts);
    this.#files.set(path, whole ? "whole" : parts.slice(-MOST_PARTS));
  }

  read(): Counted {
    return counted([...this.#files.keys()]);
  }

  inPart(): Counted {
    return counted([...this.#files].flatMap(([path, parts]) => parts === "whole" ? [] : [path]));
  }
}

const counted = (paths: string[]): Counted => ({
  count: paths.length,
  names: paths.slice(0, MOST_LISTED).map(shortName),
});

function isWhole(parts: Part[]): boolean {
  const total = parts.findLast((part) => part.total !== null)?.total ?? Infinity;
  let seen = 0;
  for (const { from, to } of parts.toSorted((a, b) => a.from - b.from)) {
    if (from > seen + 1) return false;
    seen = Math.max(seen, to);
  }
  return seen >= total;
}
