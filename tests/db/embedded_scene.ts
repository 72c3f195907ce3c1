import { connect } from "@/db/client.ts";
import type { Embedded } from "@/db/embedded.ts";

/** Starts sooner, and may lose data when the machine fails. */
export const FAST = { fsync: false, settings: { shared_buffers: "8MB" } };
export const AS_ROOT = Deno.uid() === 0;

/** Asks over a connection of its own. */
export async function query({ url }: Embedded, text: string): Promise<unknown> {
  const db = connect(url, { max: 1 });
  try {
    return [...await db.sql.unsafe(text)];
  } finally {
    await db.close();
  }
}

/** Starts the server from another process, kills that one, returns the server's pid. */
export async function startAndKillStarter(dir: string): Promise<number> {
  const embedded = JSON.stringify(new URL("../../db/embedded.ts", import.meta.url).href);
  const code = `const { startEmbedded } = await import(${embedded});
    console.log((await startEmbedded(${JSON.stringify(dir)}, ${JSON.stringify(FAST)})).pid);
    setInterval(() => {}, 1000);`;
  const starter = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--cached-only", code],
    stdout: "piped",
  }).spawn();
  const reader = starter.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const pid = Number((await reader.read()).value);
  starter.kill("SIGKILL");
  await starter.status;
  await reader.cancel();
  return pid;
}
