import { type Delivery, getDelivery, listDeliveries } from "@/db/deliveries/list.ts";
import type { AppDeps } from "@/server/env.ts";
import type { Sample } from "@/server/providers/provider.ts";
import { postSelfTest, type SelfTestAnswer } from "@/server/providers/self_test.ts";
import type { Webhook } from "@/server/webhooks/webhook.ts";
import { verb } from "@/server/verbs/verb.ts";
import { findRow, findWebhook } from "@/server/verbs/webhooks/find.ts";
import type { SelfTest, SelfTestStage } from "@/views/webhooks.ts";

/** Posts a signed sample to the public address; what goes wrong is a stage. Throws 404. */
export const selfTest = verb(
  "webhook.self_test",
  "operator",
  async ({ deps, commit }, { id }: { id: string }): Promise<SelfTest> => {
    const row = await findRow(deps, id);
    const webhook = await findWebhook(deps, row);
    const value = await stagesOf(deps, webhook, deps.config.public_url + webhook.path);
    const detail = { ok: value.ok, delivery_id: value.delivery_id };
    return await commit(() => Promise.resolve({ subject: row.webhook_id, detail, value }));
  },
);

async function stagesOf(deps: AppDeps, webhook: Webhook, address: string): Promise<SelfTest> {
  const test = new Stages(address);
  const [secret] = webhook.secrets;
  if (!secret) {
    return test.failed("sign", webhook.secret_problem ?? "there is no secret to sign with");
  }
  const sample = webhook.provider.sample("self_test", secret, undefined, new Date());
  test.passed(
    "sign",
    webhook.is_builtin ? `with ${webhook.provider.secret_setting}` : "with its secret",
  );

  const answer = await postSelfTest(address, sample);
  if ("error" in answer) {
    return test.failed(
      "send",
      `${answer.error}: is PUBLIC_URL right, and can this machine reach itself there?`,
    );
  }
  test.passed("send", `POST ${address}`);
  test.answered_ms = Math.round(answer.answered_ms);
  if (answer.status !== 200) {
    return test.failed("answer", await whyRefused(deps, webhook, sample, answer));
  }
  test.passed("answer", `200 after ${test.answered_ms} ms`);
  return await recordStages(deps, test, answer);
}

async function recordStages(deps: AppDeps, test: Stages, answer: SelfTestAnswer) {
  const delivery = answer.delivery_id ? await getDelivery(deps.db, answer.delivery_id) : null;
  if (!delivery) {
    return test.failed(
      "record",
      "the answer names no delivery of ours: another server answers at PUBLIC_URL",
    );
  }
  test.delivery_id = delivery.delivery_id;
  test.passed("record", `kept as delivery ${delivery.delivery_id}`);
  test.passed("verify", "its signature is right");
  test.passed("read", `read as ${delivery.event_type}`);
  test.passed("match", matchDetail(delivery));
  return test.result();
}

function matchDetail({ outcome, reason, commands }: Delivery): string {
  if (outcome !== "accepted") return `it asks for nothing, as it should: ${reason}`;
  const matched = commands.filter(({ matched }) => matched).map(({ name }) => name);
  return `commands that start on everything took it up: ${matched.join(", ")}`;
}

const NEWEST = 20;

/** A 401 says the same to everybody; the record of what was refused says why. */
async function whyRefused(
  { db }: AppDeps,
  { provider, webhook_id, is_builtin, enabled, name }: Webhook,
  sample: Sample,
  { status, text }: SelfTestAnswer,
): Promise<string> {
  if (status === 401 && !enabled) return `401: the webhook ${name} is off: enable it`;
  const { provider_delivery_id } = provider.claims(new Headers(sample.headers));
  const filter = { provider: provider.name, webhook_id: is_builtin ? null : webhook_id };
  const { items } = await listDeliveries(db, filter, { limit: NEWEST });
  const own = items.find((item) =>
    (item.outcome === "refused" || item.outcome === "invalid") &&
    item.provider_delivery_id === provider_delivery_id
  );
  if (own && status >= 400) return `${status}: ${own.reason}`;
  if (status >= 300 && status < 400) {
    return `${status}: redirects are not followed: PUBLIC_URL must be the address that it leads to`;
  }
  return `${status} ${text.slice(0, 200)}: is it our server that answers at PUBLIC_URL?`;
}

class Stages {
  readonly stages: SelfTestStage[] = [];
  delivery_id: string | null = null;
  answered_ms: number | null = null;

  constructor(readonly address: string) {}

  passed(name: SelfTestStage["name"], detail: string): void {
    this.stages.push({ name, ok: true, detail });
  }

  failed(name: SelfTestStage["name"], detail: string): SelfTest {
    this.stages.push({ name, ok: false, detail });
    return this.result();
  }

  result(): SelfTest {
    const { address, delivery_id, answered_ms, stages } = this;
    return { ok: stages.every(({ ok }) => ok), address, delivery_id, answered_ms, stages };
  }
}
