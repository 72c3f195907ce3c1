// deno-lint-ignore-file no-console -- a process of its own: it prints its result
import { connect } from "@/db/client.ts";
import { fakeCli } from "@/tests/bench/fake_cli.ts";
import { type Latencies, latencies } from "@/tests/bench/latencies.ts";
import { ADMIN_TOKEN, startServer } from "@/tests/bench/server_process.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { untilEnded } from "@/tests/helpers/until.ts";
import { startWorker } from "@/tests/helpers/worker.ts";

export type Viewing = Latencies & { viewers: number; incomplete: number };

/** Milliseconds from a line that the CLI prints to each of many viewers of its task. */
export async function lineToViewer(url: string, viewers: number): Promise<Viewing> {
  const folder = await Deno.makeTempDir({ prefix: "bench-cli-" });
  await Deno.chmod(folder, 0o755);
  const db = connect(url, { max: 2 });
  await using server = await startServer(url);
  const { task_id } = await chatTask(db);
  // Everybody watches before the first line, so that only what is live is measured.
  const watching = watch(server.port, task_id, viewers);
  await watching.connected;
  await using _worker = await startWorker({
    database_url: url,
    model_url: "http://127.0.0.1:9",
    env: { CLAUDE_BIN: await fakeCli(folder, "ticker") },
  });
  const task = await untilEnded(db, task_id);
  if (task.status !== "completed") throw new Error(task.error ?? task.status);
  const result = await watching.result;
  await db.close();
  await Deno.remove(folder, { recursive: true });
  return result;
}

function watch(port: number, task_id: string, viewers: number) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.filename!, `${port}`, task_id, `${viewers}`],
    stdout: "piped",
  }).spawn();
  const connected = Promise.withResolvers<void>();
  const result = (async () => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const bytes of child.stdout) {
      text += decoder.decode(bytes, { stream: true });
      if (text.startsWith("connected\n")) connected.resolve();
    }
    return JSON.parse(text.replace("connected\n", "")) as Viewing;
  })();
  return { connected: connected.promise, result };
}

/** Reads one stream to its end and returns the latency of each line in it. */
async function view(port: number, task_id: string, connected: () => void): Promise<number[]> {
  using socket = await Deno.connect({ port, hostname: "127.0.0.1" });
  const request = `GET /api/tasks/${task_id}/stream HTTP/1.1\r\nhost: 127.0.0.1\r\n` +
    `authorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`;
  await socket.write(new TextEncoder().encode(request));
  const into = new Uint8Array(65_536);
  const decoder = new TextDecoder();
  const samples: number[] = [];
  let seen = false;
  let rest = "";
  for (;;) {
    const read = await socket.read(into);
    const now = performance.timeOrigin + performance.now();
    if (read === null) return samples;
    if (!seen) connected();
    seen = true;
    const text = rest + decoder.decode(into.subarray(0, read), { stream: true });
    for (const [stamp] of text.matchAll(/\b\d{19}\b(?= )/g)) {
      samples.push(now - Number(stamp) / 1e6);
    }
    rest = /\d{1,19}$/.exec(text)?.[0] ?? "";
    if (text.includes("event: task.completed")) return samples;
  }
}

if (import.meta.main) {
  const [port, task_id, viewers] = Deno.args;
  const count = Number(viewers);
  let here = 0;
  const connected = () => ++here === count && console.log("connected");
  const all = await Promise.all(
    Array.from({ length: count }, () => view(Number(port), task_id, connected)),
  );
  const incomplete = all.filter((samples) => samples.length !== 80).length;
  console.log(JSON.stringify({ ...latencies(all.flat()), viewers: count, incomplete }));
}
