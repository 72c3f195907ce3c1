import { type SampleKind, samplesOf } from "@/server/providers/samples.ts";
import { signStandard } from "@/server/providers/standard_webhooks.ts";

interface Kind extends SampleKind {
  body: (text: string) => Record<string, unknown>;
}

const ORDER = {
  object_id: "order-4711",
  title: "Order 4711 was charged twice",
  url: "https://shop.example.com/orders/4711",
};
const NORA = { id: "nora", name: "Nora" };

const kinds: Record<string, Kind> = {
  message: {
    text: "@agent analyze why this order was charged twice",
    body: (text) => ({ type: "message", ...ORDER, text, actor: NORA }),
  },
  deploy_failed: {
    text: "",
    body: () => ({
      type: "deploy.failed",
      object_id: "deploy-88",
      title: "Deployment 88 of tea-shop failed",
      url: "https://deploy.example.com/88",
      data: { service: "tea-shop", step: "migrate", exit_code: 1, log: "column exists already" },
    }),
  },
  self_test: {
    text: "",
    body: () => ({ type: "self_test", object_id: "self-test", title: "Self-test" }),
  },
};

export const { samples: customSamples, sample: customSample } = samplesOf(
  kinds,
  (kind, text, secret, now) => {
    const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
    const body = JSON.stringify({ id, ...kind.body(text) });
    const seconds = Math.floor(now.getTime() / 1000);
    return {
      body,
      headers: { "content-type": "application/json", ...signStandard(id, seconds, body, secret) },
    };
  },
);
