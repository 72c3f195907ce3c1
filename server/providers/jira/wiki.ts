import type { AdfDocument } from "./document.ts";
import type { AdfNode } from "./document_nodes.ts";

/** Those that Jira can colour; for any other it shows an error instead of the code. */
const LANGUAGES = new Set(
  ("bash c c# c++ cpp css erlang go groovy haskell html java javascript js json lua objc perl " +
    "php python r ruby scala sh sql swift xml yaml").split(" "),
);
const SHORT: Record<string, string> = {
  shell: "bash",
  ts: "javascript",
  typescript: "javascript",
  py: "python",
  rb: "ruby",
  yml: "yaml",
};
const FENCES: Record<string, [string, string]> = {
  strong: ["*", "*"],
  em: ["_", "_"],
  strike: ["-", "-"],
  code: ["{{", "}}"],
};

/** Wiki text of a document, with all that means something to the wiki and is only text escaped. */
export const wikiOf = ({ content }: AdfDocument): string => blocks(content);

const blocks = (nodes: AdfNode[]): string => nodes.map(block).join("\n\n");

function block(node: AdfNode): string {
  const content = node.content ?? [];
  switch (node.type) {
    case "heading":
      return `h${node.attrs?.level}. ${oneLine(content)}`;
    case "codeBlock":
      return codeBlock(node);
    case "bulletList":
    case "orderedList":
      return list(node, "");
    case "blockquote":
      return `{quote}\n${blocks(content)}\n{quote}`;
    case "rule":
      return "----";
    case "table":
      return content.map(row).join("\n");
    default:
      return inline(content);
  }
}

function codeBlock({ attrs, content }: AdfNode): string {
  const text = (content ?? []).map((child) => child.text ?? "").join("");
  const asked = String(attrs?.language ?? "").toLowerCase();
  const language = Object.hasOwn(SHORT, asked) ? SHORT[asked] : asked;
  // code that holds the end of its own block would end there
  const safe = text.replace(/\{(code|noformat)/gi, "{\u200b$1");
  return LANGUAGES.has(language)
    ? `{code:${language}}\n${safe}\n{code}`
    : `{noformat}\n${safe}\n{noformat}`;
}

function list({ type, content }: AdfNode, outer: string): string {
  const bullets = outer + (type === "orderedList" ? "#" : "*");
  return (content ?? []).map((item) => listItem(item, bullets)).join("\n");
}

function listItem({ content }: AdfNode, bullets: string): string {
  const [first, ...rest] = content ?? [];
  const is_line = first?.type === "paragraph";
  const head = `${bullets} ${is_line ? inline(first.content ?? []) : ""}`;
  const parts = (is_line ? rest : [first]).filter(Boolean)
    .map((node) => /List$/.test(node.type) ? list(node, bullets) : block(node));
  return [head, ...parts].join("\n");
}

function row({ content }: AdfNode): string {
  const cells = content ?? [];
  const mark = (cell: AdfNode) => cell.type === "tableHeader" ? "||" : "|";
  const text = cells.map((cell) =>
    `${mark(cell)}${(cell.content ?? []).map((part) => oneLine(part.content ?? [])).join(" ")} `
  );
  return text.join("") + (cells.length > 0 ? mark(cells.at(-1)!) : "");
}

const oneLine = (nodes: AdfNode[]): string => inline(nodes).replaceAll("\n", " ") || " ";

const inline = (nodes: AdfNode[]): string =>
  nodes.map((node) => node.type === "hardBreak" ? "\n" : words(node)).join("")
    .replace(/^(\s*)(#|bq\.|h[1-6]\.)/gm, "$1\u200b$2");

function words({ text = "", marks = [] }: AdfNode): string {
  const inside = text.trim();
  if (inside === "") return text;
  const before = text.slice(0, text.length - text.trimStart().length);
  const after = text.slice(text.trimEnd().length);
  const href = marks.find(({ type }) => type === "link")?.attrs?.href;
  let wiki = escape(inside);
  if (href && href !== wiki) wiki = `[${wiki}|${href.replace(/[|\]\[{}\\]/g, encodeURIComponent)}]`;
  for (const { type } of marks) {
    if (!Object.hasOwn(FENCES, type)) continue;
    const [open, close] = FENCES[type];
    wiki = open + wiki + close;
  }
  return before + wiki + after;
}

/** Addresses stay whole: the wiki makes links of them by itself. */
const escape = (text: string): string =>
  text.split(/(https?:\/\/[^\s|{}[\]\\<>"]+)/).map((part, index) =>
    index % 2 === 1 ? part : escapeWords(part)
  ).join("");

function escapeWords(text: string): string {
  return text
    .replaceAll("\\", "&#92;")
    .replace(/[{}[\]|*_^~+!]/g, "\\$&")
    // struck out, quoted and drawn as faces only at the edge of a word
    .replace(/(?<!\w)-(?=\S)/g, "\\-")
    .replace(/\?\?/g, "\\?\\?")
    .replace(/\((?=(?:[!?/xyni+*-]|on|off|\*[rgby]|flag)\))/g, "\\(")
    .replace(/[:;](?=[()DP])/g, "\\$&");
}
