import { createHmac } from "node:crypto";

/** A delivery as GitHub would post it: in shape and headers, about a made-up repository. */
export interface SampleDelivery {
  headers: Record<string, string>;
  body: string;
}

const REPOSITORY = {
  id: 9_000_001,
  name: "tea-shop",
  full_name: "harbour/tea-shop",
  private: false,
  default_branch: "main",
  html_url: "https://github.com/harbour/tea-shop",
  owner: { id: 9_000_000, login: "harbour", type: "Organization" },
};

const people = {
  nora: { id: 9_000_010, login: "nora", type: "User" },
  sam: { id: 9_000_011, login: "sam", type: "User" },
};

interface Thing {
  number: number;
  title: string;
  body: string | null;
  pull_request?: boolean;
}

const THINGS: Record<string, Thing> = {
  issue: {
    number: 12,
    title: "Checkout shows the wrong total for gift cards",
    body: "Pay with a gift card and a coupon: the coupon is taken off twice.",
  },
  pull: {
    number: 14,
    title: "Round totals once, at the end",
    body: "Sums were rounded per line. This rounds the total only.",
    pull_request: true,
  },
};

/** What can be sent: the event's name, and what it says without `--text`. */
export const GITHUB_SAMPLES = {
  ping: { text: "" },
  issue_comment: { text: "@agent analyze where the coupon is taken off the second time" },
  pull_request_comment: { text: "@agent review please, rounding is delicate" },
  issues: { text: "@agent plan a fix" },
  outsider_comment: { text: "@agent analyze this for me" },
} as const;
export type GithubSample = keyof typeof GITHUB_SAMPLES;

/** The delivery, signed with `secret`. Each call is a new one, with an id of its own. */
export function githubSample(
  sample: GithubSample,
  secret: string,
  text: string = GITHUB_SAMPLES[sample].text,
): SampleDelivery {
  const { event, payload } = build(sample, text);
  const body = JSON.stringify(payload);
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return {
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/sample",
      "x-github-event": event,
      "x-github-delivery": crypto.randomUUID(),
      "x-hub-signature-256": `sha256=${signature}`,
    },
  };
}

function build(sample: GithubSample, text: string): { event: string; payload: unknown } {
  switch (sample) {
    case "ping":
      return {
        event: "ping",
        payload: { zen: "Keep it logically awesome.", hook_id: 1, repository: REPOSITORY },
      };
    case "issues":
      return {
        event: "issues",
        payload: about({ ...issue(THINGS.issue, "OWNER"), body: text, number: 15 }, "opened"),
      };
    case "issue_comment":
      return comment(THINGS.issue, text, people.nora, "OWNER");
    case "pull_request_comment":
      return comment(THINGS.pull, text, people.nora, "MEMBER");
    case "outsider_comment":
      return comment(THINGS.issue, text, people.sam, "NONE");
  }
}

function comment(thing: Thing, body: string, user: typeof people.nora, association: string) {
  const id = Math.floor(Math.random() * 1e9);
  return {
    event: "issue_comment",
    payload: {
      ...about(issue(thing, "OWNER"), "created", user),
      comment: { id, body, user, author_association: association },
    },
  };
}

const about = (issue: unknown, action: string, sender = people.nora) => ({
  action,
  issue,
  repository: REPOSITORY,
  sender,
});

function issue({ number, title, body, pull_request }: Thing, author_association: string) {
  const html_url = `${REPOSITORY.html_url}/${pull_request ? "pull" : "issues"}/${number}`;
  return {
    id: 9_100_000 + number,
    number,
    title,
    body,
    html_url,
    state: "open",
    user: people.nora,
    author_association,
    ...(pull_request ? { pull_request: { html_url } } : {}),
  };
}
