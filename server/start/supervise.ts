import { EmbeddedError } from "@/db/embedded.ts";
import { configureLogging } from "@/db/process/logging.ts";
import type { Texts } from "@/db/process/read.ts";
import { HeldSecrets } from "@/db/process/held_secrets.ts";
import { ConfigError, loadStartConfig, PROJECT_DIR, type StartConfig } from "@/server/config.ts";
import { providers } from "@/server/providers/mod.ts";
import { banner } from "./banner.ts";
import { type Demo, prepareDemo, tellStories } from "./demo.ts";
import { findLauncher, whenGone } from "./launcher.ts";
import { StartError } from "./lock.ts";
import { type Machine, type Programs, startMachine } from "./machine.ts";
import { listenForStop } from "./signals.ts";

export interface SuperviseOptions {
  demo: boolean;
  env: Texts;
  programs: Programs;
  /** For people, to standard output. */
  print(line: string): void;
  /** To standard error. */
  complain(line: string): void;
}

const HEALTH_PATIENCE_MS = 60_000;
const WORKER_PATIENCE_MS = 15_000;

/** Runs the machine until it is told to stop. Returns the exit code of the process. */
export async function supervise(options: SuperviseOptions): Promise<number> {
  try {
    return await run(options);
  } catch (error) {
    const is_expected = [ConfigError, StartError, EmbeddedError].some((k) => error instanceof k);
    options.complain(is_expected ? (error as Error).message : String((error as Error).stack));
    return 1;
  }
}

async function run({ demo: is_demo, env, programs, print, complain }: SuperviseOptions) {
  const stop = listenForStop();
  const launcher = findLauncher();
  const demo = is_demo ? await prepareDemo(env) : null;
  const config = loadStartConfig(demo?.env ?? env, PROJECT_DIR);
  configureLogging(config.log, new HeldSecrets(config.secrets).redactor);
  config.warnings.forEach(complain);

  const machine = await startMachine(config, programs, print);
  const outcome = Promise.race([
    stop.asked.then(() => 0),
    launcher === null ? new Promise<never>(() => {}) : whenGone(launcher).then(() => 0),
    machine.refused.then(() => 1),
  ]);
  const over = new AbortController();
  const code = outcome.finally(() => over.abort());
  await announce(machine, config, demo, print, over.signal);
  await code;

  stop.forced.then(() => machine.kill());
  await machine.stop();
  await demo?.close();
  return await code;
}

const openWebhooks = ({ providers: doors }: StartConfig): string[] =>
  [...providers.values()]
    .filter(({ name }) => doors[name as keyof typeof doors].secrets.length > 0)
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
  print(banner({
    public_url: config.public_url,
    sign_in_url: healthy ? await machine.signInUrl() : null,
    worker,
    data_dir: config.data_dir,
    demo: demo !== null,
    recorder_url: demo?.recorder_url ?? null,
    open_webhooks: openWebhooks(config),
  }));
  if (!demo || !healthy) return;
  await tellStories(config.local_url, machine.admin_token, demo).catch((error) =>
    print(`The stories of the demo could not be told: ${error.message}`)
  );
}
