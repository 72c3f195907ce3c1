import { join } from "node:path";
import { ADMIN_TOKEN, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";

const MAIN = join(import.meta.dirname!, "..", "..", "server", "main.ts");

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** What it wrote to standard error so far. */
  log(): string;
  /** Resolves when it has gone. */
  kill(signal: Deno.Signal): Promise<Deno.CommandStatus>;
}

export interface ServerOptions {
  database_url: string;
  /** Default: any free one. */
  port?: number;
  env?: Record<string, string>;
}

/** Starts a real server process and waits until it listens. Throws with its log when it ends. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const port = options.port ?? freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", MAIN],
    env: serverEnv(options, port),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const listening = Promise.withResolvers<void>();
  let log = "";
  const logged = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      log += text;
      if (log.includes("listening on")) listening.resolve();
    }
    listening.reject(new Error(`the server ended before it listened:\n${log}`));
  })();
  await listening.promise;
  let ended: Promise<Deno.CommandStatus> | null = null;
  const kill = (signal: Deno.Signal) => {
    if (!ended) child.kill(signal);
    return ended ??= Promise.all([child.status, logged]).then(([status]) => status);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    log: () => log,
    kill,
    [Symbol.asyncDispose]: async () => void await kill("SIGTERM"),
  };
}

function serverEnv(options: ServerOptions, port: number): Record<string, string> {
  return {
    DATABASE_URL: options.database_url,
    SECRET_KEY: "a secret key of a test",
    ADMIN_TOKEN,
    GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
    PORT: String(port),
    LOG_JSON: "true",
    ...options.env,
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
