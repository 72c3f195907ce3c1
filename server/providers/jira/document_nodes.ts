/** Nodes of Atlassian's format, built anew so that Jira takes them: it refuses a whole comment
 * for one heading in a list, and the converter does not know what may stand where. */

export interface AdfMark {
  type: string;
  attrs?: { href: string };
}
export interface AdfNode {
  type: string;
  attrs?: Record<string, string | number>;
  content?: AdfNode[];
  marks?: AdfMark[];
  text?: string;
}
/** What a converter makes, before it is known to be right. */
export interface LooseNode {
  type: string;
  // deno-lint-ignore no-explicit-any -- as the converter types it
  attrs?: Record<string, any>;
  content?: LooseNode[];
  // deno-lint-ignore no-explicit-any -- as the converter types it
  marks?: { type: string; attrs?: Record<string, any> }[];
  text?: string;
}

type Place = "doc" | "cell" | "item" | "quote";
type Restore = (text: string) => string;

const MARKS = ["strong", "em", "strike", "code"];
const ENTITIES: Record<string, string> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": " ",
  "&amp;": "&",
};

export const validBlocks = (nodes: LooseNode[], restore: Restore): AdfNode[] =>
  nodes.flatMap((node) => block(node, "doc", restore));

/** Text as it is, a paragraph for each line. */
export const plainParagraphs = (text: string): AdfNode[] =>
  text.split("\n").filter((line) => line.trim() !== "").map((line) => paragraph([plain(line)]));

function block(node: LooseNode, place: Place, restore: Restore): AdfNode[] {
  const content = node.content ?? [];
  const within = (inner: Place) => content.flatMap((child) => block(child, inner, restore));
  switch (node.type) {
    case "paragraph":
      return [paragraph(inline(content, restore))];
    case "heading":
      return heading(node, place, restore);
    case "codeBlock":
      return [codeBlock(node, restore)];
    case "bulletList":
    case "orderedList":
    case "taskList":
      return list(node, restore);
    case "blockquote":
      return place === "doc" ? [{ type: "blockquote", content: filled(within("quote")) }] : within(
        place,
      );
    case "rule":
      return place === "doc" ? [{ type: "rule" }] : [];
    case "table":
      return place === "doc" ? table(node, restore) : rowsAsText(node, restore);
    default:
      return node.text === undefined ? within(place) : [paragraph(inline([node], restore))];
  }
}

function heading(node: LooseNode, place: Place, restore: Restore): AdfNode[] {
  const content = inline(node.content ?? [], restore);
  if (place === "doc") {
    const level = Math.min(6, Math.max(1, Number(node.attrs?.level) || 1));
    return [{ type: "heading", attrs: { level }, content }];
  }
  return [paragraph(content.map((child) => withMark(child, "strong")))];
}

