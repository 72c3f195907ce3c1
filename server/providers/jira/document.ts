import { type Block, blockAt } from "@/server/providers/markdown.ts";
import { markdownToAdf } from "marklassian";
import { type AdfNode, plainParagraphs, validBlocks } from "./document_nodes.ts";

export interface AdfDocument {
  version: 1;
  type: "doc";
  content: AdfNode[];
}

/** Stands for `<` in what the converter gets: it drops tags, and obeys one of its own, `<adf>`. */
const LESS_THAN = "\ufdd0";
// How much markup one section may have. The converter takes cubic time for links that never end
// (24 s for 10,000 characters of `[a](`) and quadratic time for open emphasis.
const MOST_BRACKETS = 150;
const MOST_EMPHASIS = 1000;
const DEEP_QUOTE = /^[ \t]*(?:> ?){10}/m;
const IMAGE = /!(?=\[[^\]\n]{0,300}\]\()/g;

const document = (content: AdfNode[]): AdfDocument => ({
  version: 1,
  type: "doc",
  content: content.length > 0 ? content : [{ type: "paragraph", content: [] }],
});

/** The document of a text: section by section, so that a hostile one spoils only itself. */
export function documentOf(markdown: string): AdfDocument {
  const text = markdown.replaceAll(LESS_THAN, "").replace(/\r\n?/g, "\n");
  return document(sectionsOf(text).flatMap((section) => convert(text, section)));
}

/** The same text with hardly any markup, for a Jira that finds the document too long. */
export const plainDocumentOf = (markdown: string): AdfDocument =>
  document([{ type: "codeBlock", content: [{ type: "text", text: markdown || " " }] }]);

interface Section {
  start: number;
  end: number;
  fence: NonNullable<Block["fence"]> | null;
}

/** A section ends at a blank line with flush text behind it; the items of a list stay together. */
function sectionsOf(text: string): Section[] {
  const sections: Section[] = [];
  let after_blank = true;
  for (let at = 0; at < text.length;) {
    const block = blockAt(text, at, after_blank);
    const open = sections.at(-1);
    // an indented fence below a list item belongs to the item
    const in_list = open && !open.fence && isListItem(text, open.start);
    const is_code = block.fence?.top === true && !(in_list && /[ \t]/.test(text[at]));
    const breaks = after_blank && /\S/.test(text[at]) && !(in_list && isListItem(text, at));
    if (!open || open.fence || is_code || breaks) {
      sections.push({ start: at, end: block.end, fence: is_code ? block.fence! : null });
    } else open.end = block.end;
    after_blank = block.kind === "blank";
    at = block.end;
  }
  return sections;
}

const LIST_ITEM = /(?:[-*+]|\d{1,9}[.)])[ \t]/y;
function isListItem(text: string, at: number): boolean {
  LIST_ITEM.lastIndex = at;
  return LIST_ITEM.test(text);
}

function convert(text: string, { start, end, fence }: Section): AdfNode[] {
  const part = text.slice(start, end);
  if (fence) return [codeBlock(part, fence)];
  if (isHostile(part)) return plainParagraphs(part);
  try {
    const given = part.replace(IMAGE, "").replaceAll("<", LESS_THAN);
    return validBlocks(markdownToAdf(given).content, (held) => held.replaceAll(LESS_THAN, "<"));
  } catch {
    // the converter's own stack is not deep enough for ten thousand quotes in quotes
    return plainParagraphs(part);
  }
}

function codeBlock(part: string, fence: NonNullable<Block["fence"]>): AdfNode {
  const [first, ...lines] = part.replace(/\n$/, "").split("\n");
  const code = fence.closed ? lines.slice(0, -1) : lines;
  const language = /^[ \t]*[`~]+[ \t]*([\w+#.-]{1,30})/.exec(first)?.[1];
  return {
    type: "codeBlock",
    ...(language ? { attrs: { language } } : {}),
    content: code.join("\n") === "" ? [] : [{ type: "text", text: code.join("\n") }],
  };
}

const isHostile = (part: string): boolean =>
  count(part, /\[/g) > MOST_BRACKETS || count(part, /[*_~`]/g) > MOST_EMPHASIS ||
  DEEP_QUOTE.test(part);

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
