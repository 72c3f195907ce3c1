// deno-lint-ignore-file no-console -- a main: it prints
import { getLogger } from "@logtape/logtape";
import { connect, type Database } from "@/db/client.ts";
import { checkConnections, SERVER_CONNECTIONS, SERVER_POOL } from "@/db/connections.ts";
import { flushAnswerTimes } from "@/db/deliveries/answer_times.ts";
import { largeBodiesKept } from "@/db/deliveries/large_body.ts";
import { shareSecrets } from "@/db/held_secrets/share.ts";
import { NewerDatabaseError } from "@/db/migrate.ts";
import { migrateWhenThere } from "@/db/migrate_when_there.ts";
import { freeMemoryWhenQuiet } from "@/db/process/free_memory.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { liveUntilStopped } from "@/db/process/lifecycle.ts";
import { configureLogging } from "@/db/process/logging.ts";
import { within } from "@/db/process/pause.ts";
import { whenAskedToStop } from "@/db/process/stopping.ts";
import { createApp } from "@/server/app.ts";
import { ConfigError, loadConfig, type ServerConfig } from "@/server/config.ts";
import { keepWebhooks } from "@/server/webhooks/keep.ts";
import { lastAnswer } from "@/server/errors.ts";
import { type Live, startLive } from "@/server/live.ts";
import { createMetrics } from "@/server/metrics.ts";
import * as pages from "@/server/pages.tsx";
import { warmUp } from "@/server/webhooks/warm_up.ts";

const log = getLogger(["agent", "server"]);

const NOT_HELPED = [ConfigError, NewerDatabaseError];

const GRACE_MS = 5_000;
const PORT = { patience_ms: GRACE_MS + 1_000 };

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
    // EX_CONFIG of sysexits.h: the supervisor does not start it again.
    Deno.exit(NOT_HELPED.some((kind) => error instanceof kind) ? 78 : 1);
  }
}

async function serve(
  config: ServerConfig,
  held: HeldSecrets,
  stopping: AbortSignal,
): Promise<void> {
  await liveUntilStopped(stopping, async (step) => {
    await step("free memory", () => freeMemoryWhenQuiet(), (stop) => stop());
    const url = config.database_url.reveal();
    await step("the database's tables", () => migrateWhenThere(url, stopping));
    const db = await step(
      "the connections",
      () => connect(url, { max: SERVER_POOL, application_name: "server" }),
      (db) => db.close(),
    );
    await step("room in Postgres", () => checkConnections(db, SERVER_CONNECTIONS));
    await step("the secrets of all", () => shareSecrets(db, config, held), (end) => end());
    await step("what is written behind an answer", () => db, writeDown);
    const webhooks = await step(
      "the webhooks",
      () => keepWebhooks(db, config),
      (webhooks) => webhooks.stop(),
    );
    await step("a warm start", () => warmUp(db, webhooks, config.public_url));
    const live = await step("the streams", () => startLive(db), (live) => live.stop());
    const metrics = createMetrics();
    const { redactor } = held;
    const app = createApp({ db, live, config, webhooks, metrics, redactor, pages });
    await step("the port", () => listen(config, app.fetch), (server) => hangUp(server, live), PORT);
  });
}

function listen({ host, port }: ServerConfig, handler: Deno.ServeHandler): Deno.HttpServer {
  return Deno.serve({
    hostname: host,
    port,
    onListen: ({ hostname, port }) =>
      log.info("listening on {hostname}:{port}", { hostname, port }),
    onError: lastAnswer,
  }, handler);
}

async function hangUp(server: Deno.HttpServer, live: Live): Promise<void> {
  const closed = server.shutdown(); // nobody new; the streams would hold it open
  await live.stop();
  await within(closed, GRACE_MS, () => {});
}

async function writeDown(db: Database): Promise<void> {
  await largeBodiesKept(db);
  await flushAnswerTimes(db).catch(() => {});
}
