/** A whole worker as compose starts it: root with six capabilities, and no namespaces for its slots. */
import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { readOutput } from "@/db/task_output.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { canContain, containerArgv } from "@/tests/helpers/container.ts";
import { type TestDatabase, testDatabase } from "@/tests/helpers/database.ts";
import { getTask } from "@/db/tasks.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { untilEnded } from "@/tests/helpers/until.ts";
import { eventually } from "@/tests/server/start/started.ts";
import { startWorker } from "@/tests/helpers/worker.ts";
import { locateCli } from "@/workers/claude/locate.ts";

/** The socket's folder, and the address of the database where that folder is /mnt. */
function mounted(url: string): { sockets: string; database_url: string } {
  const address = new URL(url);
  const sockets = address.searchParams.get("host")!;
  address.searchParams.set("host", "/mnt");
  return { sockets, database_url: address.href };
}

/** A setpriv that removes nothing for a slot while there is a file `held` beside it. */
async function holdingSetpriv() {
  const dir = await Deno.makeTempDir({ dir: "/opt", prefix: "agent-setpriv-" });
  const copy = ["-c", 'cp "$(command -v setpriv)" "$1/real"', "sh", dir];
  assert.ok((await new Deno.Command("sh", { args: copy }).output()).success);
  const setpriv = `${dir}/setpriv`;
  const script = `case "$*" in *"rm -rf"*) [ ! -e ${dir}/held ] || exit 1 ;; esac`;
  await Deno.writeTextFile(setpriv, `#!/bin/sh\n${script}\nexec ${dir}/real "$@"\n`);
  for (const path of [dir, setpriv]) await Deno.chmod(path, 0o755);
  return {
    setpriv,
    hold: () => Deno.writeTextFile(`${dir}/held`, ""),
    release: () => Deno.remove(`${dir}/held`),
    [Symbol.asyncDispose]: () => Deno.remove(dir, { recursive: true }),
  };
}

/** A worker in a container, with one slot. */
async function containedWorker({ url }: TestDatabase, model_url: string, setpriv?: string) {
  const { cli_bin } = await locateCli(null);
  const { sockets, database_url } = mounted(url);
  const within = await containerArgv({ programs: dirname(cli_bin), sockets, setpriv });
  return await startWorker({
    database_url,
    model_url,
    data_dir: "/srv/data",
    within,
    env: {
      MAX_CONCURRENT_TASKS: "1",
      CLAUDE_BIN: `/srv/bin/${basename(cli_bin)}`,
      TMPDIR: "/tmp",
      ENV_FILE: "/dev/null",
      AGENT_ISOLATION: "uid",
    },
  });
}

async function run(
  { db }: TestDatabase,
  command: string,
): Promise<{ task_id: string; said: string }> {
  const { task_id } = await chatTask(db, { prompt: `[[bash:${command}]]` });
  const task = await untilEnded(db, task_id);
  assert.equal(task.status, "completed", task.error ?? "");
  const rows = await readOutput(db, task_id, 0, 1000);
  const said = rows.filter(({ kind }) => kind === "tool_result").map(({ text }) => text).join("");
  return { task_id, said };
}

Deno.test({
  name: "in compose's container: a task meets nothing of the one before, and no task's id is seen",
  ignore: !await canContain(),
  async fn() {
    await using t = await testDatabase();
    await using model = await startScriptedModel();
    const worker = await containedWorker(t, model.url);
    try {
      assert.match(
        worker.ready,
        /isolation uid \(.*without namespaces.*256 processes by the kernel/,
      );
      const first = await run(
        t,
        "pwd; echo secret > notes; echo x > /tmp/left; setsid sleep 1000 < /dev/null > /dev/null 2>&1 &",
      );
      const folder = first.said.trim();
      const second = await run(
        t,
        `cat ${folder}/notes /tmp/left; ls -d /proc/[0-9]*/exe 2>/dev/null | wc -l; ` +
          "cat /proc/[0-9]*/cmdline | tr '\\0' ' '",
      );
      assert.match(folder, /^\/srv\/data\/runs\/[0-9a-f]{32}\/work$/);
      assert.match(second.said, /--append-system-prompt-file/);
      assert.doesNotMatch(second.said, /^secret|^x$|sleep 1000/m);
      for (const { task_id } of [first, second]) assert.ok(!second.said.includes(task_id));
    } finally {
      await worker.kill("SIGKILL"); // unshare passes no other signal on
    }
  },
});

Deno.test({
  name: "in compose's container: a slot that cannot be emptied keeps no result, and claims no task",
  ignore: !await canContain(),
  async fn() {
    await using t = await testDatabase();
    await using model = await startScriptedModel();
    await using holding = await holdingSetpriv();
    const worker = await containedWorker(t, model.url, holding.setpriv);
    try {
      await holding.hold();
      await run(t, "echo x > /tmp/left");
      const { task_id } = await chatTask(t.db, { prompt: "[[bash:cat /tmp/left]]" });
      const told = () => worker.log().split("Slot 0 is out of service").length - 1;
      const before = told();
      await eventually("another try", () => told() > before + 1);
      const waiting = await getTask(t.db, task_id);
      assert.deepEqual([waiting?.status, waiting?.claim_count], ["queued", 0]);
      await holding.release();
      const { status, claim_count } = await untilEnded(t.db, task_id);
      assert.deepEqual([status, claim_count], ["completed", 1]);
    } finally {
      await worker.kill("SIGKILL");
    }
  },
});