function codeBlock({ attrs, content }: LooseNode, restore: Restore): AdfNode {
  const text = restore((content ?? []).map((child) => child.text ?? "").join(""));
  const language = /^[\w+#.-]{1,30}/.exec(String(attrs?.language ?? ""))?.[0];
  return {
    type: "codeBlock",
    ...(language && language !== "text" ? { attrs: { language } } : {}),
    content: text === "" ? [] : [plain(text)],
  };
}

function list(node: LooseNode, restore: Restore): AdfNode[] {
  const items = (node.content ?? []).map((item) => listItem(item, restore));
  if (items.length === 0) return [];
  const order = Number(node.attrs?.order);
  return node.type === "orderedList"
    ? [{ type: node.type, attrs: { order: order >= 0 ? order : 1 }, content: items }]
    : [{ type: "bulletList", content: items }];
}

/** Tasks become bullets with a box: a list of tasks takes nothing but plain lines. */
function listItem(item: LooseNode, restore: Restore): AdfNode {
  const parts = item.content ?? [];
  if (item.type === "taskItem") {
    const box = plain(item.attrs?.state === "DONE" ? "☑ " : "☐ ");
    const words = parts.filter((part) => isInline(part));
    const rest = parts.filter((part) => !isInline(part));
    const first = paragraph([box, ...inline(words, restore)]);
    return { type: "listItem", content: [first, ...blocksIn(rest, restore)] };
  }
  return { type: "listItem", content: filled(blocksIn(parts, restore)) };
}

const blocksIn = (nodes: LooseNode[], restore: Restore): AdfNode[] =>
  nodes.flatMap((node) => block(node, "item", restore));

/** What holds blocks begins with one that is no list. */
const filled = (blocks: AdfNode[]): AdfNode[] =>
  ["paragraph", "codeBlock"].includes(blocks[0]?.type) ? blocks : [paragraph([]), ...blocks];

function table(node: LooseNode, restore: Restore): AdfNode[] {
  const rows = (node.content ?? []).map((row): AdfNode => ({
    type: "tableRow",
    content: (row.content ?? []).map((cell): AdfNode => ({
      type: cell.type === "tableHeader" ? "tableHeader" : "tableCell",
      content: filled((cell.content ?? []).flatMap((child) => block(child, "cell", restore))),
    })),
  })).filter(({ content }) => content!.length > 0);
  return rows.length === 0 ? [] : [{ type: "table", content: rows }];
}

function rowsAsText(node: LooseNode, restore: Restore): AdfNode[] {
  return (node.content ?? []).map((row) =>
    paragraph((row.content ?? []).flatMap((cell, index) => [
      ...(index > 0 ? [plain(" | ")] : []),
      ...(cell.content ?? []).flatMap((part) => inline(part.content ?? [], restore)),
    ]))
  );
}

const isInline = ({ type }: LooseNode): boolean => type === "text" || type === "hardBreak";
const paragraph = (content: AdfNode[]): AdfNode => ({ type: "paragraph", content });
const plain = (text: string): AdfNode => ({ type: "text", text });

function withMark(node: AdfNode, type: string): AdfNode {
  const marks = node.marks ?? [];
  if (node.type !== "text" || marks.some((m) => m.type === type || m.type === "code")) return node;
  return { ...node, marks: [...marks, { type }] };
}

function inline(nodes: LooseNode[], restore: Restore): AdfNode[] {
  return nodes.flatMap((node): AdfNode[] => {
    if (node.type === "hardBreak") return [{ type: "hardBreak" }];
    if (node.type !== "text") return inline(node.content ?? [], restore);
    return words(node, restore);
  });
}

function words({ text, marks = [] }: LooseNode, restore: Restore): AdfNode[] {
  const is_code = marks.some(({ type }) => type === "code");
  const shown = restore(is_code ? text ?? "" : unescape(text ?? ""));
  if (shown === "") return [];
  const kept: AdfMark[] = MARKS.filter((type) => marks.some((mark) => mark.type === type))
    .filter((type) => !is_code || type === "code").map((type) => ({ type }));
  const found = marks.find(({ type }) => type === "link")?.attrs?.href;
  if (typeof found !== "string") return [text_(shown, kept)];
  return link(shown, kept, restore(found));
}

/** Only web and mail addresses are links; what else was meant to be one is written out. */
function link(shown: string, marks: AdfMark[], address: string): AdfNode[] {
  // `<https://…>`: the bracket is not part of the address
  const bracket = address.endsWith(">") && shown.endsWith(">") ? ">" : "";
  const href = bracket ? address.slice(0, -1) : address;
  const label = bracket ? shown.slice(0, -1) : shown;
  if (!/^(?:https?|mailto):[^\s]+$/i.test(href)) {
    return [text_(href && !shown.includes(href) ? `${shown} (${href})` : shown, marks)];
  }
  const linked = text_(label, [...marks, { type: "link", attrs: { href } }]);
  return bracket ? [linked, plain(bracket)] : [linked];
}

const text_ = (text: string, marks: AdfMark[]): AdfNode =>
  marks.length > 0 ? { type: "text", text, marks } : { type: "text", text };

const unescape = (text: string): string =>
  text.replace(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => ENTITIES[entity]);
