import { type SampleKind, samplesOf } from "@/server/providers/samples.ts";
import { signSentry } from "./sign.ts";

const INSTALLATION = { uuid: "9a3f6c1e-5d0b-4f5e-8f6a-2b7c9d0e1f23" };
const SITE = "https://harbour.sentry.io";
const API = "https://sentry.io/api/0";
const ISSUE = "4100000012";
const TITLE = "TypeError: cannot read properties of undefined (reading 'discount')";
const METADATA = {
  type: "TypeError",
  value: "cannot read properties of undefined (reading 'discount')",
  filename: "src/checkout.ts",
};

const NORA = { type: "user", id: 3100010, name: "nora" };
const SENTRY = { type: "application", id: "sentry", name: "Sentry" };

interface Kind extends SampleKind {
  resource: string;
  action: string;
  actor: { type: string; id: number | string; name: string };
  data: (text: string, now: Date) => unknown;
}

const kinds: Record<string, Kind> = {
  comment: {
    resource: "comment",
    action: "created",
    actor: NORA,
    text: "@agent analyze which order this comes from",
    data: (text, now) => ({
      comment: text,
      project_slug: "tea-shop",
      comment_id: Number(fresh()),
      issue_id: Number(ISSUE),
      timestamp: now.toISOString(),
    }),
  },
  issue_created: {
    resource: "issue",
    action: "created",
    actor: SENTRY,
    text: "",
    data: (_text, now) => ({ issue: issue(fresh(), now) }),
  },
  event_alert: {
    resource: "event_alert",
    action: "triggered",
    actor: SENTRY,
    text: "",
    data: (_text, now) => ({ event: event(now), triggered_rule: "Checkout is broken" }),
  },
  issue_resolved: {
    resource: "issue",
    action: "resolved",
    actor: NORA,
    text: "",
    data: (_text, now) => ({ issue: { ...issue(fresh(), now), status: "resolved" } }),
  },
  self_test: {
    resource: "installation",
    action: "created",
    actor: NORA,
    text: "",
    data: (_text, now) => ({
      installation: {
        ...INSTALLATION,
        status: "installed",
        organization: { slug: "harbour", id: 31 },
        app: { slug: "agent", uuid: crypto.randomUUID() },
        code: now.toISOString(),
      },
    }),
  },
};

export const { samples: sentrySamples, sample: sentrySample } = samplesOf(
  kinds,
  (kind, text, secret, now) => {
    const { action, actor } = kind;
    const data = kind.data(text, now);
    const body = JSON.stringify({ action, installation: INSTALLATION, data, actor });
    return {
      body,
      headers: {
        "content-type": "application/json",
        "user-agent": "sentry-webhooks/sample",
        ...signSentry(body, { event: kind.resource, secret, now }),
      },
    };
  },
);

const fresh = (): string => String(4_200_000_000 + Math.floor(Math.random() * 1e12));

const issue = (id: string, now: Date) => ({
  id,
  shortId: "TEA-SHOP-C",
  title: TITLE,
  culprit: "POST /checkout",
  level: "error",
  status: "unresolved",
  platform: "node",
  metadata: METADATA,
  url: `${API}/organizations/harbour/issues/${id}/`,
  web_url: `${SITE}/issues/${id}/`,
  project: { id: "4100000001", name: "tea-shop", slug: "tea-shop", platform: "node" },
  count: "3",
  firstSeen: now.toISOString(),
  lastSeen: now.toISOString(),
});

function event(now: Date) {
  const event_id = crypto.randomUUID().replaceAll("-", "");
  const frames = [
    { filename: "src/server.ts", function: "handle", lineno: 41, in_app: true },
    { filename: "src/checkout.ts", function: "total", lineno: 88, in_app: true },
  ];
  return {
    event_id,
    issue_id: ISSUE,
    title: TITLE,
    culprit: "POST /checkout",
    level: "error",
    platform: "node",
    metadata: METADATA,
    exception: { values: [{ ...METADATA, stacktrace: { frames } }] },
    datetime: now.toISOString(),
    url: `${API}/projects/harbour/tea-shop/events/${event_id}/`,
    web_url: `${SITE}/issues/${ISSUE}/events/${event_id}/`,
  };
}
