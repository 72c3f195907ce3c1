import { EmbeddedError } from "@/db/embedded.ts";
import { liveUntilStopped, type Patience, StopError } from "@/db/process/lifecycle.ts";
import { configureLogging } from "@/db/process/logging.ts";
import { whenAborted } from "@/db/process/pause.ts";
import type { Texts } from "@/db/process/read.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { ConfigError, loadStartConfig, PROJECT_DIR, type StartConfig } from "@/server/config.ts";
import { providers } from "@/server/providers/mod.ts";
import { banner } from "./banner.ts";
import { endLeftover } from "./database.ts";
import { type Demo, prepareDemo, tellStories } from "./demo.ts";
import { findLauncher, whenGone } from "./launcher.ts";
import { StartError } from "./lock.ts";
import { type Machine, type Programs, startMachine } from "./machine.ts";
import { listenForStop, type StopSignals } from "./signals.ts";

export interface SuperviseOptions {
  demo: boolean;
  env: Texts;
  programs: Programs;
  stop?: StopSignals;
  /** For people, to standard output. */
  print(line: string): void;
  /** To standard error. */
  complain(line: string): void;
}

/** Errors that people can act on: shown without a stack. */
const EXPECTED = [ConfigError, StartError, EmbeddedError, StopError];

const HEALTH_PATIENCE_MS = 60_000;
const WORKER_PATIENCE_MS = 15_000;

const PATIENCE: Patience = { stop_ms: 100_000, step_ms: 5_000 };

/** Runs until told to stop. Returns the exit code. */
export async function supervise(options: SuperviseOptions): Promise<number> {
  try {
    return await run(options);
  } catch (error) {
    const is_expected = EXPECTED.some((kind) => error instanceof kind);
    options.complain(is_expected ? (error as Error).message : String((error as Error).stack));
    return 1;
  }
}

async function run(options: SuperviseOptions): Promise<number> {
  const stop = options.stop ?? listenForStop();
  const stopping = new AbortController();
  stop.asked.then((signal) => stopping.abort(signal));
  const launcher = findLauncher();
  if (launcher !== null) whenGone(launcher).then(() => stopping.abort("npx is gone"));
  let code = 0;
  let endLeft = () => Promise.resolve();
  await liveUntilStopped(stopping.signal, async (step) => {
    const { env, programs, print, complain } = options;
    const demo = options.demo
      ? await step("the demo's outside", () => prepareDemo(env), (demo) => demo.close())
      : null;
    const config = loadStartConfig(demo?.env ?? env, PROJECT_DIR);
    configureLogging(config.log, new HeldSecrets(config.secrets).redactor);
    config.warnings.forEach(complain);
    endLeft = () => endLeftover(config);
    const machine = await startMachine(step, config, programs, print, stopping.signal);
    stop.forced.then(() => machine.kill());
    machine.refused.then(() => {
      code = 1;
      stopping.abort("wrong settings");
    });
    machine.lost.then((error) => {
      complain(error.message);
      code = 1;
      stopping.abort("the database is gone");
    });
    const announced = announce(machine, config, demo, print, stopping.signal).catch((error) =>
      complain(`The sign-in link could not be shown: ${error.message}`)
    );
    await step("the banner", () => Promise.race([announced, whenAborted(stopping.signal)]));
  }, PATIENCE).finally(() => stopping.signal.aborted ? endLeft() : undefined);
  return code;
}

const openWebhooks = ({ providers: webhooks }: StartConfig): string[] =>
  [...providers.values()]
    .filter(({ name }) => webhooks[name].secrets.length > 0)
    .map(({ title }) => title);

async function announce(
  machine: Machine,
  config: StartConfig,
  demo: Demo | null,
  print: (line: string) => void,
  over: AbortSignal,
): Promise<void> {
  const healthy = await machine.healthy(HEALTH_PATIENCE_MS, over);
  const worker = await machine.worker(WORKER_PATIENCE_MS, over);
  if (over.aborted) return;
  const sign_in_url = healthy ? await machine.signInUrl() : null;
  if (over.aborted) return;
  print(banner({
    public_url: config.public_url,
    sign_in_url,
    worker,
    data_dir: config.data_dir,
    demo: demo !== null,
    recorder_url: demo?.recorder_url ?? null,
    github_url: demo?.github_url ?? null,
    open_webhooks: openWebhooks(config),
  }));
  if (!demo || !healthy) return;
  await tellStories(config.local_url, machine.admin_token, demo, over).catch((error) => {
    if (!over.aborted) print(`The stories of the demo could not be told: ${error.message}`);
  });
}
