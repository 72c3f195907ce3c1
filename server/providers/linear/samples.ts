/** Deliveries as Linear would post them: in shape and headers, about a made-up shop. */
import { type SampleKind, samplesOf } from "@/server/providers/samples.ts";
import { signLinear } from "./sign.ts";

const SITE = "https://linear.app/harbour";
const WORKSPACE = "9a000000-0000-4000-8000-000000000001";
const TEAM = { id: "9a000000-0000-4000-8000-000000000002", key: "TEA", name: "Tea shop" };

const person = (id: string, name: string, handle: string) => ({
  id: `9a000000-0000-4000-8000-${id}`,
  name,
  email: `${handle}@harbour.example`,
  url: `${SITE}/profiles/${handle}`,
});
type User = ReturnType<typeof person>;
const NORA = person("000000000010", "Nora", "nora");
const SAM = person("000000000011", "Sam", "sam");
const LABEL = { id: "9a000000-0000-4000-8000-000000000030", name: "agent", color: "#0e8a16" };

const ISSUE = {
  id: "9a000000-0000-4000-8000-000000000012",
  identifier: "TEA-12",
  title: "Checkout shows the wrong total for gift cards",
  url: `${SITE}/issue/TEA-12/checkout-shows-the-wrong-total`,
  teamId: TEAM.id,
  team: TEAM,
};

interface Kind extends SampleKind {
  payload: (
    text: string,
    now: string,
  ) => { type: string; action: string; [field: string]: unknown };
}

const kinds: Record<string, Kind> = {
  comment: {
    text: "@agent analyze where the coupon is taken off the second time",
    payload: (text, now) => comment(text, now, NORA),
  },
  reply: {
    text: "@agent plan a fix for this",
    payload: (text, now) => comment(text, now, NORA, { parentId: fresh() }),
  },
  issue_created: {
    text: "Pay with a gift card and a coupon.\n\n@agent plan a fix",
    payload: (description, now) => {
      const [id, identifier] = [fresh(), "TEA-15"];
      const title = "Gift cards and coupons do not mix";
      return issue("create", now, { id, identifier, title, description });
    },
  },
  labelled: {
    text: "",
    payload: (_text, now) => ({
      ...issue("update", now, { labels: [LABEL], labelIds: [LABEL.id] }),
      updatedFrom: { updatedAt: now, labelIds: [] },
    }),
  },
  outsider_comment: {
    text: "@agent analyze this for me",
    payload: (text, now) => comment(text, now, SAM),
  },
  self_test: {
    text: "",
    payload: (_text, now) =>
      about("Cycle", "update", now, NORA, { id: fresh(), name: "Self-test", updatedAt: now }),
  },
};

/** The samples of Linear: those that can be sent, and each as a new delivery. */
export const { samples: linearSamples, sample: linearSample } = samplesOf(
  kinds,
  ({ payload }, text, secret, now) => {
    const sent = { ...payload(text, now.toISOString()), webhookTimestamp: now.getTime() };
    const body = JSON.stringify({ ...sent, webhookId: "9a000000-0000-4000-8000-000000000003" });
    return {
      body,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Linear-Webhook",
        ...signLinear(body, { secret, now }),
      },
    };
  },
);

const fresh = (): string => crypto.randomUUID();

const about = (type: string, action: string, createdAt: string, actor: User, data: object) => ({
  type,
  action,
  actor: { ...actor, type: "user" },
  createdAt,
  data,
  organizationId: WORKSPACE,
});

function comment(body: string, now: string, user: User, more: object = {}) {
  const id = fresh();
  const data = { id, body, createdAt: now, updatedAt: now, userId: user.id, user };
  return {
    ...about("Comment", "create", now, user, { ...data, issueId: ISSUE.id, issue: ISSUE, ...more }),
    url: `${ISSUE.url}#comment-${id.slice(0, 8)}`,
  };
}

function issue(action: string, now: string, change: object) {
  const description = "Pay with a gift card and a coupon: the coupon is taken off twice.";
  const data = { ...ISSUE, description, creatorId: NORA.id, labels: [], updatedAt: now, ...change };
  return { ...about("Issue", action, now, NORA, data), url: ISSUE.url };
}
