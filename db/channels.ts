import type { Database, Sql } from "@/db/client.ts";

/** NOTIFY channels. Payloads are ids at most: whoever misses one reads the rows. */
export const CHANNELS = {
  /** Something about one task changed: its status, its output, its cost. Payload: task id. */
  task: "agent_task",
  events: "agent_events",
  /** A worker should look at one of its tasks: a stop, a message for its CLI. Payload: task id. */
  signal: "agent_signal",
  credentials: "agent_credentials",
  settings: "agent_settings",
} as const;
export type Channel = keyof typeof CHANNELS;

/** Sends with the caller's commit. Equal notifications of one transaction are folded into one. */
export async function notify(sql: Sql, channel: Channel, payload = ""): Promise<void> {
  await sql`select pg_notify(${CHANNELS[channel]}, ${payload})`;
}

/** `connected` runs at each (re)connect: read the tables there, what was sent in the gap is gone. */
export async function listen(
  { sql }: Database,
  channel: Channel,
  heard: (payload: string) => void,
  connected: () => void = () => {},
): Promise<() => Promise<void>> {
  const listening = await sql.listen(CHANNELS[channel], heard, connected);
  return () => listening.unlisten();
}
