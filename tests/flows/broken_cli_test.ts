/** A CLI that is missing or mad, met by a whole worker: what people read, and that work goes on. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { locateCli } from "@/workers/claude/locate.ts";
import { inOrder, runIdOf, startSystem } from "@/tests/flows/system.ts";
import type { Task } from "@/db/tasks.ts";
import { processesOf } from "@/tests/helpers/processes.ts";
import { runWorkerToEnd } from "@/tests/helpers/worker.ts";
import { testDatabase } from "@/tests/helpers/database.ts";

/** What it does is the name of the model that a task asks for; everything else is the real one's. */
const FAKE = `#!/bin/sh
case "$*" in
  *"--model garbage "*) echo garbage; printf '\\377\\376{"type":42}\\n{"type"'; exit 0 ;;
  *"--model big "*) yes 0123456789012345678901234567890123456789012345678 | head -c 50000000 ;;
  *"--model huge "*) head -c 50000000 /dev/zero | tr '\\0' x; echo; exit 3 ;;
  *"--model hang "*) trap '' INT TERM HUP; sleep 1000 & wait; sleep 1000 ;;
  *"--model dying "*) echo here; printf '{"type":"resu'; sleep 1000 ;;
  *"--model unsigned "*) unset ANTHROPIC_API_KEY; exec "\${0%/*}/real" "$@" ;;
  *) exec "\${0%/*}/real" "$@" ;;
esac
`;

async function fakeCli(): Promise<string> {
  const path = join(await Deno.makeTempDir({ prefix: "fake-cli-" }), "claude");
  await Deno.chmod(dirname(path), 0o755);
  const { cli_bin } = await locateCli(null);
  const real = join(dirname(path), "real");
  await Deno.link(cli_bin, real).catch(() => Deno.copyFile(cli_bin, real));
  await Deno.writeTextFile(path, FAKE, { mode: 0o755 });
  return path;
}

Deno.test("whatever a CLI does, its task ends in words and the next one runs", async (t) => {
  const step = inOrder(t);
  const cli_bin = await fakeCli();
  const env = { CLAUDE_BIN: cli_bin, TASK_TIMEOUT_SECONDS: "6", MAX_CONCURRENT_TASKS: "1" };
  await using s = await startSystem({ worker: { env } });
  const worker = await s.startWorker();
  const outputOf = async (task_id: string) =>
    (await s.call("GET", `/api/tasks/${task_id}/logs?limit=500`)).json.items;
  const fails = async (
    model: string,
    error: string | RegExp,
    meanwhile = async (_task: Task) => {},
  ) => {
    const task_id = await s.chat("Please", { model });
    const begun = await s.until(task_id, (task) => task.status !== "queued");
    await meanwhile(begun);
    const task = await s.ended(task_id);
    assert.equal(task.status, "failed");
    if (typeof error === "string") assert.equal(task.error, error);
    else assert.match(task.error!, error);
    assert.equal(task.cost_usd, 0, "nothing was used");
    assert.deepEqual(processesOf(runIdOf(begun)), []);
    return task_id;
  };
  const worksOn = async () => {
    const next = await s.ended(await s.chat("[[hello]]"));
    assert.deepEqual([next.status, next.error], ["completed", null]);
  };

  await step("it prints garbage and exits with 0", async () => {
    const task_id = await fails("garbage", "The CLI ended without a result (exit code 0)");
    const rows = await outputOf(task_id);
    const said = rows.map((row: { text: string }) => row.text).join("\n");
    assert.equal(said, 'garbage\n\ufffd\ufffd{"type":42}\n{"type"');
    await worksOn();
  });

  await step("it prints 50 MB of lines", async () => {
    const task_id = await fails("big", "The CLI ended without a result (exit code 0)");
    const [kept] = await s.db.sql<{ rows: number; bytes: number }[]>`
      select count(*) as rows, sum(octet_length(text) + 1) as bytes from task_output
      where task_id = ${task_id}`;
    assert.equal(kept.bytes, 50_000_000, "all of it");
    assert.ok(kept.rows < 1000, `a page can show ${kept.rows} rows`);
    await worksOn();
  });

  await step("it prints 50 MB in one line", async () => {
    const task_id = await fails("huge", "The CLI ended without a result (exit code 3)");
    const [row] = await outputOf(task_id);
    assert.ok(row.data.cut_bytes > 0 && row.text.length <= 256 * 1024);
    await worksOn();
  });

  await step("it hangs, deaf to everything", async () => {
    await fails("hang", /^Stopped after 6 s, the time limit of a task \(TASK_TIMEOUT_SECONDS\)/);
    await worksOn();
  });

  await step("it dies by SIGKILL in the middle of a line, twice", async () => {
    const error = /^The CLI was killed during attempt 2, on machine .*: out of memory looks like/;
    const task_id = await fails("dying", error, async ({ task_id }) => {
      for (const attempt of [1, 2]) {
        const task = await s.until(
          task_id,
          (task) =>
            task.attempt === attempt && task.status === "running" &&
            task.last_seq >= attempt * 3 - 2,
        );
        // From outside, as the kernel does it when memory is short: in a PID namespace of its own
        // the CLI is process 1, which cannot kill itself.
        Deno.kill(await cliProcess(runIdOf(task)), "SIGKILL");
      }
    });
    const rows = await outputOf(task_id);
    const cut = 'here\n{"type":"resu';
    const between =
      "Its CLI was killed (out of memory looks like this) before the CLI had begun a " +
      "session: it starts again (attempt 2).";
    assert.equal(
      rows.map((row: { text: string }) => row.text).join("\n"),
      [cut, between, cut].join("\n"),
    );
    await worksOn();
  });

  await step("it is not signed in", async () => {
    await fails("unsigned", /^The CLI is not signed in: set ANTHROPIC_API_KEY/);
    await worksOn();
  });

  await step("it is taken away under five tasks that wait: they fail at once", async () => {
    const busy = await s.chat("[[slow:10:50]]");
    await s.until(busy, (task) => task.last_seq > 0);
    await Deno.rename(cli_bin, `${cli_bin}.away`);
    const ids = await Promise.all(Array.from({ length: 5 }, () => s.chat("Please")));
    const { completed_at } = await s.ended(busy);
    const tasks = await Promise.all(ids.map((id) => s.ended(id)));
    const last = Math.max(...tasks.map((task) => task.completed_at!.getTime()));
    // Each takes milliseconds: a place that waited for polling before the next would show.
    assert.ok(last - completed_at!.getTime() < 1000, `${last - completed_at!.getTime()} ms`);
  });

  await step("it comes back", async () => {
    await fails(
      "sonnet",
      `The Claude Code CLI was not found at ${cli_bin}: There is no such file. \
Set CLAUDE_BIN to the CLI's path, or to \`claude\` for the one on PATH.`,
    );
    await Deno.rename(`${cli_bin}.away`, cli_bin);
    await worksOn();
    await Deno.chmod(cli_bin, 0o644);
    await fails("sonnet", /is not an executable file\. Set CLAUDE_BIN/);
    await Deno.chmod(cli_bin, 0o755);
    await worksOn();
  });

  assert.doesNotMatch(worker.log(), /"level":"ERROR"/);
  await Deno.remove(dirname(cli_bin), { recursive: true });
});

