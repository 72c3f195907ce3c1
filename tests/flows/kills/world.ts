/** The product under its supervisor, with repositories at its host, and gates on its ways outside. */
import { type Approval, pendingApprovalOf } from "@/db/approvals.ts";
import type { Database } from "@/db/client.ts";
import { readWorkflow, type Workflow } from "@/db/workflows.ts";
import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { stepIn } from "@/server/demo/steps.ts";
import {
  type ModelRequest,
  type ScriptedModel,
  startScriptedModel,
} from "@/server/demo/scripted_model.ts";
import { openBooks } from "@/tests/chaos/database.ts";
import { send } from "@/tests/chaos/client.ts";
import { found } from "@/tests/chaos/patience.ts";
import { isAlive, type Role, signal } from "@/tests/chaos/processes.ts";
import { type Product, startProduct } from "@/tests/chaos/product.ts";
import { Holds } from "@/tests/flows/kills/holds.ts";
import { type Toll, tollgate } from "@/tests/flows/kills/tollgate.ts";
import { inTime, untilTrue } from "@/tests/helpers/until.ts";
import { commentOf, delivery } from "@/tests/server/webhooks/samples.ts";
import { makeRepository } from "@/tests/workers/git_server.ts";

export const OWNER = "Codertocat";
const COMMITS = `echo '# Hello' > README.md && git add -A && git commit -q -m first`;
const MOVE_BASE = `blob=$(echo theirs | git hash-object -w --stdin)
  tree=$( (git ls-tree trunk; printf '100644 blob %s\\tTHEIRS.md\\n' $blob) | git mktree )
  git update-ref refs/heads/trunk $(git commit-tree -p trunk -m theirs $tree)`;
const PATIENCE_MS = 60_000;

export interface World extends AsyncDisposable {
  product: Product;
  db: Database;
  holds: Holds;
  github: ReturnType<typeof startGithubRecorder>;
  model: ScriptedModel;
  /** A comment on its issue, sent again until it is taken. A request names the story. */
  say(story: string, body: string): Promise<void>;
  /** Ends the process of that role and waits until another one is there. */
  kill(role: "server" | "worker" | "postgres"): Promise<void>;
  git(story: string, ...args: string[]): Promise<string>;
  /** Somebody pushes another file to its base branch. */
  moveBase(story: string): Promise<void>;
}

export const issueOf = (story: string): number => story.charCodeAt(0);

const storyIn = (text: string) => /\bstory ([a-z])\b/.exec(text)?.[1];

/** What a CLI asks the model waits at `STORY:STEP`. */
const modelToll: Toll = ({ path, body }) => {
  if (path !== "/v1/messages") return {};
  const { messages }: Pick<ModelRequest, "messages"> = JSON.parse(new TextDecoder().decode(body));
  const asked = messages.map(stepIn).find((one) => one !== null);
  return asked ? { before: `${storyIn(asked.prompt)}:${asked.step}` } : {};
};

const hostToll: Toll = ({ method, path, search, body }) => {
  const story = new RegExp(`${OWNER}/([a-z])(?:[./]|$)`).exec(path)?.[1];
  if (path.endsWith("/info/refs") && search.includes("receive-pack")) {
    return { before: `${story}:push` };
  }
  if (method !== "POST") return {};
  if (path.endsWith("/git-receive-pack")) {
    const is_new = new TextDecoder().decode(body).includes(`${"0".repeat(40)} `);
    return { after: `${story}:${is_new ? "pushed" : "updated"}` };
  }
  if (path.endsWith("/pulls")) return { after: `${story}:opened` };
  const pull = path === "/graphql" && new RegExp(`PR_${OWNER}/([a-z])#`)
    .exec(new TextDecoder().decode(body));
  return pull ? { before: `${pull[1]}:ready` } : {};
};

