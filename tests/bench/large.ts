import { connect, type Database } from "@/db/client.ts";
import { payload, placeOfId, renew } from "@/tests/bench/comments.ts";
import { latencies } from "@/tests/bench/latencies.ts";

const BYTES = 25 * 1024 * 1024;
export const LARGE_TIMES = 7;

interface Large {
  name: string;
  content_type: string;
  body: Uint8Array<ArrayBuffer>;
}

/** A real comment beside something that fills the body to the last byte that is allowed. */
function jsonWith(filling: (room: number) => string, room = BYTES): string {
  const text = new TextDecoder().decode(payload(1));
  const start = `${text.slice(0, -1)},"filling":`;
  const filled = filling(room - new TextEncoder().encode(start).length - 1);
  return `${start}${filled}}`.padEnd(room);
}

const strings = (room: number): string => {
  const one = `"${"a line of a log that somebody has put into a payload ".repeat(2)}",`;
  return `[${one.repeat(Math.floor((room - 4) / one.length))}""]`;
};

const objects = (room: number): string => {
  const one = `{"id":9007199254740,"name":"a label","on":true,"of":null},`;
  return `[${one.repeat(Math.floor((room - 4) / one.length))}{}]`;
};

function form(): Uint8Array<ArrayBuffer> {
  const json = jsonWith(strings, Math.floor(BYTES / 1.4));
  const encoded = `payload=${new URLSearchParams({ p: json }).toString().slice(2)}`;
  return new TextEncoder().encode(encoded.slice(0, BYTES));
}

function longText(): string {
  const comment = JSON.parse(new TextDecoder().decode(payload(1)));
  const words = "words that nobody reads to the end, `code` and *stars* among them. ";
  comment.comment.body = `@agent analyze this: ${words.repeat(Math.floor(25e6 / words.length))}`;
  return JSON.stringify(comment).padEnd(BYTES);
}

/** What is sent, each when its turn comes: all at once would be 100 MiB. */
const PAYLOADS: (() => Large)[] = [
  () => json("JSON, an array of strings", jsonWith(strings)),
  () => json("JSON, an array of small objects", jsonWith(objects)),
  () => json("JSON, one comment of 25 MB", longText()),
  () => ({
    name: "a form with JSON in it",
    content_type: "application/x-www-form-urlencoded",
    body: form(),
  }),
];

const json = (name: string, text: string): Large => ({
  name,
  content_type: "application/json",
  body: new TextEncoder().encode(text),
});

/** Sends each to the server, one after the other; medians of the answer's and the server's time. */
export async function largeDeliveries(url: string, port: number) {
  const db = connect(url, { max: 1 });
  const seen: { name: string; answer_ms: number; server_ms: number }[] = [];
  for (const make of PAYLOADS) {
    const large = make();
    const id_at = placeOfId(large.body);
    const answers: number[] = [];
    for (let i = 0; i < LARGE_TIMES; i++) answers.push(await send(port, large, id_at));
    const server_ms = latencies(await answeredTimes(db, LARGE_TIMES)).p50_ms;
    seen.push({ name: large.name, answer_ms: latencies(answers).p50_ms, server_ms });
  }
  await db.close();
  return seen;
}

async function send(port: number, { body, content_type }: Large, id_at: number): Promise<number> {
  const head = new TextEncoder().encode(
    `POST /webhooks/github HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n` +
      `content-type: ${content_type}\r\ncontent-length: ${body.length}\r\n` +
      `x-github-event: issue_comment\r\nx-github-delivery: ${crypto.randomUUID()}\r\n` +
      `x-hub-signature-256: ${renew(body, id_at)}\r\n\r\n`,
  );
  using socket = await Deno.connect({ port, hostname: "127.0.0.1" });
  const started = performance.now();
  for (const bytes of [head, body]) {
    for (let at = 0; at < bytes.length;) at += await socket.write(bytes.subarray(at));
  }
  const answer = await new Response(socket.readable).text();
  const answer_ms = performance.now() - started;
  if (!answer.includes('"accepted"')) throw new Error(answer);
  return answer_ms;
}

/** What the server noted of the newest ones; it does so half a second after the answer. */
async function answeredTimes({ sql }: Database, count: number): Promise<number[]> {
  const give_up = Date.now() + 10_000;
  while (Date.now() < give_up) {
    const rows = await sql<{ answered_ms: number | null }[]>`
      select answered_ms from deliveries where outcome <> 'duplicate'
      order by delivery_id desc limit ${count}`;
    const times = rows.flatMap(({ answered_ms }) => answered_ms === null ? [] : [answered_ms]);
    if (times.length === count) return times;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the server did not note how long it took");
}
