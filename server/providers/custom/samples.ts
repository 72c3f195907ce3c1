/** Deliveries as somebody's own system would post them, about a made-up shop. */
import type { Sample } from "@/server/providers/provider.ts";
import { signStandard } from "@/server/providers/standard_webhooks.ts";

interface Kind {
  /** what it says when nothing else is given */
  text: string;
  body: (text: string) => Record<string, unknown>;
}

const ORDER = {
  object_id: "order-4711",
  title: "Order 4711 was charged twice",
  url: "https://shop.example.com/orders/4711",
};
const NORA = { id: "nora", name: "Nora" };

const kinds = {
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
} satisfies Record<string, Kind>;

/** What can be sent, and what it says when no text is given. */
export const customSamples: Readonly<Record<string, { text: string }>> = kinds;

/**
 * The delivery of that name, signed with `secret`; each call is a new one, with an id of its own.
 * @throws RangeError when there is no such sample
 */
export function customSample(
  name: string,
  secret: string,
  text: string | undefined,
  now: Date,
): Sample {
  if (!Object.hasOwn(kinds, name)) {
    throw new RangeError(`no sample ${name}; there are ${Object.keys(kinds).join(", ")}`);
  }
  const kind: Kind = kinds[name as keyof typeof kinds];
  const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
  const body = JSON.stringify({ id, ...kind.body(text ?? kind.text) });
  const seconds = Math.floor(now.getTime() / 1000);
  return {
    body,
    headers: { "content-type": "application/json", ...signStandard(id, seconds, body, secret) },
  };
}
