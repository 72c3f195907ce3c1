/** A stand-in for Slack's Web API on loopback: answers each call with the next answer. */
import { slack } from "@/server/providers/slack.ts";

export interface Seen {
  method: string;
  /** `chat.postMessage`, with its query */
  path: string;
  authorization: string | null;
  // deno-lint-ignore no-explicit-any -- tests look into it
  body: any;
}
type Next = Response | ((request: Request) => Response | Promise<Response>);

export function recorder(...answers: Next[]) {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const text = await request.clone().text();
    seen.push({
      method: request.method,
      path: pathname.replace(/^\/api\//, "") + search,
      authorization: request.headers.get("authorization"),
      body: text === "" ? null : JSON.parse(text),
    });
    const answer = answers.shift() ?? new Response("no answer left", { status: 599 });
    return typeof answer === "function" ? await answer(request) : answer;
  });
  const host = `127.0.0.1:${server.addr.port}`;
  const base_url = `http://${host}/api`;
  return {
    seen,
    host,
    base_url,
    sender: slack.connect({ base_url, token: "xoxb-t0ken", allow_hosts: [host] }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

export const ok = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
  Response.json({ ok: true, ...more }, { headers });

/** Slack's way to fail: with status 200. */
export const refused = (error: string, more: Record<string, unknown> = {}) =>
  Response.json({ ok: false, error, ...more });

export const posted = (ts = "1700000009.000100") => ok({ channel: "C1", ts });
