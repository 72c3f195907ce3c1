/** GitHub with a repository, and a worker that has an executor's work to send there. */
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { changesOf } from "@/db/changes.ts";
import { newId } from "@/db/ids.ts";
import { getWorkflow } from "@/db/workflows.ts";
import { advance } from "@/db/workflows/advance.ts";
import { decideApproval } from "@/db/approvals/decide.ts";
import { machine } from "@/tests/helpers/machine.ts";
import { waitingPlan } from "@/tests/helpers/workflows.ts";
import { makeRepository } from "@/tests/workers/git_server.ts";
import { shell } from "@/tests/workers/workspace/scene.ts";
import { removeTree } from "@/workers/claude/folders.ts";
import { sendChange } from "@/workers/send_change.ts";
import { commitWorkspace } from "@/workers/workspace/commit.ts";
import { placesOf } from "@/workers/workspace/places.ts";
import { openWorkspace, type WorkspaceRequest } from "@/workers/workspace.ts";

export const REPOSITORY = "harbour/tea-shop";
export const BRANCH = "agent/7-mend";
const COMMITS = `
  mkdir -p .github/workflows && echo 'on: push' > .github/workflows/test.yml
  echo one > one.txt && echo two > two.txt && git add -A && git commit -q -m first`;

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const private_key = keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString();

export type Sent = Awaited<ReturnType<typeof sendScene>>;

/** `as` is what acts at GitHub: a person's token, or an app that GitHub signs for. */
export async function sendScene(as: "token" | "app" = "token", commits = COMMITS) {
  const folder = await Deno.makeTempDir({ prefix: "repositories-" });
  await Deno.mkdir(join(folder, "harbour"));
  await makeRepository(folder, REPOSITORY, commits);
  const m = await machine({}, {}, { repositories: folder });
  const { github, db } = m;
  const made = await m.worker({ clone_urls: { github: github.url } });
  const app = as === "app" ? { id: "7", private_key } : null;
  const connection = { ...made.connections.github, app };
  const worker = { ...made, connections: { ...made.connections, github: connection } };
  const { workflow_id } = await approved();

  async function approved() {
    const waiting = await waitingPlan(db);
    const repository = { provider: "github", name: REPOSITORY, branch: null };
    await db.sql`
      update workflows set repository = ${db.sql.json(repository)}
      where workflow_id = ${waiting.workflow_id}`;
    await db.sql.begin((tx) =>
      decideApproval(tx, {
        approval_id: waiting.approval_id,
        decision: "approved",
        note: null,
        person: { key: "github:2", name: "bea" },
        via: "api",
        plan_hash: null,
      })
    );
    return waiting;
  }

  const openTask = async (step: string): Promise<string> => {
    const [task] = await db.sql`
      select task_id from tasks where workflow_id = ${workflow_id} and completed_at is null
        and step = ${step}`;
    if (!task) throw new Error(`no ${step} waits: ${JSON.stringify(await workflow())}`);
    return task.task_id;
  };
  const workflow = async () => (await getWorkflow(db, workflow_id))!;

  const { bare } = placesOf(worker.data_dir, new URL(`${github.url}/${REPOSITORY}.git`));
  const open = (task_id: string, more: Partial<WorkspaceRequest> = {}) =>
    openWorkspace({
      data_dir: worker.data_dir,
      url: `${github.url}/${REPOSITORY}.git`,
      token: null,
      ref: null,
      task_id,
      dest: join(folder, newId()),
      writable: true,
      timeout_seconds: 60,
      ...more,
    });

  return {
    m,
    /** What this machine keeps of the repository. */
    bare,
    /** A checkout of its own for a task. */
    open,
    github,
    db,
    worker,
    workflow_id,
    workflow,
    openTask,
    git: (command: string) => shell("/", `git --git-dir='${folder}/${REPOSITORY}.git' ${command}`),
    /** What an executor does in its checkout, committed and put into the outbox. */
    async execute(commands: string): Promise<string> {
      const task_id = await openTask("executor");
      const { branch, base_branch } = await workflow();
      const workspace = await open(task_id, {
        branch: branch ?? BRANCH,
        merges_base: branch !== null,
      });
      await shell(workspace.files, commands);
      const committed = (await commitWorkspace(workspace, {
        task_id,
        message: "Mend it",
        author: { name: "the-agent", email: "agent@example.org" },
        co_author: null,
        signing_key: null,
      }))!;
      await db.sql`
        update tasks set status = 'completed', completed_at = now() where task_id = ${task_id}`;
      const { commit, files, signed: is_signed } = committed;
      await db.sql.begin((tx) =>
        advance(tx, workflow_id, { kind: "committed", commit }, {
          committed: {
            task_id,
            machine_id: worker.machine_id,
            commit,
            files,
            remarks: [],
            is_signed,
            expected_head: workspace.ref === (branch ?? BRANCH) ? workspace.head : null,
            branch: branch ?? BRANCH,
            base_branch: base_branch ?? workspace.base_branch,
            base_commit: workspace.base_commit,
          },
        })
      );
      return commit;
    },
    /** The newest change, after it was worked on once. */
    async send() {
      const { change_id } = (await changesOf(db, workflow_id)).at(-1)!;
      await sendChange(worker, change_id);
      return (await changesOf(db, workflow_id)).find((one) => one.change_id === change_id)!;
    },
    /** The verifier says so. */
    async verified(passes = true) {
      const task_id = await openTask("verifier");
      await db.sql`
        update tasks set status = 'completed', completed_at = now() where task_id = ${task_id}`;
      const result = { passes, summary: "Read it.", checked: [], findings: [] };
      const event = { kind: "step_ended", step: "verifier", status: "completed", result } as const;
      await db.sql.begin((tx) => advance(tx, workflow_id, event));
    },
    /** A commit of somebody else at the host. */
    theirs: (branch: string, commands: string, message = "theirs") =>
      shell(
        folder,
        `set -e; rm -rf clone; git clone -q -b ${branch} ${REPOSITORY}.git clone; cd clone
         ${commands}; git add -A; git commit -qm '${message}'; git push -q origin HEAD:${branch}`,
      ),
    async [Symbol.asyncDispose]() {
      await m[Symbol.asyncDispose]();
      await removeTree(worker.data_dir);
      await removeTree(folder);
    },
  };
}
