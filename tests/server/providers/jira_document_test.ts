// The types are those of Atlassian's JSON schema, version 57.7.22: `full` and `stage-0`.
import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import { type People, textOf } from "@/server/providers/jira/document_text.ts";

type Node = Record<string, unknown>;

const words = (text: string, ...marks: unknown[]): Node => ({ type: "text", text, marks });
const node = (type: string, attrs: Node | null, ...content: unknown[]): Node => ({
  type,
  ...(attrs ? { attrs } : {}),
  ...(content.length > 0 ? { content } : {}),
});
const p = (...content: unknown[]): Node => node("paragraph", null, ...content);
const said = (...content: unknown[]): string =>
  textOf({ type: "doc", version: 1, content }) ?? "(none)";
const x = p(words("x"));
const item = (text: string, ...more: Node[]): Node =>
  node("listItem", null, p(words(text)), ...more);
const row = (kind: string, ...cells: string[]): Node =>
  node("tableRow", null, ...cells.map((cell) => node(kind, null, p(words(cell)))));

const nodes: Record<string, [node: Node, text: string]> = {
  doc: [node("doc", null, x), "x"],
  paragraph: [p(words("a"), words("b")), "ab"],
  heading: [node("heading", { level: 2 }, words("Steps")), "Steps"],
  text: [p(words("as it is  here")), "as it is  here"],
  hardBreak: [p(words("a"), node("hardBreak", null), words("b")), "a\nb"],
  mention: [p(node("mention", { id: "5f:00-a1", text: "@Nora" })), "[~accountid:5f:00-a1]"],
  "mention without an id": [p(node("mention", { text: "@here" })), "@here"],
  emoji: [p(node("emoji", { shortName: ":tada:", text: "🎉" })), "🎉"],
  "emoji of one's own": [p(node("emoji", { shortName: ":tea:" })), ":tea:"],
  date: [p(node("date", { timestamp: "1790035200000" })), "2026-09-22"],
  "date that is none": [p(node("date", { timestamp: "soon" })), "soon"],
  status: [
    p(words("is "), node("status", { text: "IN PROGRESS", color: "blue" })),
    "is IN PROGRESS",
  ],
  inlineCard: [p(node("inlineCard", { url: "https://a.example/1" })), "https://a.example/1"],
  "inlineCard with data": [p(node("inlineCard", { data: { name: "Plan" } })), "Plan"],
  blockCard: [node("blockCard", { url: "https://a.example/2" }), "https://a.example/2"],
  embedCard: [node("embedCard", { url: "https://a.example/3" }), "https://a.example/3"],
  placeholder: [p(node("placeholder", { text: "write here" }), words("x")), "x"],
  bulletList: [
    node("bulletList", null, item("a", node("bulletList", null, item("b"))), item("c")),
    "* a\n** b\n* c",
  ],
  orderedList: [
    node("orderedList", { order: 1 }, item("a", node("bulletList", null, item("b")))),
    "# a\n#* b",
  ],
  listItem: [node("listItem", null, x), "x"],
  taskList: [
    node(
      "taskList",
      null,
      node("taskItem", { state: "DONE" }, words("a")),
      node("taskItem", null, words("b")),
    ),
    "[x] a\n[ ] b",
  ],
  taskItem: [node("taskItem", { state: "TODO" }, words("a")), "[ ] a"],
  blockTaskItem: [node("blockTaskItem", { state: "DONE" }, x), "[x] x"],
  decisionList: [node("decisionList", null, node("decisionItem", null, words("a"))), "Decision: a"],
  decisionItem: [node("decisionItem", { state: "DECIDED" }, words("a")), "Decision: a"],
  codeBlock: [node("codeBlock", { language: "ts" }, words("a\nb")), "{code}\na\nb\n{code}"],
  blockquote: [node("blockquote", null, x), "{quote}\nx\n\n{quote}"],
  panel: [node("panel", { panelType: "warning" }, x), "x"],
  rule: [node("rule", null), "----"],
  bodiedRule: [node("bodiedRule", null, x), "----\nx"],
  expand: [node("expand", { title: "How to repeat it" }, x), "How to repeat it\nx"],
  nestedExpand: [node("nestedExpand", { title: "More" }, x), "More\nx"],
  table: [
    node("table", null, row("tableHeader", "Name", "Price"), row("tableCell", "Tea", "3")),
    "|| Name || Price ||\n| Tea | 3 |",
  ],
  tableRow: [row("tableCell", "a", "b"), "| a | b |"],
  "tableCell with a bar": [
    node(
      "tableCell",
      null,
      p(words("a|b "), words("c|d", { type: "code" })),
      node("codeBlock", null, words("e|f")),
    ),
    "| a\\|b {{c|d}} {code} e|f {code}",
  ],
  "list of words that look like one": [
    node("orderedList", null, item("#7 fails"), item("b")),
    "# #7 fails\n# b",
  ],
  tableHeader: [node("tableHeader", null, x), "|| x"],
  tableCell: [node("tableCell", null, x, p(words("y"))), "| x y"],
  layoutSection: [
    node(
      "layoutSection",
      null,
      node("layoutColumn", { width: 50 }, x),
      node("layoutColumn", { width: 50 }, x),
    ),
    "x\nx",
  ],
  layoutColumn: [node("layoutColumn", { width: 50 }, x), "x"],
  mediaSingle: [
    node(
      "mediaSingle",
      null,
      node("media", { type: "file", alt: "the wrong total" }),
      node("caption", null, words("Figure 1")),
    ),
    "the wrong total\nFigure 1",
  ],
  mediaGroup: [
    node("mediaGroup", null, node("media", { alt: "a" }), node("media", { alt: "b" })),
    "a\nb",
  ],
  media: [
    node("media", { type: "external", url: "https://a.example/p.png", alt: "p" }),
    "p https://a.example/p.png",
  ],
  mediaInline: [
    p(words("see "), node("mediaInline", { type: "file", alt: "log.txt" })),
    "see log.txt",
  ],
  caption: [node("caption", null, words("Figure 1")), "Figure 1"],
  extension: [node("extension", { extensionKey: "toc", text: "Contents" }), "Contents"],
  inlineExtension: [p(node("inlineExtension", { text: "42 days" })), "42 days"],
  bodiedExtension: [node("bodiedExtension", { extensionKey: "excerpt" }, x), "x"],
  multiBodiedExtension: [node("multiBodiedExtension", null, node("extensionFrame", null, x)), "x"],
  extensionFrame: [node("extensionFrame", null, x), "x"],
  syncBlock: [node("syncBlock", { resourceId: "1" }, x), "x"],
  bodiedSyncBlock: [node("bodiedSyncBlock", { resourceId: "1" }, x), "x"],
  "of a type that nobody knows yet": [
    node("hologram", { title: "Above", text: "in", alt: "beside", url: "https://a.example" }, x),
    "in Above beside https://a.examplex",
  ],
};

