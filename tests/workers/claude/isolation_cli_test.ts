/** The real CLI, whose Bash tool tries to get at what is not its own; beside the same without isolation. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { runFolders } from "@/workers/claude/folders.ts";
import { detectIsolation, type Isolation } from "@/workers/claude/isolation.ts";
import { claudeSettings, claudeTask, runToEnd, textOf } from "@/tests/helpers/claude.ts";

const NONE: Isolation = { kind: "none", reason: "r", pid_namespace: false, mount_namespace: false };

/** Each line that it prints is something that the CLI should not have got. */
const PROBE = `
cat "$DATA/secret_key" && echo
cat "$DATA/runs/other/work/notes" && echo
ls -A "$DATA/runs" "$DATA/postgres" | grep -o -E 'other|.s.PGSQL.5432'
[ -S "$DATA/postgres/.s.PGSQL.5432" ] && echo socket
for environ in /proc/[0-9]*/environ; do
  tr '\\0' '\\n' < $environ | grep '^WORKER_SECRET='
done
echo planted > "$DATA/planted" && echo wrote
umount "$DATA" && echo unmounted
unshare --user --map-root-user --mount sh -c 'umount -l "$DATA"; cat "$DATA/secret_key"' && echo
echo tried
`;

async function probe(isolation: Isolation): Promise<{ said: string; own: string }> {
  const data = await Deno.makeTempDir({ dir: "/var/tmp", prefix: "agent-cli-" });
  const worker = new Deno.Command("sh", {
    args: ["-c", "read -r never"],
    env: { WORKER_SECRET: "worker-secret" },
    stdin: "piped",
  }).spawn();
  await Deno.mkdir(join(data, "postgres"), { mode: 0o700 });
  const path = join(data, "postgres", ".s.PGSQL.5432");
  const socket = Deno.listen({ transport: "unix", path });
  try {
    return await attempt(isolation, data);
  } finally {
    socket.close();
    await worker.stdin.close();
    await worker.status;
    await Deno.remove(data, { recursive: true });
  }
}

async function attempt(isolation: Isolation, data: string) {
  const folders = runFolders(join(data, "runs", "mine"));
  for (const folder of [folders.work, join(data, "runs", "other", "work")]) {
    await Deno.mkdir(folder, { recursive: true });
  }
  await Deno.writeTextFile(join(data, "secret_key"), "key-secret", { mode: 0o600 });
  await Deno.writeTextFile(join(data, "runs", "other", "work", "notes"), "other-secret");
  await Deno.writeTextFile(join(folders.work, "probe.sh"), `DATA='${data}'; export DATA\n${PROBE}`);
  await using model = await startScriptedModel();
  const settings = await claudeSettings(model, { isolation, hide: [data] });
  const command = "sh probe.sh > got 2>/dev/null; pwd; id -u; cat got";
  const { result, rows } = await runToEnd(claudeTask(`[[bash:${command}]]`), folders, settings);
  assert.equal(result.status, "completed", result.error ?? "");
  return {
    said: await Deno.readTextFile(join(folders.work, "got")),
    own: textOf(rows, "tool_result"),
  };
}

Deno.test("control: without isolation, the CLI's Bash gets at all of it", async () => {
  const { said } = await probe(NONE);
  for (const got of ["key-secret", "other-secret", ".s.PGSQL.5432", "WORKER_SECRET", "wrote"]) {
    assert.ok(said.includes(got), `${got} is missing in: ${said}`);
  }
});

Deno.test("isolated, the CLI works in its own folder, and its Bash gets nothing", async () => {
  const isolation = await detectIsolation("auto");
  if (isolation.kind === "none") {
    const loud = `\n!!! The real CLI was not tried in isolation: ${isolation.reason}\n`;
    return void Deno.stderr.writeSync(new TextEncoder().encode(loud));
  }
  const { said, own } = await probe(isolation);
  assert.equal(said, "tried\n");
  if (isolation.mount_namespace) assert.match(own, /^\/mnt\/agent\/work$/m);
  if (isolation.kind === "uid") assert.match(own, /^64001$/m);
});
