/** Linear in texts that strangers choose: micromark took 38 s for 64 KB of `*a_ `. */
export type BlockKind = "blank" | "text" | "fenced" | "indented" | "quote" | "html" | "signature";
export interface Block {
  kind: BlockKind;
  start: number;
  end: number;
  /** of a fenced block: the fence, whether it is closed, outside of lists, and how far in */
  fence?: { marks: string; closed: boolean; top: boolean; indent: number };
}

const LIST_MARKERS = /(?: {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]{1,4}){1,8}/y;
// any indentation: in nested lists only a whole parser knows how much is too much
const FENCE = /([ \t]*)(?:(`{3,})[^`\n]*|(~{3,})[^\n]*)(?:\n|$)/y;
const QUOTE = /[ \t]*>/y;
const COMMENT = / {0,3}<!--/y;
const PRE = / {0,3}<pre\b/iy;
const INDENTED = /(?: {4}| {0,3}\t)/y;
const BLANK = /[ \t]*(?:\n|$)/y;
const SIGNATURE = /-- (?:\n|$)/y;
const BARE_SIGNATURE = /--(?:\n|$)/y;
const HEADING = / {0,3}#{1,6}[ \t]/y;

/** The block that starts at `start`, the start of a line. Lines end with `\n` alone. */
export function blockAt(text: string, start: number, after_blank: boolean): Block {
  const markers = lengthAt(LIST_MARKERS, text, start);
  const inner = start + markers;
  const line_end = lineEnd(text, start);
  if (at(BLANK, text, start)) return { kind: "blank", start, end: line_end };
  if (at(SIGNATURE, text, start) || (after_blank && at(BARE_SIGNATURE, text, start))) {
    return { kind: "signature", start, end: text.length };
  }
  if (at(FENCE, text, inner)) return fenced(text, start, inner);
  if (at(QUOTE, text, inner)) return { kind: "quote", start, end: line_end };
  if (at(COMMENT, text, inner)) return html(text, start, inner, "-->");
  if (at(PRE, text, inner)) return html(text, start, inner, "</pre>");
  if (markers === 0 && at(INDENTED, text, start)) return { kind: "indented", start, end: line_end };
  return { kind: "text", start, end: paragraphEnd(text, line_end) };
}

/** Indented lines belong to the paragraph before them; anything else that starts here ends it. */
function paragraphEnd(text: string, from: number): number {
  const enders = [BLANK, SIGNATURE, FENCE, QUOTE, COMMENT, PRE, LIST_MARKERS, HEADING];
  let end = from;
  while (end < text.length && !enders.some((ender) => at(ender, text, end))) {
    end = lineEnd(text, end);
  }
  return end;
}

function fenced(text: string, start: number, inner: number): Block {
  FENCE.lastIndex = inner;
  const found = FENCE.exec(text)!;
  const marks = found[2] ?? found[3];
  const width = found[1].replaceAll("\t", "    ").length;
  const indent = 3 + width + inner - start;
  const close = new RegExp(
    `[ \\t]{0,${indent}}\\${marks[0]}{${marks.length},}[ \\t]*(?:\\n|$)`,
    "y",
  );
  let line = lineEnd(text, start);
  while (line < text.length && !at(close, text, line)) line = lineEnd(text, line);
  const closed = line < text.length;
  const end = closed ? lineEnd(text, line) : text.length;
  return {
    kind: "fenced",
    start,
    end,
    fence: { marks, closed, top: inner === start && width < 4, indent: indent - 3 },
  };
}

/** Ends right behind the closing mark, which may be in the middle of a line. */
function html(text: string, start: number, inner: number, close: string): Block {
  // an upper-case closing tag is not found, and the rest stays hidden
  const found = text.indexOf(close, inner);
  return { kind: "html", start, end: found === -1 ? text.length : found + close.length };
}

const lineEnd = (text: string, from: number): number => {
  const newline = text.indexOf("\n", from);
  return newline === -1 ? text.length : newline + 1;
};

const at = (pattern: RegExp, text: string, index: number): boolean => {
  pattern.lastIndex = index;
  return pattern.test(text);
};

const lengthAt = (pattern: RegExp, text: string, index: number): number => {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length ?? 0;
};

