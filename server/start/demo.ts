import { randomBytes } from "node:crypto";
import type { Texts } from "@/db/process/read.ts";
import { ALL } from "@/db/process/variables.ts";

/** What a demo may take over: where it listens and how the CLI runs, never an account or a token. */
const TAKEN_OVER = ["PORT", "HOST", "PUBLIC_URL", "DATA_DIR", "LOG_LEVEL", "LOG_JSON", "CLAUDE_BIN"]
  .concat("AGENT_ISOLATION", "AGENT_CONTAINED", "MAX_CONCURRENT_TASKS");

export interface Demo {
  /** The environment that the demo starts from. */
  env: Texts;
  github_secret: string;
  close(): Promise<void>;
}

/** Starts the outside world in small; takes our environment and returns the demo's. */
export async function prepareDemo(env: Texts): Promise<Demo> {
  const [{ startScriptedModel }, { startGithubRecorder }, { makeTeaShop }] = await Promise.all([
    import("@/server/demo/scripted_model.ts"),
    import("@/server/demo/github_recorder.ts"),
    import("@/server/demo/samples/tea_shop.ts"),
  ]);
  const model = await startScriptedModel();
  const repositories = await Deno.makeTempDir({ prefix: "agent-demo-" });
  // Without git there is nothing to clone, and the tasks say so.
  await makeTeaShop(repositories).catch(() => {});
  const github = startGithubRecorder(repositories);
  const github_secret = randomBytes(16).toString("hex");
  return {
    github_secret,
    close: async () => {
      await Promise.all([model.close(), github.close()]);
      await Deno.remove(repositories, { recursive: true });
    },
    env: {
      DATA_DIR: "./data/demo",
      ...takeOver(env),
      ENV_FILE: "/dev/null", // instead of `.env`, which may hold accounts
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "demo",
      GITHUB_WEBHOOK_SECRET: github_secret,
      GITHUB_TOKEN: "demo",
      GITHUB_API_URL: github.url,
      GITHUB_URL: github.url, // nothing of a demo leaves the machine
    },
  };
}

function takeOver(env: Texts): Texts {
  const is_setting = (name: string) => name in ALL || name.replace(/_FILE$/, "") in ALL;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !is_setting(name) || TAKEN_OVER.includes(name)),
  );
}

/** Sends a few deliveries, so that there is something to look at. */
export async function tellStories(url: string, admin_token: string, github_secret: string) {
  const stories = await import("@/server/demo/stories.ts");
  await stories.tellStories({ url, admin_token, github_secret });
}
