import { type AdfNode, adfNode, inlineText } from "./document_inline.ts";

/** Deeper than any editor makes it; below, the text is kept and its form is not. */
const MAX_DEPTH = 100;

/** Names of the people who are mentioned, by the mention as it stands in the text. */
export type People = Map<string, string>;

/** Text of a comment or a description: wiki text as it is, a document made plain, else null. */
export function textOf(body: unknown, people: People = new Map()): string | null {
  if (typeof body === "string") return body;
  if (typeof body !== "object" || body === null) return null;
  return new Writer(people).blocks(body).trim();
}

const LINES = new Set(["paragraph", "heading", "caption", "unsupportedBlock"]);
const CARDS = new Set(["blockCard", "embedCard", "media", "extension"]);

class Writer {
  #depth = 0;
  #cells = 0;
  constructor(readonly people: People) {}

  /** A node with all that is in it; those that stand on lines of their own end with a line end. */
  blocks(value: unknown, bullet = ""): string {
    const node = adfNode.safeParse(value).data;
    if (!node) return "";
    if (this.#depth >= MAX_DEPTH) return textWithin(value);
    this.#depth++;
    const text = this.#write(node, bullet);
    this.#depth--;
    return text;
  }

  #write(node: AdfNode, bullet: string): string {
    const own = this.#inCell(node, inlineText(node, this.people));
    switch (node.type) {
      case "codeBlock":
        return `{code}\n${this.#inCode(node).replace(/\{(?=code)/gi, "\\{")}\n{code}\n`;
      case "blockquote":
        return `{quote}\n${this.#inside(node).replace(/\{(?=quote)/gi, "\\{")}\n{quote}\n`;
      case "bulletList":
        return this.#list(node, `${bullet}*`);
      case "orderedList":
        return this.#list(node, `${bullet}#`);
      case "taskItem":
      case "blockTaskItem":
        return line(`${node.attrs?.state === "DONE" ? "[x]" : "[ ]"} ${this.#inside(node)}`);
      case "decisionItem":
        return line(`Decision: ${this.#inside(node)}`);
      case "table":
        return `${this.#inside(node)}\n`;
      case "tableRow":
        return line(this.#inside(node) + (isHeader(node.content?.at(-1)) ? "||" : "|"));
      case "tableHeader":
      case "tableCell":
        return this.#cell(node);
      case "expand":
      case "nestedExpand":
        return line(own) + this.#inside(node);
      case "rule":
      case "bodiedRule":
        return `----\n${this.#inside(node)}`;
      default:
        return ends(node, own + this.#inside(node, bullet));
    }
  }

  #inside({ content }: AdfNode, bullet?: string): string {
    return (content ?? []).map((child) => this.blocks(child, bullet)).join("");
  }

  /** A list in a list has one more sign in front: `*`, `**`, `*#`. */
  #list({ content }: AdfNode, bullet: string): string {
    return (content ?? []).map((item) => {
      const text = this.blocks(item, bullet);
      return beginsWithList(item) ? text : `${bullet} ${line(text)}`;
    }).join("");
  }

  #inCode(node: AdfNode): string {
    const cells = this.#cells;
    this.#cells = 0;
    const text = this.#inside(node);
    this.#cells = cells;
    return text;
  }

  /** Words in a cell: a bar among them would begin another one. */
  #inCell({ type, marks }: AdfNode, text: string): string {
    const is_code = marks?.some((mark) => mark.type === "code");
    return this.#cells > 0 && type === "text" && !is_code ? text.replaceAll("|", "\\|") : text;
  }

  /** One line, whatever is in it: a row is a line. */
  #cell(node: AdfNode): string {
    this.#cells++;
    const inside = this.#inside(node);
    this.#cells--;
    const text = inside.trim().replace(/\s*\n\s*/g, " ");
    return `${isHeader(node) ? "||" : "|"} ${text} `;
  }
}

/** A list, or an item with nothing before its list: it has the sign of that list. */
function beginsWithList(value: unknown): boolean {
  const node = adfNode.safeParse(value).data;
  return node?.type.endsWith("List") || adfNode.safeParse(node?.content?.[0]).data?.type
    .endsWith("List") ||
    false;
}

const isHeader = (node: unknown): boolean => adfNode.safeParse(node).data?.type === "tableHeader";

const line = (text: string): string => text === "" || text.endsWith("\n") ? text : `${text}\n`;

function ends({ type }: AdfNode, text: string): string {
  if (LINES.has(type)) return `${text}\n`;
  return CARDS.has(type) ? line(text) : text;
}

function textWithin(value: unknown): string {
  const parts: string[] = [];
  const waiting = [value];
  while (waiting.length > 0) {
    const node = adfNode.safeParse(waiting.pop()).data;
    if (node?.text) parts.push(node.text);
    waiting.push(...(node?.content ?? []).toReversed());
  }
  return parts.join(" ");
}
