/** Stands in for Jira on loopback: keeps the comments that are posted to it. */
import type { AdfNode } from "@/server/providers/jira/document_nodes.ts";

export interface KeptComment {
  id: string;
  issue: string;
  body: unknown;
  author: Record<string, string>;
  created: string;
  properties: { key: string; value: unknown }[];
  visibility: unknown;
}

export interface Call {
  method: string;
  path: string;
  authorization: string | null;
  body: unknown;
}

/** A Jira whose account is `me`; the answers in `next` come first, in order. */
export function startJira(me: Record<string, string>) {
  const calls: Call[] = [];
  const comments: KeptComment[] = [];
  const next: ((request: Request) => Response | Promise<Response>)[] = [];

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const url = new URL(request.url);
    const text = await request.clone().text();
    const body = text === "" ? null : JSON.parse(text);
    const authorization = request.headers.get("authorization");
    calls.push({ method: request.method, path: url.pathname + url.search, authorization, body });
    const first = next.shift();
    return first ? await first(request) : work(request.method, url, body);
  });

  // deno-lint-ignore no-explicit-any -- whatever was posted
  function work(method: string, url: URL, body: any): Response {
    const path = url.pathname.replace(/^\/rest\/api\/[23]/, "");
    if (path === "/myself") return Response.json(me);
    const [, issue, id] = /^\/issue\/(\d+)\/comment(?:\/(\d+))?$/.exec(path) ?? [];
    if (!issue) return missing();
    if (method === "POST") return post(issue, body);
    if (method === "PUT") return put(id, body);
    const at = Number(url.searchParams.get("startAt"));
    const size = Number(url.searchParams.get("maxResults"));
    const all = comments.filter((one) => one.issue === issue).reverse();
    const shown = all.slice(at, at + size);
    return Response.json({ startAt: at, maxResults: size, total: all.length, comments: shown });
  }

  // deno-lint-ignore no-explicit-any -- whatever was posted
  function post(issue: string, { body, properties = [], visibility = null }: any): Response {
    const id = String(700 + comments.length);
    const created = new Date().toISOString().replace("Z", "+0000");
    comments.push({ id, issue, body, author: me, created, properties, visibility });
    return Response.json({ id, self: `https://elsewhere.example/${id}` }, { status: 201 });
  }

  // deno-lint-ignore no-explicit-any -- whatever was posted
  function put(id: string, { body, visibility = null }: any): Response {
    const found = comments.find((one) => one.id === id);
    if (!found) return missing();
    Object.assign(found, { body, visibility });
    return Response.json({ id });
  }

  const missing = () =>
    Response.json({ errorMessages: ["Issue does not exist"], errors: {} }, { status: 404 });

  return {
    base_url: `http://127.0.0.1:${server.addr.port}`,
    calls,
    comments,
    next,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const HOLDS: Record<string, string[]> = {
  doc: ["paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote"]
    .concat("rule", "table"),
  blockquote: ["paragraph", "bulletList", "orderedList", "codeBlock"],
  bulletList: ["listItem"],
  orderedList: ["listItem"],
  listItem: ["paragraph", "bulletList", "orderedList", "codeBlock"],
  table: ["tableRow"],
  tableRow: ["tableHeader", "tableCell"],
  tableHeader: ["paragraph", "bulletList", "orderedList", "codeBlock"],
  tableCell: ["paragraph", "bulletList", "orderedList", "codeBlock"],
  paragraph: ["text", "hardBreak"],
  heading: ["text", "hardBreak"],
  codeBlock: ["text"],
};
const NEVER_EMPTY = ["bulletList", "orderedList", "listItem", "blockquote", "table", "tableRow"]
  .concat("tableHeader", "tableCell");

/** What Atlassian's schema forbids in a document, as far as ours use it; empty: nothing. */
export function documentProblems(node: AdfNode, path = node.type): string[] {
  const children = node.content ?? [];
  const problems = children.filter(({ type }) => !HOLDS[node.type]?.includes(type))
    .map(({ type }) => `${path} holds ${type}`);
  if (children.length === 0 && NEVER_EMPTY.includes(node.type)) problems.push(`${path} is empty`);
  if (node.type === "listItem" && /List$/.test(children[0]?.type)) {
    problems.push(`${path} begins with a list`);
  }
  if (node.type === "text" && !node.text) problems.push(`${path} has no text`);
  const marks = (node.marks ?? []).map(({ type }) => type);
  if (marks.includes("code") && marks.some((mark) => !["code", "link"].includes(mark))) {
    problems.push(`${path} has ${marks}`);
  }
  return problems.concat(
    children.flatMap((child) => documentProblems(child, `${path}/${child.type}`)),
  );
}

/** All text of a document. */
export const wordsOf = (node: AdfNode): string =>
  (node.text ?? "") + (node.content ?? []).map(wordsOf).join(" ");
