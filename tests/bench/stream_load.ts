import { ADMIN_TOKEN } from "@/tests/bench/server_process.ts";

/** How long those who came together stay together. */
const STAY_MS = 500;

/**
 * Opens streams of all three kinds, `together` at a time. A third of the readers read all the
 * while; the others read the beginning, and their connection is reset over what they did not read.
 */
export async function streamLoad(
  port: number,
  task_id: string,
  count: number,
  together: number,
): Promise<void> {
  const paths = [`/api/tasks/${task_id}/stream`, "/api/events", `/tasks/${task_id}/live`];
  for (let opened = 0; opened < count; opened += together) {
    const now = Math.min(together, count - opened);
    const readers = await Promise.all(
      Array.from({ length: now }, (_, i) => open(port, paths[i % 3], i % 9 < 3)),
    );
    await new Promise((resolve) => setTimeout(resolve, STAY_MS));
    for (const reader of readers) reader.close();
  }
}

async function open(port: number, path: string, reads_on: boolean): Promise<Deno.Conn> {
  const socket = await Deno.connect({ port, hostname: "127.0.0.1" });
  await socket.write(new TextEncoder().encode(
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${ADMIN_TOKEN}\r\n\r\n`,
  ));
  const into = new Uint8Array(1_024);
  const read = await socket.read(into);
  const head = new TextDecoder().decode(into.subarray(0, read ?? 0));
  if (!head.startsWith("HTTP/1.1 200")) throw new Error(head);
  if (reads_on) socket.readable.pipeTo(new WritableStream()).catch(() => {}); // until it is closed
  return socket;
}

if (import.meta.main) {
  const [port, task_id, count, together] = Deno.args;
  await streamLoad(Number(port), task_id, Number(count), Number(together));
}