/** The script itself, below what wraps it. */
async function cliProcess(run_id: string): Promise<number> {
  for (const pid of processesOf(run_id)) {
    const words = (await Deno.readTextFile(`/proc/${pid}/cmdline`)).split("\0");
    if (words[0].endsWith("/sh") && words[1].endsWith("/claude")) return pid;
  }
  throw new Error("the CLI does not run");
}

Deno.test("a worker without a CLI does not start, and says in one sentence what to set", async (t) => {
  await using db = await testDatabase();
  const folder = await Deno.makeTempDir();
  const file = async (name: string, text: string, mode: number) => {
    await Deno.writeTextFile(join(folder, name), text, { mode });
    return join(folder, name);
  };
  const cases: [string, Record<string, string>, RegExp][] = [
    [
      "missing",
      { CLAUDE_BIN: join(folder, "none") },
      /^The .*not found at .*none: There is no such/,
    ],
    ["not on PATH", { CLAUDE_BIN: "claude-that-nobody-has" }, /is not on PATH/],
    ["a folder", { CLAUDE_BIN: folder }, /is not an executable file/],
    [
      "not executable",
      { CLAUDE_BIN: await file("plain", "x", 0o644) },
      /is not an executable file/,
    ],
    [
      "something else",
      { CLAUDE_BIN: await file("else", "#!/bin/sh\necho hi", 0o755) },
      /--version did not answer as the Claude Code CLI does/,
    ],
    [
      "for no interpreter",
      { CLAUDE_BIN: await file("odd", "#!/no/such/shell\n", 0o755) },
      /cannot be started/,
    ],
  ];
  for (const [what, env, says] of cases) {
    await t.step(what, async () => {
      const { code, log } = await runWorkerToEnd({
        database_url: db.url,
        model_url: "http://127.0.0.1:1",
        env,
      });
      assert.equal(code, 78, log);
      const lines = log.trim().split("\n");
      assert.equal(lines.length, 1, log);
      assert.match(lines[0], says);
      assert.match(lines[0], /Set CLAUDE_BIN to the CLI's path/);
    });
  }
  await t.step("an isolation that does not work here", async () => {
    const setting = Deno.uid() === 0 ? "namespace" : "uid";
    const { code, log } = await runWorkerToEnd({
      database_url: db.url,
      model_url: "http://127.0.0.1:1",
      env: { AGENT_ISOLATION: setting },
    });
    assert.equal(code, 78);
    assert.match(
      log,
      new RegExp(`^AGENT_ISOLATION=${setting} does not work here: .*Set AGENT_ISO`),
    );
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a worker without a sign-in starts, says what to do, and fails tasks with the reason", async () => {
  await using s = await startSystem({ worker: { env: { ANTHROPIC_API_KEY: "" } } });
  const worker = await s.startWorker();
  assert.match(worker.ready, /not signed in\. Set ANTHROPIC_API_KEY/);
  const task = await s.ended(await s.chat("Please"));
  assert.equal(task.status, "failed");
  assert.match(task.error!, /^The CLI is not signed in: set ANTHROPIC_API_KEY/);
  assert.equal(task.cost_usd, 0);
  assert.deepEqual(s.model.requests, [], "the model was never asked");
  const { json } = await s.call("GET", "/api/v2/machines");
  assert.equal(json.items[0].logged_in, false);
  assert.match(json.items[0].login_hint, /Set ANTHROPIC_API_KEY/, "the dashboard can say it too");
});
