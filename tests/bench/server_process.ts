import { join } from "node:path";
import { SECRET } from "@/tests/bench/comments.ts";
import { cpuSeconds } from "@/tests/bench/cpu.ts";

const MAIN = join(import.meta.dirname!, "..", "..", "server", "main.ts");
const PLAIN = join(import.meta.dirname!, "plain_service.ts");
export const ADMIN_TOKEN = "admin-token-of-the-benchmark";

const STANDARD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";

/** Six built-in webhooks are open. */
const SECRETS = {
  GITHUB_WEBHOOK_SECRET: SECRET,
  JIRA_WEBHOOK_SECRET: SECRET,
  SLACK_SIGNING_SECRET: SECRET,
  SENTRY_WEBHOOK_SECRET: SECRET,
  GITLAB_WEBHOOK_SECRET: STANDARD,
  CUSTOM_WEBHOOK_SECRET: STANDARD,
};

export interface ServerProcess {
  port: number;
  cpuSeconds(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The real server process on a free port, ready for requests. */
export function startServer(database_url: string): Promise<ServerProcess> {
  const port = freePort();
  return ready(port, [MAIN], {
    DATABASE_URL: database_url,
    SECRET_KEY: "a secret key of a test",
    ADMIN_TOKEN,
    ...SECRETS,
    // As the worker learns it; a server that does not know who it is asks the outbox each time.
    GITHUB_LOGIN: "agent-of-the-benchmark",
    COMMANDS_PER_HOUR: "0", // a benchmark asks for one command more often than anybody may
    PORT: String(port),
    LOG_LEVEL: "warning",
  });
}

/** A plain service that does less: see plain_service.ts. */
export function startPlain(database_url?: string): Promise<ServerProcess> {
  const port = freePort();
  return ready(port, [PLAIN, `${port}`].concat(database_url ?? []), {});
}

async function ready(
  port: number,
  args: string[],
  env: Record<string, string>,
): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", ...args],
    env,
    stdin: "null",
  }).spawn();
  const give_up = Date.now() + 30_000;
  while (!await answers(port)) {
    if (Date.now() > give_up) throw new Error("the server does not answer");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    cpuSeconds: () => cpuSeconds(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/health`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
