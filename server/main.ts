// deno-lint-ignore-file no-console -- a main: it prints
import { getLogger } from "@logtape/logtape";
import { connect } from "@/db/client.ts";
import { flushAnswerTimes } from "@/db/deliveries/answer_times.ts";
import { largeBodiesKept } from "@/db/deliveries/large_body.ts";
import { shareSecrets } from "@/db/held_secrets/share.ts";
import { migrate } from "@/db/migrate.ts";
import { configureLogging } from "@/db/process/logging.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { whenAskedToStop } from "@/db/process/stopping.ts";
import { createApp } from "@/server/app.ts";
import { ConfigError, loadConfig, type ServerConfig } from "@/server/config.ts";
import { keepDoors } from "@/server/doors.ts";
import { startLive } from "@/server/live.ts";
import { createMetrics } from "@/server/metrics.ts";
import * as pages from "@/server/pages.tsx";

const log = getLogger(["agent", "server"]);

const CONNECTIONS = 20;
/** Requests that still run after this are cut. */
const GRACE_MS = 5_000;

if (import.meta.main) {
  try {
    const config = loadConfig();
    const held = new HeldSecrets(config.secrets);
    configureLogging(config.log, held.redactor);
    for (const warning of config.warnings) log.warn(warning);
    await serve(config, held, whenAskedToStop(Deno.args.includes("--supervised")));
    Deno.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    // sysexits.h EX_CONFIG: the supervisor does not start a wrong configuration again.
    Deno.exit(error instanceof ConfigError ? 78 : 1);
  }
}

/** The server process, from its start until `stopping` fires and everything of it has ended. */
async function serve(
  config: ServerConfig,
  held: HeldSecrets,
  stopping: AbortSignal,
): Promise<void> {
  const url = config.database_url.reveal();
  await migrate(url);
  const db = connect(url, { max: CONNECTIONS, application_name: "server" });
  const stopSharing = await shareSecrets(db, config, held);
  const live = await startLive(db);
  const doors = await keepDoors(db, config);
  const app = createApp({
    ...{ db, live, config, doors, metrics: createMetrics(), redactor: held.redactor, pages },
  });
  const server = Deno.serve({
    ...{ hostname: config.host, port: config.port },
    onListen: ({ hostname, port }) =>
      log.info("listening on {hostname}:{port}", { hostname, port }),
  }, app.fetch);

  await new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    stopping.addEventListener("abort", () => resolve());
  });
  log.info("stopping: {reason}", { reason: stopping.reason });
  const closed = server.shutdown(); // nobody new; the streams would hold it open
  await live.stop();
  await Promise.race([closed, new Promise((over) => setTimeout(over, GRACE_MS))]);
  await doors.stop();
  await stopSharing();
  await largeBodiesKept(db);
  await flushAnswerTimes(db).catch(() => {});
  await db.close();
}
