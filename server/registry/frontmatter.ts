import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";

export interface Problem {
  /** Of the whole file, counted from 1. */
  line: number;
  message: string;
}

export type Checked<Data> = { ok: true; data: Data } | { ok: false; problems: Problem[] };

const FENCED = /^---\r?\n(.*?)\r?\n---/s;
const FENCE_LINES = 1;

export function parseFrontmatter<Data>(text: string, schema: z.ZodType<Data>): Checked<Data> {
  const [, yaml] = FENCED.exec(text) ?? [];
  if (yaml === undefined) return refused(1, "the file does not begin with fields between two ---");
  const lineCounter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter, prettyErrors: false });
  const lineAt = (offset = 0) => lineCounter.linePos(offset).line + FENCE_LINES;
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => ({ line: lineAt(pos[0]), message }));
    return { ok: false, problems };
  }
  const read = schema.safeParse(fieldsOf(document));
  if (read.success) return { ok: true, data: read.data };
  const problems = read.error.issues.map(({ path, message }) => ({
    line: lineAt(offsetOf(document, path)),
    message: `${path.join(".") || "fields"}: ${message}`,
  }));
  return { ok: false, problems };
}

export const refused = (line: number, message: string): Checked<never> => ({
  ok: false,
  problems: [{ line, message }],
});

type Document = ReturnType<typeof parseDocument>;

/** Null where aliases would blow up: yaml throws. */
function fieldsOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    return null;
  }
}

/** Of the field, or of what is around it when it is missing. */
function offsetOf(document: Document, path: PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: number[] } | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}
