import { getLogger } from "@logtape/logtape";
import { LineSplitter } from "@/db/process/lines.ts";
import { providers } from "@/server/providers/mod.ts";

const log = getLogger(["agent", "demo"]);

export interface Stage {
  url: string;
  admin_token: string;
  secrets: Readonly<Record<string, string>>;
  /** Where answers go that have no other way back. */
  callback_url: string;
}

const CHATS = [
  "Write a short note into a file and read it back.",
  "Let somebody else look at this for you.",
  "Hello! What can you do for our team?",
];

/** A command of the team's own, with a trigger and an expression. */
const STORED = {
  name: "deploy_failed",
  description: "look at a deployment that broke while it changed the database",
  trigger: "deploy.failed",
  expression: 'payload.data.exit_code != 0 && payload.data.step == "migrate"',
  action: "create_task",
  template: "{{ title }} at the step {{ data.step }}. Its log says: {{ data.log | truncate: 500 }}",
};

const LONGEST_EVENT = 1_000_000;

/** What has come in and been asked when somebody looks first. */
export async function tellStories(stage: Stage): Promise<void> {
  await ask(stage, "PUT", "/api/webhooks/static/custom", { callback_url: stage.callback_url });
  await ask(stage, "POST", "/api/webhooks/custom/commands", STORED);
  await ask(stage, "POST", "/api/webhooks/sentry/commands/new_error/enable");
  for (const { name: provider, stories } of providers.values()) {
    for (const [sample, text] of stories) {
      await deliver(stage, { provider, sample, text }, stage.secrets[provider], 200);
    }
  }
  const unsigned = { provider: "github", sample: "issue_comment" };
  await deliver(stage, unsigned, "not the secret of this server", 401);
  for (const message of CHATS) await ask(stage, "POST", "/api/chat", { message });
}

/**
 * Asks for two changes, once, and says yes to the plan of one as soon as it is written: somebody who
 * looks finds a pull request, and a plan that waits.
 */
export async function tellOfChanges(stage: Stage, over: AbortSignal): Promise<void> {
  const plans = JSON.parse(await ask(stage, "GET", "/api/approvals?limit=1")).items;
  if (plans.length > 0) return; // since an earlier start
  const secret = stage.secrets.github;
  const headers = { authorization: `Bearer ${stage.admin_token}` };
  const { body: news } = await fetch(`${stage.url}/api/events`, { headers, signal: over });
  const answer = await deliver(stage, { provider: "github", sample: "fix" }, secret, 200);
  const waiting = { provider: "github", sample: "issue_comment", text: "@agent fix it" };
  await deliver(stage, waiting, secret, 200);
  const [task_id] = JSON.parse(answer).task_ids;
  if (!task_id) return await news!.cancel();
  const { flow_id } = JSON.parse(await ask(stage, "GET", `/api/tasks/${task_id}`));
  await untilPlanned(flow_id, news!);
  await deliver(stage, { provider: "github", sample: "approve" }, secret, 200);
}

async function untilPlanned(flow_id: string, news: ReadableStream<Uint8Array>): Promise<void> {
  const lines = new LineSplitter(LONGEST_EVENT);
  for await (const chunk of news) {
    const asks = lines.push(new Uint8Array(chunk))
      .some(({ text }) => text.includes('"approval_id"') && text.includes(flow_id));
    if (asks) return;
  }
}

interface Delivery {
  provider: string;
  sample: string;
  text?: string;
}

async function deliver(
  { url }: Stage,
  { provider, sample, text }: Delivery,
  secret: string,
  expected: number,
): Promise<string> {
  const { headers, body } = providers.get(provider)!.sample(sample, secret, text, new Date());
  return await send(`${url}/webhooks/${provider}`, { method: "POST", headers, body }, [expected]);
}

/** What an admin does by the API. A demo that is started again finds its command there already. */
async function ask({ url, admin_token }: Stage, method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${admin_token}`, "content-type": "application/json" };
  const init = { method, headers, body: body && JSON.stringify(body) };
  return await send(url + path, init as RequestInit, [200, 201, 202, 409]);
}

async function send(url: string, init: RequestInit, expected: number[]): Promise<string> {
  const response = await fetch(url, init);
  const answer = await response.text();
  const { status } = response;
  if (!expected.includes(status)) {
    log.warn("a story went another way: {url} answered {status}: {answer}", {
      url,
      status,
      answer,
    });
  }
  return answer;
}
