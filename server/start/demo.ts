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

/** Starts the scripted model; takes our environment and returns the demo's. */
export async function prepareDemo(env: Texts): Promise<Demo> {
  const { startScriptedModel } = await import("@/server/demo/scripted_model.ts");
  const model = await startScriptedModel();
  const github_secret = randomBytes(16).toString("hex");
  const stem = (name: string) => name.replace(/_FILE$/, "");
  const kept = Object.entries(env).filter(([name]) =>
    !(name in ALL || stem(name) in ALL) || TAKEN_OVER.includes(name)
  );
  return {
    github_secret,
    close: () => model.close(),
    env: {
      DATA_DIR: "./data/demo",
      ...Object.fromEntries(kept),
      ENV_FILE: Deno.build.os === "windows" ? "NUL" : "/dev/null",
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "demo",
      GITHUB_WEBHOOK_SECRET: github_secret,
      // Nothing of a demo leaves the machine.
      GITHUB_API_URL: `${model.url}/github`,
    },
  };
}

/** Sends a few deliveries, so that there is something to look at. */
export async function tellStories(url: string, admin_token: string, github_secret: string) {
  const stories = await import(new URL("../demo/stories.ts", import.meta.url).href);
  await stories.tellStories({ url, admin_token, github_secret });
}
