import { type Place, PORT } from "./place.ts";

export function settingArguments(
  place: Place,
  durable: boolean,
  more: Record<string, string> = {},
): string[] {
  const settings = { ...BASE, ...(durable ? {} : FORGETFUL), ...sockets(place), ...more };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

export function maxConnections(settings: Record<string, string> = {}): number {
  return Number(settings.max_connections ?? BASE.max_connections);
}

const BASE = {
  listen_addresses: "", // by socket only: no port to clash with, nothing to reach from outside
  max_connections: "100",
  superuser_reserved_connections: "0", // it has no way in
  shared_buffers: "128MB",
  wal_compression: "pglz",
  jit: "off", // the npm build has no LLVM
  log_line_prefix: "%m [%p] ",
  // Statements and details hold what people wrote, and secrets: they stay out of the log.
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
  // One sync of the file system instead of one for each of thousands of files, before a recovery.
  ...(Deno.build.os === "linux" ? { recovery_init_sync_method: "syncfs" } : {}),
};

const FORGETFUL = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };

function sockets(place: Place): Record<string, string> {
  // The setting is a list: quoted, so that a comma in the path is not the end of it.
  const quoted = `"${place.sockets.replaceAll('"', '""')}"`;
  return { unix_socket_directories: quoted, unix_socket_permissions: "0700", port: String(PORT) };
}
