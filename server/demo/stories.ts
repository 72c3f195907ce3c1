import { getLogger } from "@logtape/logtape";
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
): Promise<void> {
  const { headers, body } = providers.get(provider)!.sample(sample, secret, text, new Date());
  await send(`${url}/webhooks/${provider}`, { method: "POST", headers, body }, [expected]);
}

/** What an admin does by the API. A demo that is started again finds its command there already. */
async function ask({ url, admin_token }: Stage, method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${admin_token}`, "content-type": "application/json" };
  const init = { method, headers, body: body && JSON.stringify(body) };
  await send(url + path, init as RequestInit, [200, 201, 202, 409]);
}

async function send(url: string, init: RequestInit, expected: number[]): Promise<void> {
  const response = await fetch(url, init);
  const answer = await response.text();
  if (expected.includes(response.status)) return;
  const { status } = response;
  log.warn("a story went another way: {url} answered {status}: {answer}", { url, status, answer });
}
