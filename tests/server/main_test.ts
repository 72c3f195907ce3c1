import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { connect } from "@/db/client.ts";
import { putOwnName } from "@/db/settings.ts";
import { PROJECT_DIR } from "@/server/config.ts";
import { cloneTemplate } from "@/tests/helpers/postgres.ts";
import { readSse } from "@/tests/helpers/sse.ts";

const TOKEN = "admin-token-of-the-tests";
const SECRET = "webhook-secret-of-the-tests";

/** The server process on a database of its own. */
async function serverProcess(args: string[] = []) {
  const clone = await cloneTemplate();
  const port = freePort();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--no-check", "server/main.ts", ...args],
    cwd: PROJECT_DIR,
    env: {
      DATABASE_URL: clone.url,
      PORT: String(port),
      HOST: "127.0.0.1",
      ADMIN_TOKEN: TOKEN,
      SECRET_KEY: "secret-key-of-the-tests",
      GITHUB_WEBHOOK_SECRET: SECRET,
      LOG_JSON: "true",
      LOG_LEVEL: "debug",
      PUBLIC_URL: "",
      DATA_DIR: "/nonexistent",
    },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = new LogWatch(child.stderr);
  await log.until("listening on");
  return {
    child,
    log,
    url: `http://127.0.0.1:${port}`,
    database_url: clone.url,
    async [Symbol.asyncDispose]() {
      await child.stdin.close().catch(() => {});
      try {
        child.kill("SIGKILL");
      } catch { /* it has ended */ }
      await child.status;
      await log.ended;
      await clone.drop();
    },
  };
}

class LogWatch {
  text = "";
  readonly ended: Promise<void>;
  #wake = () => {};

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#read(stream);
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      this.text += part;
      this.#wake();
    }
    this.text += "\n(ended)";
    this.#wake();
  }

  async until(words: string): Promise<void> {
    while (!this.text.includes(words)) {
      if (this.text.endsWith("(ended)")) throw new Error(this.text);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("the server serves, logs no token, and ends within seconds though somebody watches", async () => {
  await using server = await serverProcess();
  const health = await fetch(`${server.url}/api/health`);
  assert.equal((await health.json()).status, "ok");
  await using watching = await readSse(`${server.url}/api/events`, { token: TOKEN });
  const link = await fetch(`${server.url}/sign-in/link?token=secret-of-a-link`);
  await link.body?.cancel();
  const started = performance.now();
  server.child.kill("SIGTERM");
  await watching.ended;
  assert.equal((await server.child.status).code, 0);
  assert.ok(performance.now() - started < 4_000);
  await server.log.ended;
  assert.ok(server.log.text.includes("/sign-in/link"));
  for (const secret of [TOKEN, SECRET, "secret-of-a-link"]) {
    assert.ok(!server.log.text.includes(secret), secret);
  }
});

Deno.test("under a supervisor it ends when that is gone", async () => {
  await using server = await serverProcess(["--supervised"]);
  await server.child.stdin.close();
  assert.equal((await server.child.status).code, 0);
});

Deno.test("a signed delivery comes in at its webhook, any other is turned away alike", async () => {
  await using server = await serverProcess();
  const body = JSON.stringify({ zen: "Keep it logically awesome.", hook_id: 1 });
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  const send = async (path: string, signed: string) => {
    const answer = await fetch(`${server.url}${path}`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-github-event": "ping",
        "x-github-delivery": crypto.randomUUID(),
        "x-hub-signature-256": `sha256=${signed}`,
      },
    });
    return { status: answer.status, text: await answer.text() };
  };
  assert.equal((await send("/webhooks/github", signature)).status, 200);
  const wrong = await send("/webhooks/github", "0".repeat(64));
  assert.equal(wrong.status, 401);
  for (const path of ["/webhooks/nobody", `/webhooks/github/${crypto.randomUUID()}`]) {
    assert.deepEqual(await send(path, signature), wrong);
  }
});

Deno.test("our GitHub login is the one that the worker learned last", async () => {
  await using server = await serverProcess();
  const db = connect(server.database_url, { max: 1 });
  await putOwnName(db, "github", { id: "1", name: "the-agent" });
  await server.log.until("the-agent");
  await db.close();
});
