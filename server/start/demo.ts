import { join, resolve } from "node:path";
import type { Texts } from "@/db/process/read.ts";
import { ALL } from "@/db/process/variables.ts";
import { PROJECT_DIR } from "@/server/config.ts";
import { accounts, makeSecrets, webhooks } from "@/server/demo/settings.ts";

/** What a demo takes from our environment: never an account or a token. */
const TAKEN_OVER = ["PORT", "HOST", "PUBLIC_URL", "DATA_DIR", "LOG_LEVEL", "LOG_JSON", "CLAUDE_BIN"]
  .concat("AGENT_ISOLATION", "AGENT_CONTAINED", "MAX_CONCURRENT_TASKS");

export interface Demo {
  env: Texts;
  /** Secrets of the built-in webhooks, by provider. */
  secrets: Record<string, string>;
  /** Receives what would leave the machine, and shows it. */
  recorder_url: string;
  /** Shows its issues and pull requests. */
  github_url: string;
  close(): Promise<void>;
}

const DATA_DIR = "./data/demo";

/** Starts stand-ins for the model and the services; what they keep lies below DATA_DIR. */
export async function prepareDemo(env: Texts, dir: string = PROJECT_DIR): Promise<Demo> {
  const [{ startScriptedModel }, { startGithubRecorder }, { startServiceRecorder }, shop, changes] =
    await Promise.all([
      import("@/server/demo/scripted_model.ts"),
      import("@/server/demo/github_recorder.ts"),
      import("@/server/demo/service_recorder.ts"),
      import("@/server/demo/samples/tea_shop.ts"),
      import("@/server/demo/samples/tea_shop_changes.ts"),
    ]);
  const model = await startScriptedModel({ steps: changes.TEA_SHOP_STEPS });
  const outside = resolve(dir, env.DATA_DIR || DATA_DIR, "outside");
  // a folder that cannot be used is told of by what needs it
  await Deno.mkdir(outside, { recursive: true, mode: 0o700 }).catch(() => {});
  const [at_github, at_gitlab] = ["hub", "lab"].map((name) => join(outside, name));
  // without git: the tasks say so
  await Promise.all([at_github, at_gitlab].map(shop.makeTeaShop)).catch(() => {});
  const github = startGithubRecorder(at_github, join(outside, "github.json"));
  const services = startServiceRecorder(at_gitlab);
  const secrets = makeSecrets();
  return {
    secrets,
    recorder_url: services.url,
    github_url: github.url,
    close: async () => void await Promise.all([model.close(), github.close(), services.close()]),
    env: {
      DATA_DIR,
      ...takeOver(env),
      ENV_FILE: "/dev/null", // instead of `.env`, which may hold accounts
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "demo",
      GITHUB_TOKEN: "demo",
      GITHUB_API_URL: github.url,
      GITHUB_URL: github.url, // nothing of a demo leaves the machine
      ...webhooks(secrets),
      ...accounts(services.url),
    },
  };
}

function takeOver(env: Texts): Texts {
  const is_setting = (name: string) => name in ALL || name.replace(/_FILE$/, "") in ALL;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !is_setting(name) || TAKEN_OVER.includes(name)),
  );
}

export async function tellStories(
  url: string,
  admin_token: string,
  { secrets, recorder_url }: Demo,
  over: AbortSignal,
): Promise<void> {
  const stories = await import("@/server/demo/stories.ts");
  const callback_url = `${recorder_url}/custom`;
  const stage = { url, admin_token, secrets, callback_url };
  await stories.tellStories(stage);
  await stories.tellOfChanges(stage, over);
}
