import assert from "node:assert/strict";
import { github } from "@/server/providers/github.ts";
import { ProviderError } from "@/server/providers/provider.ts";

export const TARGET = {
  repository: "octo/hello",
  number: 7,
  is_pull_request: false,
  on: "issue_comment",
  comment_id: 99,
  thread_comment_id: null,
};

interface Seen {
  method: string;
  path: string;
  authorization: string | null;
  body: unknown;
}

/** A recorder on loopback that answers each call with the next answer. */
export function recorder(...answers: (Response | ((request: Request) => Promise<Response>))[]) {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const text = await request.clone().text();
    seen.push({
      method: request.method,
      path: pathname + search,
      authorization: request.headers.get("authorization"),
      body: text === "" ? null : JSON.parse(text),
    });
    const answer = answers.shift() ?? new Response("no answer left", { status: 599 });
    return typeof answer === "function" ? await answer(request) : answer;
  });
  const base_url = `http://127.0.0.1:${server.addr.port}`;
  return {
    seen,
    base_url,
    sender: github.connect({ base_url, token: "t0ken" }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });

/** That moment, as GitHub writes it into a header. */
export const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

/** The error of a call that must fail. */
export async function failure(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(() => assert.fail("it went through"), (e) => e);
  assert.ok(error instanceof ProviderError, String(error));
  return error;
}