export interface Span {
  kind: "code" | "comment";
  start: number;
  end: number;
}

/** Code and comments inside the paragraph `[start, end)`, in order. The last one may reach
 * beyond `end`: a comment runs to its `-->` wherever that is. */
export function inlineSpans(text: string, start: number, end: number): Span[] {
  const part = text.slice(start, end);
  const backticks = group(part, /`+/g, (run) => run.length);
  const tags = closingTags(part);
  const opener = /`+|<!--|<(code|pre|blockquote)\b/gi;
  const spans: Span[] = [];
  opener.lastIndex = start;
  for (let hit = opener.exec(text); hit && hit.index < end; hit = opener.exec(text)) {
    const span = hit[0][0] === "`"
      ? codeSpan(text, hit.index, start, hit[0].length, backticks)
      : hit[1]
      ? tagSpan(start, hit.index, hit[1].toLowerCase(), tags)
      : commentSpan(text, hit.index);
    if (!span) continue;
    spans.push(span);
    opener.lastIndex = span.end;
  }
  return spans;
}

function codeSpan(text: string, index: number, from: number, length: number, runs: Runs<number>) {
  // a backslash takes the first backtick out of the run
  const escaped = text[index - 1] === "\\" && text[index - 2] !== "\\" ? 1 : 0;
  const close = nextOf(runs, length - escaped, index - from);
  if (close === undefined) return null;
  return { kind: "code" as const, start: index + escaped, end: from + close + length - escaped };
}

function commentSpan(text: string, index: number): Span {
  const close = text.indexOf("-->", index);
  return { kind: "comment", start: index, end: close === -1 ? text.length : close + 3 };
}

function closingTags(paragraph: string): Runs<string> {
  return group(paragraph, /<\/(?:code|pre|blockquote)\b/gi, (tag) => tag.slice(2).toLowerCase());
}

function tagSpan(start: number, index: number, tag: string, tags: Runs<string>): Span | null {
  const close = nextOf(tags, tag, index - start);
  return close === undefined ? null : { kind: "code", start: index, end: start + close };
}

/** Where things are, by kind, in order: looking each one up by search would be quadratic. */
type Runs<K> = Map<K, { starts: number[]; next: number }>;

function group<K>(part: string, pattern: RegExp, kindOf: (hit: string) => K): Runs<K> {
  const runs: Runs<K> = new Map();
  for (const hit of part.matchAll(pattern)) {
    const kind = kindOf(hit[0]);
    const same = runs.get(kind);
    if (same) same.starts.push(hit.index);
    else runs.set(kind, { starts: [hit.index], next: 0 });
  }
  return runs;
}

function nextOf<K>(runs: Runs<K>, kind: K, index: number): number | undefined {
  const same = runs.get(kind);
  while (same && same.starts[same.next] <= index) same.next++;
  return same?.starts[same.next];
}

/** Stands for code that was hidden: no space, no letter. */
const CODE = "\ufffc";

/** Hides code, quotes, HTML comments and the signature of Markdown, character for character, so
 * that places in the result are places in the text. Needs a normalised text. */
export function hideMarkdown(text: string): string {
  const parts: string[] = [];
  let after_blank = true;
  for (let at = 0; at < text.length;) {
    const block = blockAt(text, at, after_blank);
    after_blank = block.kind === "blank";
    if (block.kind === "text") {
      at = hideInline(text, block.start, block.end, parts);
    } else {
      parts.push(blank(text, block.start, block.end, isCode(block.kind) ? CODE : " "));
      at = block.end;
    }
  }
  return parts.join("");
}

const isCode = (kind: string): boolean => kind === "fenced" || kind === "indented";

function hideInline(text: string, start: number, end: number, parts: string[]): number {
  let at = start;
  for (const span of inlineSpans(text, start, end)) {
    parts.push(text.slice(at, span.start));
    parts.push(blank(text, span.start, span.end, span.kind === "code" ? CODE : " "));
    at = span.end;
  }
  parts.push(text.slice(at, Math.max(at, end)));
  return Math.max(at, end);
}

function blank(text: string, start: number, end: number, filler: string): string {
  return text.slice(start, end).replace(/[^\n]+/g, (line) => filler.repeat(line.length));
}
