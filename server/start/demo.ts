import { join } from "node:path";
import type { Texts } from "@/db/process/read.ts";
import { ALL } from "@/db/process/variables.ts";
import { accounts, makeSecrets, webhooks } from "@/server/demo/settings.ts";

/** What a demo takes from our environment: never an account or a token. */
const TAKEN_OVER = ["PORT", "HOST", "PUBLIC_URL", "DATA_DIR", "LOG_LEVEL", "LOG_JSON", "CLAUDE_BIN"]
  .concat("AGENT_ISOLATION", "AGENT_CONTAINED", "MAX_CONCURRENT_TASKS");

/** What an earlier start has opened is still known by its number. */
const newNumber = () => 101 + Math.floor(Math.random() * 9_000);

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

/** Starts stand-ins for the model and the services. */
export async function prepareDemo(env: Texts): Promise<Demo> {
  const [{ startScriptedModel }, { startGithubRecorder }, { startServiceRecorder }, shop, changes] =
    await Promise.all([
      import("@/server/demo/scripted_model.ts"),
      import("@/server/demo/github_recorder.ts"),
      import("@/server/demo/service_recorder.ts"),
      import("@/server/demo/samples/tea_shop.ts"),
      import("@/server/demo/samples/tea_shop_changes.ts"),
    ]);
  const model = await startScriptedModel({ steps: changes.TEA_SHOP_STEPS });
  const repositories = await Deno.makeTempDir({ prefix: "agent-demo-" });
  const [at_github, at_gitlab] = ["hub", "lab"].map((name) => join(repositories, name));
  // without git: the tasks say so
  await Promise.all([at_github, at_gitlab].map(shop.makeTeaShop)).catch(() => {});
  const github = startGithubRecorder(at_github, { first_pull: newNumber() });
  const services = startServiceRecorder(at_gitlab);
  const secrets = makeSecrets();
  return {
    secrets,
    recorder_url: services.url,
    github_url: github.url,
    close: async () => {
      await Promise.all([model.close(), github.close(), services.close()]);
      await Deno.remove(repositories, { recursive: true });
    },
    env: {
      DATA_DIR: "./data/demo",
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
  await stories.tellOfChange(stage, over);
}
