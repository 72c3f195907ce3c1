// deno-lint-ignore-file no-console -- a process of its own: it prints its result
import { payload, placeOfId, renew } from "@/tests/bench/comments.ts";
import { type Latencies, latencies } from "@/tests/bench/latencies.ts";

/** Issues that the comments are about: each is a flow with a conversation of its own. */
const ISSUES = 400;

interface Prepared {
  head: string;
  body: Uint8Array;
  id_at: number;
}

function prepare(number: number): Prepared {
  const body = payload(number);
  return {
    body,
    id_at: placeOfId(body),
    head:
      `POST /webhooks/github HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\nx-github-event: issue_comment\r\n`,
  };
}

/**
 * Posts signed deliveries over `connections` kept-alive connections for `seconds`, each waiting
 * for its answer before the next. Raw sockets: the sender shares two cores with what it measures.
 */
export async function httpLoad(
  port: number,
  connections: number,
  seconds: number,
  most = Infinity,
) {
  const prepared = Array.from({ length: ISSUES }, (_, i) => prepare(i + 1));
  const samples: number[] = [];
  const until = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async (_, c) => {
    using socket = await Deno.connect({ port, hostname: "127.0.0.1" });
    socket.setNoDelay(true);
    const answer = new Uint8Array(16_384);
    for (let i = c; i < most && performance.now() < until; i += connections) {
      const bytes = request(prepared[i % ISSUES]);
      const started = performance.now();
      await writeAll(socket, bytes);
      await readAnswer(socket, answer);
      samples.push(performance.now() - started);
    }
  }));
  return { ...latencies(samples), per_second: samples.length / seconds };
}
export type Load = Latencies & { per_second: number };

function request({ head, body, id_at }: Prepared): Uint8Array {
  const own = `x-hub-signature-256: ${renew(body, id_at)}\r\n` +
    `x-github-delivery: ${crypto.randomUUID()}\r\n\r\n`;
  const start = new TextEncoder().encode(head + own);
  const all = new Uint8Array(start.length + body.length);
  all.set(start);
  all.set(body, start.length);
  return all;
}

async function writeAll(socket: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await socket.write(bytes.subarray(done));
}

/** Throws when the answer is not 200 `accepted`: a benchmark of refusals is none. */
async function readAnswer(socket: Deno.Conn, into: Uint8Array): Promise<void> {
  let text = "";
  for (;;) {
    const read = await socket.read(into);
    if (read === null) throw new Error("the server closed the connection");
    text += new TextDecoder().decode(into.subarray(0, read));
    const end = text.indexOf("\r\n\r\n");
    const length = /content-length: (\d+)/i.exec(text)?.[1];
    if (end >= 0 && length && text.length >= end + 4 + Number(length)) break;
  }
  if (!text.startsWith("HTTP/1.1 200") || !text.includes('"accepted"')) throw new Error(text);
}

if (import.meta.main) {
  const [port, connections, seconds, most] = Deno.args.map(Number);
  console.log(JSON.stringify(await httpLoad(port, connections, seconds, most)));
}
