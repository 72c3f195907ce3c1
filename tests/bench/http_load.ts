// deno-lint-ignore-file no-console -- a process of its own: it prints its result
import { createHmac } from "node:crypto";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { type Latencies, latencies } from "@/tests/bench/latencies.ts";

export const SECRET = "a secret of the benchmark";
/** Issues that the comments are about: each is a flow with a conversation of its own. */
const ISSUES = 400;

interface Prepared {
  head: string;
  body: Uint8Array;
}

/** A real `issue_comment` payload, as if its author had asked for an analysis, per issue. */
export function payload(number: number): Uint8Array {
  const example = examples.find(({ name }) => name === "issue_comment")!.examples
    .find((one) => "action" in one && one.action === "created")!;
  const { issue, comment, ...rest } = structuredClone(example) as Record<string, unknown> & {
    issue: Record<string, unknown>;
    comment: Record<string, unknown>;
  };
  return new TextEncoder().encode(JSON.stringify({
    ...rest,
    issue: { ...issue, number },
    comment: { ...comment, body: "@agent analyze why this fails", author_association: "OWNER" },
  }));
}

function prepare(number: number): Prepared {
  const body = payload(number);
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  return {
    body,
    head:
      `POST /webhooks/github HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\nx-github-event: issue_comment\r\n` +
      `x-hub-signature-256: sha256=${signature}\r\nx-github-delivery: `,
  };
}

/**
 * Posts signed deliveries over `connections` kept-alive connections for `seconds`, each waiting
 * for its answer before the next. Raw sockets: the sender shares two cores with what it measures.
 */
export async function httpLoad(port: number, connections: number, seconds: number) {
  const prepared = Array.from({ length: ISSUES }, (_, i) => prepare(i + 1));
  const samples: number[] = [];
  const until = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, async (_, c) => {
    using socket = await Deno.connect({ port, hostname: "127.0.0.1" });
    socket.setNoDelay(true);
    const answer = new Uint8Array(16_384);
    for (let i = c; performance.now() < until; i += connections) {
      const started = performance.now();
      await writeAll(socket, request(prepared[i % ISSUES]));
      await readAnswer(socket, answer);
      samples.push(performance.now() - started);
    }
  }));
  return { ...latencies(samples), per_second: samples.length / seconds };
}
export type Load = Latencies & { per_second: number };

function request({ head, body }: Prepared): Uint8Array {
  const start = new TextEncoder().encode(`${head}${crypto.randomUUID()}\r\n\r\n`);
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
  const [port, connections, seconds] = Deno.args.map(Number);
  console.log(JSON.stringify(await httpLoad(port, connections, seconds)));
}
