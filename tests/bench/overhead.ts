import { connect } from "@/db/client.ts";
import { startScriptedModel } from "@/server/demo/scripted_model.ts";
import { latencies } from "@/tests/bench/latencies.ts";
import { claudeSettings, claudeTask } from "@/tests/helpers/claude.ts";
import { chatTask } from "@/tests/helpers/records.ts";
import { untilEnded } from "@/tests/helpers/until.ts";
import { startWorker } from "@/tests/helpers/worker.ts";
import { readAgent } from "@/workers/claude/agent_file.ts";
import { placeAssets } from "@/workers/claude/assets/place.ts";
import { makeFolders, runFolders, writeAnew } from "@/workers/claude/folders.ts";
import {
  APPENDED_FILE,
  appendedPrompt,
  cliArguments,
  cliEnvironment,
  messageLine,
} from "@/workers/claude/options.ts";

// About five seconds, as a model that thinks for a while between its tool calls.
const PROMPT = "[[slow:100:45]] Take your time.";

/** Wall time of the same run of the real CLI, bare and through us, turn by turn. */
export async function overhead(url: string, rounds: number) {
  const model = await startScriptedModel();
  const db = connect(url, { max: 4 });
  const bare: number[] = [];
  const ours: number[] = [];
  {
    await using _worker = await startWorker({ database_url: url, model_url: model.url });
    for (let round = -1; round < rounds; round++) {
      const times = [await bareRun(model.url), await ourRun(db)];
      if (round >= 0) [bare, ours].forEach((list, i) => list.push(times[i]));
    }
  }
  await db.close();
  await model.close();
  return {
    bare_ms: latencies(bare).p50_ms,
    ours_ms: latencies(ours).p50_ms,
    runs: bare.length,
  };
}

async function ourRun(db: ReturnType<typeof connect>): Promise<number> {
  const started = performance.now();
  const { task_id } = await chatTask(db, { prompt: PROMPT });
  const task = await untilEnded(db, task_id);
  if (task.status !== "completed") throw new Error(task.error ?? task.status);
  return performance.now() - started;
}

/** The CLI with the same arguments and message, its output read and dropped. */
async function bareRun(model_url: string): Promise<number> {
  const settings = await claudeSettings({ url: model_url });
  const folders = runFolders(await Deno.makeTempDir({ prefix: "bench-bare-" }));
  const assets = settings.assets.hold();
  makeFolders(folders);
  placeAssets(folders, assets, false);
  const task = claudeTask(PROMPT);
  writeAnew(`${folders.home}/${APPENDED_FILE}`, appendedPrompt(task, folders));
  const agent = readAgent(assets, "brain");
  const started = performance.now();
  const child = new Deno.Command(settings.cli_bin, {
    args: cliArguments(task, agent, folders),
    env: cliEnvironment(task, folders, settings),
    clearEnv: true,
    cwd: folders.work,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(messageLine(task.prompt, crypto.randomUUID())));
  let printed = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    printed = (printed + decoder.decode(bytes, { stream: true })).slice(-20_000);
    if (/"type":"result"/.test(printed)) await stdin.close().catch(() => {});
  }
  const took = performance.now() - started;
  const { success } = await child.status;
  if (!success) throw new Error(`the bare CLI failed: ${printed}`);
  await Deno.remove(folders.root, { recursive: true });
  return took;
}
