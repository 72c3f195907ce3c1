import type { Task } from "@/db/tasks.ts";
import { type Answer, callAt, type CallOptions } from "@/tests/helpers/server.ts";
import type { Scenario } from "@/server/demo/scenarios.ts";
import { machine, type MachineOptions } from "@/tests/helpers/machine.ts";
import { readSse, type SseReader } from "@/tests/helpers/sse.ts";
import { untilEnded, untilTask } from "@/tests/helpers/until.ts";
import type { WorkerOptions, WorkerProcess } from "@/tests/helpers/worker.ts";
import { ADMIN_TOKEN, WEBHOOK_SECRET } from "@/tests/helpers/server.ts";
import { type ServerProcess, startServer } from "@/tests/flows/server_process.ts";
import { type Change, delivery } from "@/tests/server/webhooks/samples.ts";

export interface SystemOptions extends MachineOptions {
  /** For every worker. */
  worker?: Partial<WorkerOptions>;
  server?: Record<string, string>;
  /** Of the scripted model, added to its own. */
  scenarios?: Record<string, Scenario>;
}

type Machine = Awaited<ReturnType<typeof machine>>;

/** Everything, in processes of its own: a server, workers, Postgres, a scripted model, GitHub. */
export interface System extends Omit<Machine, "start" | "worker"> {
  server(): ServerProcess;
  /** Another server at the same address; the one before must have ended. */
  restartServer(): Promise<void>;
  startWorker(options?: Partial<WorkerOptions>): Promise<WorkerProcess>;
  /** A call as admin, unless the options say otherwise. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  /** Posts a delivery, signed as GitHub signs it unless the change says otherwise. */
  deliver(body: unknown, change?: Change): Promise<Answer>;
  /** Says something in the chat; the task's id. */
  chat(message: string, more?: Record<string, unknown>): Promise<string>;
  watch(task_id: string, last_event_id?: string): Promise<SseReader>;
  until(task_id: string, fits: (task: Task) => boolean): Promise<Task>;
  ended(task_id: string): Promise<Task>;
}

/** Nobody listens there: a repository that cannot be reached. */
const NOWHERE = "http://127.0.0.1:1";

/** Starts a server and what it needs, without a worker. Gone at the end of the scope. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const stack = new AsyncDisposableStack();
  const m = stack.use(
    await machine(
      { ...options.worker, env: { GITHUB_URL: NOWHERE, ...options.worker?.env } },
      options.scenarios,
      options,
    ),
  );
  const how = { database_url: m.url, env: options.server };
  let server = await startServer(how);
  stack.defer(() => server[Symbol.asyncDispose]());
  const call: System["call"] = (method, path, body, options) =>
    callAt(server.url + path, method, body, options);
  return {
    ...m,
    call,
    server: () => server,
    async restartServer() {
      server = await startServer({ ...how, port: server.port });
    },
    async startWorker(options = {}) {
      return stack.use(await m.start(options));
    },
    async deliver(body, change = {}) {
      const request = delivery(body, { secret: WEBHOOK_SECRET, ...change });
      const headers = Object.fromEntries(request.headers);
      const bytes = new Uint8Array(await request.arrayBuffer());
      return await callAt(`${server.url}/webhooks/github`, "POST", bytes, { token: null, headers });
    },
    async chat(message, more = {}) {
      const answer = await call("POST", "/api/chat", { message, ...more });
      if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`);
      return answer.json.task_id;
    },
    watch: (task_id, last_event_id) =>
      readSse(`${server.url}/api/tasks/${task_id}/stream`, { token: ADMIN_TOKEN, last_event_id }),
    until: (task_id, fits) => untilTask(m.db, task_id, fits),
    ended: (task_id) => untilEnded(m.db, task_id),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** What every process of a running task carries. */
export const runIdOf = ({ worker_id, task_id }: Task): string => `${worker_id}.${task_id}`;

/** Steps that hang on each other: the first that fails ends the story. */
export function inOrder(t: Deno.TestContext) {
  return async (name: string, step: () => Promise<void>) => {
    if (!await t.step(name, step)) throw new Error(`The story ends here: ${name}`);
  };
}
