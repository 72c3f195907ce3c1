import { type SampleKind, samplesOf } from "@/server/providers/samples.ts";
import { signJira } from "./verify.ts";

const SITE = "https://harbour.atlassian.net";
const API = `${SITE}/rest/api/2`;

const person = (accountId: string, displayName: string, accountType = "atlassian") => ({
  self: `${API}/user?accountId=${accountId}`,
  accountId,
  displayName,
  accountType,
  active: true,
  timeZone: "Europe/Lisbon",
});
const NORA = person("5f00000000000000000000a1", "Nora");
const SAM = person("qm:5f00000000000000000000b2", "Sam", "customer");
const AGENT = person("5f00000000000000000000c3", "Tea Shop Agent");

const PROJECT = {
  self: `${API}/project/10001`,
  id: "10001",
  key: "TEA",
  name: "Tea shop",
  projectTypeKey: "software",
};

interface Event {
  webhookEvent: string;
  [field: string]: unknown;
}

interface Kind extends SampleKind {
  payload: (text: string) => Event;
}

const kinds: Record<string, Kind> = {
  comment: {
    text: "@agent analyze where the coupon is taken off the second time",
    payload: (text) => comment(text, NORA),
  },
  issue_created: {
    text: "Pay with a gift card and a coupon.\n\n@agent plan a fix",
    payload: (text) => {
      const id = fresh();
      const fields = { description: text, summary: "Gift cards and coupons do not mix" };
      return changed("jira:issue_created", "issue_created", issue({ id, fields }), []);
    },
  },
  assigned: {
    text: "",
    payload: () =>
      changed("jira:issue_updated", "issue_assigned", issue({ fields: { assignee: AGENT } }), [
        { field: "assignee", to: AGENT.accountId, toString: AGENT.displayName },
      ]),
  },
  labelled: {
    text: "",
    payload: () =>
      changed("jira:issue_updated", "issue_updated", issue({ fields: { labels: ["agent"] } }), [
        { field: "labels", to: null, toString: "agent" },
      ]),
  },
  customer_comment: {
    text: "@agent analyze this for me",
    payload: (text) => comment(text, SAM),
  },
  self_test: {
    text: "",
    payload: () => ({
      webhookEvent: "jira:version_released",
      version: { self: `${API}/version/10000`, id: "10000", name: "1.4", released: true },
    }),
  },
};

export const { samples: jiraSamples, sample: jiraSample } = samplesOf(
  kinds,
  ({ payload }, text, secret, now) => {
    const body = JSON.stringify({ timestamp: now.getTime(), ...payload(text) });
    return {
      body,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Atlassian Webhook HTTP Client",
        ...signJira(body, { secret }),
      },
    };
  },
);

const fresh = (): string => String(20_000 + Math.floor(Math.random() * 1e12));

function comment(body: string, author: typeof NORA): Event {
  const id = fresh();
  return {
    webhookEvent: "comment_created",
    comment: {
      self: `${API}/issue/10012/comment/${id}`,
      id,
      author,
      updateAuthor: author,
      body,
      jsdPublic: true,
    },
    issue: issue({}),
  };
}

const changed = (webhookEvent: string, type: string, issue: unknown, items: unknown[]): Event => ({
  webhookEvent,
  issue_event_type_name: type,
  user: NORA,
  issue,
  changelog: { id: fresh(), items },
});

function issue({ id = "10012", fields = {} }: { id?: string; fields?: object }) {
  return {
    id,
    self: `${API}/issue/${id}`,
    key: id === "10012" ? "TEA-12" : "TEA-15",
    fields: {
      summary: "Checkout shows the wrong total for gift cards",
      description: "Pay with a gift card and a coupon: the coupon is taken off twice.",
      project: PROJECT,
      creator: NORA,
      reporter: NORA,
      assignee: null,
      labels: [],
      ...fields,
    },
  };
}