for (const [type, [given, text]] of Object.entries(nodes)) {
  Deno.test(`a node ${type} is read`, () => assert.equal(said(given), text));
}

const link = (href: string) => ({ type: "link", attrs: { href } });
const KEEPS_TEXT = [
  "strong",
  "em",
  "strike",
  "underline",
  "subsup",
  "sub",
  "sup",
  "textColor",
  "backgroundColor",
  "border",
  "breakout",
  "alignment",
  "indentation",
  "annotation",
  "fragment",
  "dataConsumer",
  "fontSize",
  "of a type that nobody knows yet",
];

Deno.test("marks keep their text; code is mono, and a link says where it leads", () => {
  for (const type of KEEPS_TEXT) assert.equal(said(p(words("a", { type }))), "a", type);
  assert.equal(said(p(words("rm -r", { type: "code" }))), "{{rm -r}}");
  assert.equal(
    said(p(words("the log", link("https://a.example/log")))),
    "the log (https://a.example/log)",
  );
  assert.equal(said(p(words("https://a.example", link("https://a.example")))), "https://a.example");
});

Deno.test("a wrong type takes one field away and no text", () => {
  const odd: unknown[] = [null, 7, "x", [], {}, { toString: "x" }];
  for (const value of odd) {
    for (const key of ["id", "text", "title", "alt", "url", "timestamp", "state", "data"]) {
      for (
        const type of ["mention", "date", "status", "expand", "media", "inlineCard", "taskItem"]
      ) {
        assert.match(said(node(type, { [key]: value }, words("kept"))), /kept/, `${type} ${key}`);
      }
    }
    const around = { type: "panel", marks: value, attrs: value, content: [x, { type: value }] };
    assert.equal(said(around), "x");
    assert.equal(
      said({ type: "text", text: "kept", marks: [{ type: "link", attrs: value }] }),
      "kept",
    );
  }
});

Deno.test("no command is read out of code, quotes, names or addresses, however they are written", () => {
  const FIX = "@agent fix";
  const hidden = [
    node("codeBlock", null, words(`{code}\n${FIX}\n{code}`)),
    node("codeBlock", null, words(`{code:java} ${FIX} {CODE} ${FIX}`)),
    node("blockquote", null, p(words(`{quote} ${FIX} {quote} ${FIX}`))),
    p(words(`a }} ${FIX} {{`, { type: "code" })),
    p(words(`a }}} ${FIX}`, { type: "code" })),
    p(words(`a\n${FIX}`, { type: "code" })),
    p(words(`${"a".repeat(2000)} ${FIX}`, { type: "code" })),
    p(words("a", link(`x: ${FIX}`)), words(" fix")),
    p(words("a", link("@agent")), words(" fix")),
    p(node("mention", { id: "1", text: FIX }), words(" hello")),
    p(node("mention", { id: `1] ${FIX} [`, text: "x" })),
    node(
      "table",
      null,
      node("tableRow", null, node("tableCell", null, node("codeBlock", null, words(FIX)))),
    ),
    p(node("placeholder", { text: FIX })),
    node("blockCard", { url: `https://a.example/ ${FIX}` }),
  ];
  for (const given of hidden) {
    const text = said(given);
    assert.doesNotMatch(jira.hide(text), /@agent[,:]?[ \t]+fix/, text);
  }
  const seen = [
    p(words(FIX)),
    node("panel", null, p(words(FIX))),
    node("bulletList", null, item(FIX)),
  ];
  for (const given of seen) assert.match(jira.hide(said(given)), /@agent fix/);
});

Deno.test("however deep a document is, its text is read", () => {
  const deep = (type: string) => {
    let inner: Node = words("x");
    for (let i = 0; i < 50_000; i++) inner = { type, content: [inner] };
    return inner;
  };
  for (const type of ["panel", "bulletList", "blockquote", "tableCell"]) {
    assert.match(said(deep(type)), /x/, type);
  }
});

Deno.test("people are named once, by the mention that the text has", () => {
  const people: People = new Map();
  const nora = node("mention", { id: "a1", text: "@Nora" });
  textOf({ type: "doc", content: [p(nora, nora, node("mention", { id: "a2" }))] }, people);
  assert.deepEqual([...people], [["[~accountid:a1]", "Nora"]]);
});
