/** Makes our text fit to be posted: no living mentions, a marker, within GitHub's length. */
import { type Block, blockAt, inlineSpans } from "@/server/providers/markdown.ts";
import type { Outgoing } from "@/server/providers/provider.ts";

/** GitHub answers 422 "body is too long" above this. */
export const MAX_COMMENT = 65_536;

const MARKER = "<!-- agent:";
const ZERO_WIDTH_SPACE = "\u200b";

/** The invisible line that tells our posts from others. */
export const marker = (id: string): string => `${MARKER}${id} -->`;

/** Is this our own post? A quoted one (`> …`) is somebody else's. */
export function isOwnText(text: string): boolean {
  let at = text.indexOf(MARKER);
  while (at !== -1) {
    const line_start = text.lastIndexOf("\n", at) + 1;
    if (!/^ {0,3}>/.test(text.slice(line_start, line_start + 4))) return true;
    const line_end = text.indexOf("\n", at);
    at = line_end === -1 ? -1 : text.indexOf(MARKER, line_end);
  }
  return false;
}

/** Text of ours as a comment: marker first, then the text, cut on a block border when too long. */
export function prepareComment(text: string, options: Outgoing): string {
  const head = `${marker(options.marker_id)}\n`;
  const room = MAX_COMMENT - head.length;
  const more = options.more_url ? `[the whole text](${options.more_url})` : "(cut)";
  const foot = `\n\n… ${more}`;
  const clean = text.slice(0, 2 * room).toWellFormed().replace(/\r\n?/g, "\n");
  const whole = neutralise(clean, options.mentions);
  if (text.length <= 2 * room && whole.length <= room) return head + whole;
  return head + cutAtBlock(whole, room - foot.length) + foot;
}

/** Cuts to `limit` characters: after a block, else after a line, with an open fence closed. */
function cutAtBlock(text: string, limit: number): string {
  const part = text.slice(0, limit);
  const last = blocksOf(part).at(-1);
  const before = part.slice(0, last?.start).trimEnd();
  if (!last || before.length > limit / 2) return before;
  const close = last.fence ? `\n${last.fence.marks}` : "";
  const room = limit - close.length;
  const line_end = part.lastIndexOf("\n", room);
  return part.slice(0, line_end > limit / 2 ? line_end : characterEnd(part, room)) + close;
}

/** `at`, or one less where that would leave half of a surrogate pair. */
const characterEnd = (text: string, at: number): number =>
  /[\ud800-\udbff]/.test(text[at - 1] ?? "") ? at - 1 : at;

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < text.length; at = blocks.at(-1)!.end) {
    blocks.push(blockAt(text, at, blocks.at(-1)?.kind === "blank"));
  }
  return blocks;
}

/**
 * Breaks `@name` and the ways to address us wherever GitHub or we would hear them:
 * not in code, where people copy from, and not in addresses.
 */
export function neutralise(text: string, mentions: string[]): string {
  const pattern = mentionPattern(mentions);
  const breakUp = (part: string) =>
    part.replace(
      pattern,
      (hit) => /^https?:/i.test(hit) ? hit : hit[0] + ZERO_WIDTH_SPACE + hit.slice(1),
    );
  return blocksOf(text).map((block) => {
    const part = text.slice(block.start, block.end);
    if (block.kind === "fenced" && block.fence?.top) return part;
    // what is code among tags and table cells only GitHub knows
    const sure = block.kind === "text" && !/[<|]/.test(part);
    return sure ? outsideCode(text, block, breakUp) : breakUp(part);
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

// an underscore is no letter here: `_@name_` comes out as emphasis around a living mention
function mentionPattern(mentions: string[]): RegExp {
  const own = mentions.filter((mention) => mention.length > 1)
    .map((mention) => mention.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const spoken = [...own, "@(?=[a-z0-9])"].join("|");
  return new RegExp(`https?:\\/\\/[^\\s<>)"'\`]+|(?<![a-z0-9])(?:${spoken})`, "gi");
}
