/** Stands in for Sentry on loopback: keeps the comments that are posted to its API. */

export interface Call {
  method: string;
  path: string;
  authorization: string | null;
  body: unknown;
}

/** The answers in `next` come first, in order. Two comments make a page. */
export function startSentry() {
  const calls: Call[] = [];
  const comments: { id: string; issue: string; text: string; dateCreated: string }[] = [];
  const next: ((request: Request) => Response | Promise<Response>)[] = [];

  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const url = new URL(request.url);
    const text = await request.clone().text();
    const body = text === "" ? null : JSON.parse(text);
    const authorization = request.headers.get("authorization");
    calls.push({ method: request.method, path: url.pathname + url.search, authorization, body });
    const first = next.shift();
    return first ? await first(request) : work(request.method, url, body?.text);
  });

  function work(method: string, url: URL, text: string): Response {
    const path = /^\/api\/0\/organizations\/harbour\/issues\/(\d+)\/comments\/(?:(\d+)\/)?$/;
    const [, issue, id] = path.exec(url.pathname) ?? [];
    if (!issue) {
      return Response.json({ detail: "The requested resource does not exist" }, { status: 404 });
    }
    if (method === "POST") return post(issue, text);
    if (method === "PUT") return put(id, text);
    return list(issue, Number(url.searchParams.get("cursor")?.split(":")[1] ?? 0));
  }

  function post(issue: string, text: string): Response {
    if (comments.some((one) => one.issue === issue && one.text === text)) {
      const detail = "You have already posted that comment.";
      return Response.json({ detail }, { status: 400 });
    }
    const id = String(900 + comments.length);
    comments.push({ id, issue, text, dateCreated: new Date().toISOString() });
    return Response.json({ id, type: "note", data: { text } }, { status: 201 });
  }

  function put(id: string, text: string): Response {
    const found = comments.find((one) => one.id === id);
    if (!found) return Response.json({ detail: "Not found" }, { status: 404 });
    found.text = text;
    return Response.json({ id, type: "note", data: { text } });
  }

  function list(issue: string, at: number): Response {
    const all = comments.filter((one) => one.issue === issue).reverse();
    const shown = all.slice(at, at + 2).map(({ id, text, dateCreated }) => ({
      id,
      type: "note",
      dateCreated,
      data: { text },
    }));
    const more = all.length > at + 2;
    const link = `<x>; rel="previous"; results="false"; cursor="0:0:1", ` +
      `<x>; rel="next"; results="${more}"; cursor="0:${at + 2}:0"`;
    return Response.json(shown, { headers: { link } });
  }

  return {
    base_url: `http://127.0.0.1:${server.addr.port}`,
    calls,
    comments,
    next,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
