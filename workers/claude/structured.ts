import type { ResultLine } from "@/workers/claude/cli_lines.ts";

/** `problem` is asked about what the CLI has let through: it does not check formats, and no rules of ours. */
export interface ResultSchema {
  json: object;
  problem(value: unknown): string | null;
}

const MOST_CHARACTERS = 256 * 1024;
const DEEPEST = 64;
const LONGEST_PROBLEM = 2000;

/** What the run has to hand over: checked again, and asked for once more where it is not right. */
export class StructuredResult {
  readonly #schema: ResultSchema | null;
  #asked_again = false;

  constructor(schema: ResultSchema | null) {
    this.#schema = schema;
  }

  /** Null: it is as it should be, or nothing was to be handed over. */
  problem(result: ResultLine | null): string | null {
    if (!this.#schema || result === null || result.is_error) return null;
    const value = result.structured_output;
    if (value === undefined || value === null) return MISSING;
    return tooMuch(value) ?? this.#check(this.#schema, value);
  }

  /** What to tell the CLI, the first time that its result is not right. */
  askAgain(result: ResultLine | null): string | null {
    const problem = this.problem(result);
    if (problem === null || this.#asked_again) return null;
    this.#asked_again = true;
    return `Your structured result could not be used. ${problem}\n\nCall the StructuredOutput tool ` +
      "once more, with a result in which that is right.";
  }

  #check(schema: ResultSchema, value: unknown): string | null {
    try {
      const problem = schema.problem(value);
      return problem === null ? null : shortened(problem);
    } catch (error) {
      return `It could not be checked: ${shortened(String(error))}`;
    }
  }
}

/** Between words: half a secret would not be recognized as one. */
const shortened = (text: string): string =>
  text.length <= LONGEST_PROBLEM ? text : `${text.slice(0, LONGEST_PROBLEM).replace(/\S*$/, "")}…`;

const MISSING = "None was handed over: StructuredOutput was not called.";

/** Without recursion: the value may be nested as deep as it likes. */
function tooMuch(value: unknown): string | null {
  const open: [value: unknown, depth: number][] = [[value, 1]];
  let characters = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [part, depth] = next;
    if (depth > DEEPEST) return `It is nested more than ${DEEPEST} levels deep.`;
    characters += weight(part);
    if (characters > MOST_CHARACTERS) {
      return `It is longer than ${MOST_CHARACTERS} characters: say it more shortly.`;
    }
    if (typeof part !== "object" || part === null) continue;
    for (const inner of Object.values(part)) open.push([inner, depth + 1]);
  }
  return null;
}

function weight(part: unknown): number {
  if (typeof part === "string") return part.length;
  if (typeof part !== "object" || part === null) return 4;
  if (Array.isArray(part)) return part.length;
  return Object.keys(part).reduce((sum, name) => sum + name.length + 1, 0);
}
