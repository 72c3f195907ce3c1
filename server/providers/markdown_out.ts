import { type Block, blockAt, inlineSpans } from "@/server/providers/markdown.ts";
import type { Outgoing } from "@/server/providers/provider.ts";

const ZERO_WIDTH_SPACE = "\u200b";
const MOST_PARTS = 10;
/** A fence with more marks is no code to us: closing and opening it anew would fill the parts. */
const MOST_MARKS = 100;
const LONGEST_OPENER = 200;

/** The invisible line that tells our posts from others. */
export const marker = (id: string): string => `<!-- agent:${id} -->`;

/** The marker of part `index` (from 0): the first part has the id alone. */
export const partId = (id: string, index: number): string =>
  index === 0 ? id : `${id}.${index + 1}`;

const MARKED = /^<!-- agent:([\w.:-]{1,200}) -->(?:\r?\n|$)/;

/** The id in the marker that a post begins with, or null: one that is quoted stands elsewhere. */
export const markerOf = (text: string): string | null => MARKED.exec(text)?.[1] ?? null;

/** A prepared part without its marker, for services that keep that beside the text. */
export function openPart(body: string): { marker: string | null; markdown: string } {
  const found = MARKED.exec(body);
  return { marker: found?.[1] ?? null, markdown: body.slice(found?.[0].length ?? 0) };
}

/** Text of ours as parts of at most `limit` characters, each with `head(its marker's id)` before
 * it. */
export function prepareMarkdown(
  text: string,
  { marker_id, mentions, more_url }: Outgoing,
  { limit, most_parts = MOST_PARTS, head = (id) => `${marker(id)}\n` }: {
    limit: number;
    most_parts?: number;
    head?: (marker_id: string) => string;
  },
): string[] {
  const room = limit - head(partId(marker_id, most_parts - 1)).length;
  const most = characterEnd(text, most_parts * room);
  const clean = text.slice(0, most).toWellFormed().replace(/\r\n?/g, "\n");
  const cut = { most_parts, more_url, is_cut: most < text.length };
  const parts = splitMarkdown(neutralise(clean, mentions), room, cut);
  // a cut in the middle of code leaves the rest of it bare: then nothing counts as code
  const safe = parts.every((part) => neutralise(part, mentions) === part)
    ? parts
    : splitMarkdown(breakUp(clean, mentions), room, cut);
  return safe.map((part, index) => head(partId(marker_id, index)) + part);
}

/** Splits into parts of at most `limit` characters on the borders of blocks; a fence that has to
 * be cut is closed and opened anew. The last of `most_parts` says where the whole text is. */
export function splitMarkdown(
  text: string,
  limit: number,
  { most_parts = MOST_PARTS, more_url = null, is_cut = false }: {
    most_parts?: number;
    more_url?: string | null;
    is_cut?: boolean;
  } = {},
): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > limit && parts.length < most_parts - 1) {
    const [part, after] = splitOnce(rest, limit);
    parts.push(part);
    rest = after;
  }
  if (rest.length <= limit && !is_cut) return parts.concat(rest);
  const foot = `\n\n… ${more_url ? `[the whole text](${more_url})` : "(cut)"}`;
  const [last] = splitOnce(rest, limit - foot.length);
  return parts.concat(last + foot);
}

function splitOnce(text: string, limit: number): [part: string, rest: string] {
  if (text.length <= limit) return [text, ""];
  const window = text.slice(0, limit);
  const last = blocksOf(window).at(-1)!;
  const before = window.slice(0, last.start).trimEnd();
  if (before.length > limit / 2) return [before, text.slice(last.start)];
  if (last.fence && last.fence.marks.length <= MOST_MARKS) return splitFence(text, last, limit);
  const end = lineOrCharacterEnd(text, limit);
  return [text.slice(0, end), text.slice(end).replace(/^(?: |\n+)/, "")];
}

function splitFence(text: string, { start, fence }: Block, limit: number): [string, string] {
  const { marks, indent } = fence!;
  const close = `\n${" ".repeat(indent)}${marks}`;
  const first = text.slice(start, text.indexOf("\n", start) + 1);
  const opener = first.length > 0 && first.length <= Math.min(LONGEST_OPENER, limit / 4)
    ? first
    : `${" ".repeat(indent)}${marks}\n`;
  const end = lineOrCharacterEnd(text, limit - close.length);
  const rest = text.slice(text[end] === "\n" ? end + 1 : end);
  // nothing but its own end was left of the fence
  const closing = new RegExp(
    `^[ \\t]{0,${indent + 3}}\\${marks[0]}{${marks.length},}[ \\t]*(\\n|$)`,
  );
  const ended = closing.exec(rest);
  if (ended) return [text.slice(0, end) + close, rest.slice(ended[0].length).replace(/^\n+/, "")];
  return [text.slice(0, end) + close, opener + rest];
}

function lineOrCharacterEnd(text: string, limit: number): number {
  const line_end = text.lastIndexOf("\n", limit);
  if (line_end > limit / 2) return line_end;
  const space = text.lastIndexOf(" ", limit);
  return space > limit / 2 ? space : characterEnd(text, limit);
}

/** `at`, or one less where that would leave half of a surrogate pair; the text's end at most. */
const characterEnd = (text: string, at: number): number =>
  at < text.length && /[\ud800-\udbff]/.test(text[at - 1] ?? "")
    ? at - 1
    : Math.min(at, text.length);

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < text.length; at = blocks.at(-1)!.end) {
    blocks.push(blockAt(text, at, blocks.at(-1)?.kind === "blank"));
  }
  return blocks;
}

/** Breaks `@name` and the ways to address us wherever the provider or we would hear them: not in
 * code, where people copy from, and not in addresses. */
export function neutralise(text: string, mentions: string[]): string {
  return blocksOf(text).map((block) => {
    const part = text.slice(block.start, block.end);
    if (block.fence?.top && block.fence.marks.length <= MOST_MARKS) return part;
    // what is code among tags and table cells only the provider knows
    const sure = block.kind === "text" && !/[<|]/.test(part);
    return sure
      ? outsideCode(text, block, (outside) => breakUp(outside, mentions))
      : breakUp(part, mentions);
  }).join("");
}

function outsideCode(text: string, { start, end }: Block, change: (part: string) => string) {
  let out = "";
  let at = start;
  for (const span of inlineSpans(text, start, end)) {
    out += change(text.slice(at, span.start)) + text.slice(span.start, span.end);
    at = span.end;
  }
  return out + change(text.slice(at, end));
}

function breakUp(text: string, mentions: string[]): string {
  return text.replace(mentionPattern(mentions), (hit) => {
    if (/^https?:/i.test(hit)) return hit;
    const rest = hit.slice(1).replace(/@(?=[a-z0-9])/gi, `@${ZERO_WIDTH_SPACE}`);
    return hit[0] + ZERO_WIDTH_SPACE + rest;
  });
}

// an underscore is no letter here: `_@name_` comes out as emphasis around a living mention
function mentionPattern(mentions: string[]): RegExp {
  const own = mentions.filter((mention) => mention.length > 1)
    .map((mention) => mention.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const spoken = [...own, "@(?=[a-z0-9])"].join("|");
  return new RegExp(`https?:\\/\\/[^\\s<>)"'\`]+|(?<![a-z0-9])(?:${spoken})`, "gi");
}