export async function world(stories: string[]): Promise<World> {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "repositories-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await Deno.mkdir(`${folder}/${OWNER}`);
  for (const story of stories) await makeRepository(folder, `${OWNER}/${story}`, COMMITS);
  const holds = new Holds();
  const github = startGithubRecorder(folder);
  stack.defer(() => github.close());
  const model = stack.use(await startScriptedModel());
  const services = startServiceRecorder();
  stack.defer(() => services.close());
  const host_gate = stack.use(tollgate(github.url, hostToll, holds));
  const model_gate = stack.use(tollgate(model.url, modelToll, holds));
  const product = stack.use(
    await startProduct({
      outside: {
        model: { ...model, url: model_gate.url },
        github: { ...github, url: host_gate.url },
        services,
        heard: new Set(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
      env: { GITHUB_URL: host_gate.url, MAX_CONCURRENT_TASKS: String(stories.length) },
    }),
  );
  const db = await openBooks(product);
  stack.defer(() => db.close());
  const bare = (story: string) => `${folder}/${OWNER}/${story}.git`;
  let comments = 492700400;
  return {
    product,
    db,
    holds,
    github,
    model,
    async say(story, body) {
      const payload = commentOf(body, (payload) => {
        payload.comment.id = comments++;
        payload.issue.number = issueOf(story);
        Object.assign(payload.repository, {
          id: issueOf(story),
          name: story,
          full_name: `${OWNER}/${story}`,
        });
      });
      const { method, headers, body: bytes } = delivery(payload, {
        secret: product.secrets.github,
      });
      const sent = { method, headers, body: await new Response(bytes).arrayBuffer() };
      await untilTrue(async () =>
        (await send(`${product.url}/webhooks/github`, sent))?.status === 200
      );
    },
    kill: (role) => killAndWait(product, role),
    git: (story, ...args) => run(bare(story), "git", args),
    moveBase: async (story) => void await run(bare(story), "sh", ["-ec", MOVE_BASE]),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function run(git_dir: string, program: string, args: string[]): Promise<string> {
  const who = { GIT_AUTHOR_NAME: "x", GIT_AUTHOR_EMAIL: "x@example.com" };
  const env = { ...who, GIT_COMMITTER_NAME: "x", GIT_COMMITTER_EMAIL: "x@example.com" };
  const { stdout, stderr, success } = await new Deno.Command(program, {
    args,
    env: { ...env, GIT_DIR: git_dir },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** How all work stands, for whoever waited in vain. */
export async function standing({ db }: World): Promise<string> {
  const rows = await db.sql`
    select repository ->> 'name' as at, status, waits_for, failed_step, error, (
      select array_agg(step || ' ' || status || ' ' || attempt || coalesce(': ' || t.error, '')
        order by task_id) from tasks t where t.workflow_id = w.workflow_id) as tasks, (
      select array_agg(kind || ' ' || stage || ' ' || status || coalesce(': ' || last_error, '')
        order by change_id) from changes c where c.workflow_id = w.workflow_id) as changes
    from workflows w order by 1`;
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

/** The story's work; null before there is any, and while Postgres is away. */
export async function workflowOf({ db }: World, story: string): Promise<Workflow | null> {
  const rows = await db.sql`
    select * from workflows where repository ->> 'name' = ${`${OWNER}/${story}`}`.catch(() => []);
  return rows.length === 1 ? readWorkflow(rows[0]) : null;
}

/** Its plan, once that waits for a yes. */
export async function approvalOf(w: World, story: string): Promise<Approval> {
  let found: Approval | null = null;
  await untilTrue(async () => {
    const workflow = await workflowOf(w, story);
    found = workflow && await pendingApprovalOf(w.db, workflow.flow_id).catch(() => null);
    return found !== null;
  });
  return found!;
}

async function killAndWait(product: Product, role: Role): Promise<void> {
  const before = await found(() => product.one(role), PATIENCE_MS);
  if (!before) throw new Error(`there is no ${role} to kill`);
  signal(before.pid, "SIGKILL");
  const next = found(() => {
    const now = product.one(role);
    return now && now.pid !== before.pid && !isAlive(before.pid);
  }, PATIENCE_MS);
  if (!await inTime(`another ${role}`, next)) throw new Error(`no other ${role} came up`);
}
