import type { Holds } from "@/tests/flows/kills/holds.ts";

export interface Asked {
  method: string;
  path: string;
  search: string;
  body: Uint8Array<ArrayBuffer>;
}

/** Where a request waits before it is answered, and where its answer waits on the way back. */
export type Toll = (asked: Asked) => { before?: string; after?: string };

export interface Tollgate extends AsyncDisposable {
  url: string;
}

/** Stands in front of a service on loopback. */
export function tollgate(target: string, toll: Toll, holds: Holds): Tollgate {
  const at = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const closing = new AbortController();
  const server = Deno.serve({ ...at, signal: closing.signal }, async (request) => {
    const { pathname: path, search } = new URL(request.url);
    const { method } = request;
    const body = new Uint8Array(await request.arrayBuffer());
    const { before, after } = toll({ method, path, search, body });
    if (before) await holds.pass(before);
    const headers = new Headers(request.headers);
    headers.delete("host");
    const answer = await fetch(target + path + search, {
      method,
      headers,
      body: body.length > 0 ? body : undefined,
      redirect: "manual",
    });
    if (after) await holds.pass(after);
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server.finished;
    },
  };
}
