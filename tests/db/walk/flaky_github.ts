import type { Dice } from "@/tests/db/walk/dice.ts";

/** In front of a service: passes calls on, and loses some on their way there or back. */
export function flakyProxy(url: string, dice: Dice, probability: number) {
  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const body = await request.arrayBuffer();
    if (dice.chance(probability)) return new Response("lost on its way", { status: 502 });
    const { pathname, search } = new URL(request.url);
    const answer = await fetch(url + pathname + search, {
      method: request.method,
      headers: { "content-type": "application/json" },
      body: request.method === "GET" ? undefined : body,
    });
    const text = await answer.text();
    if (dice.chance(probability)) return new Response("lost on its way back", { status: 502 });
    return new Response(text, {
      status: answer.status,
      headers: { "content-type": "application/json" },
    });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, close: () => server.shutdown() };
}
