import type { Sample } from "@/server/providers/provider.ts";
import { signGithub } from "./sign.ts";

const HARBOUR = { id: 9_000_000, login: "harbour", type: "Organization" };
const NORA = { id: 9_000_010, login: "nora", type: "User" };
const SAM = { id: 9_000_011, login: "sam", type: "User" };

const REPOSITORY = {
  id: 9_000_001,
  name: "tea-shop",
  full_name: "harbour/tea-shop",
  private: false,
  default_branch: "main",
  html_url: "https://github.com/harbour/tea-shop",
  owner: HARBOUR,
};

interface Thing {
  number: number;
  title: string;
  body: string | null;
  pull_request?: boolean;
}

const ISSUE: Thing = {
  number: 12,
  title: "Checkout shows the wrong total for gift cards",
  body: "Pay with a gift card and a coupon: the coupon is taken off twice.",
};
const PULL: Thing = {
  number: 14,
  title: "Round totals once, at the end",
  body: "Sums were rounded per line. This rounds the total only.",
  pull_request: true,
};

const TO_FIX: Thing = {
  number: 16,
  title: "Half a cent is rounded down",
  body: "1.005 becomes 1.00, and the price list says 1.01.",
};

interface Kind {
  event: string;
  text: string;
  payload: (text: string) => unknown;
}

const kinds = {
  ping: {
    event: "ping",
    text: "",
    payload: () => ({ zen: "Keep it logically awesome.", hook_id: 1, repository: REPOSITORY }),
  },
  issue_comment: {
    event: "issue_comment",
    text: "@agent analyze where the coupon is taken off the second time",
    payload: (text) => comment(ISSUE, text, NORA, "OWNER"),
  },
  pull_request_comment: {
    event: "issue_comment",
    text: "@agent review please, rounding is delicate",
    payload: (text) => comment(PULL, text, NORA, "MEMBER"),
  },
  issues: {
    event: "issues",
    text: "@agent plan a fix",
    payload: (text) =>
      about({ ...issue({ ...ISSUE, number: 15, body: text }), id: fresh() }, "opened"),
  },
  outsider_comment: {
    event: "issue_comment",
    text: "@agent analyze this for me",
    payload: (text) => comment(ISSUE, text, SAM, "NONE"),
  },
  fix: {
    event: "issue_comment",
    text: "@agent fix it",
    payload: (text) => comment(TO_FIX, text, NORA, "OWNER"),
  },
  approve: {
    event: "issue_comment",
    text: "@agent approve mind the tests",
    payload: (text) => comment(TO_FIX, text, NORA, "OWNER"),
  },
  review_comment: {
    event: "pull_request_review_comment",
    text: "@agent fix the name, too",
    payload: (text) => reviewed(PULL, text, NORA, "MEMBER"),
  },
  labeled: {
    event: "issues",
    text: "",
    payload: () => ({
      ...about({ ...issue(ISSUE), user: SAM, author_association: "NONE" }, "labeled"),
      label: { id: 9_200_001, name: "agent", color: "0e8a16" },
    }),
  },
  self_test: {
    event: "star",
    text: "",
    payload: () => ({
      action: "created",
      starred_at: new Date().toISOString(),
      repository: REPOSITORY,
      sender: NORA,
    }),
  },
} satisfies Record<string, Kind>;

export const githubSamples: Readonly<Record<string, { text: string }>> = kinds;

/** Throws RangeError when there is no such sample. */
export function githubSample(name: string, secret: string, text: string | undefined): Sample {
  if (!Object.hasOwn(kinds, name)) {
    throw new RangeError(`no sample ${name}; there are ${Object.keys(kinds).join(", ")}`);
  }
  const kind: Kind = kinds[name as keyof typeof kinds];
  const body = JSON.stringify(kind.payload(text ?? kind.text));
  const signed = signGithub(body, { event: kind.event, secret, now: new Date() });
  return {
    body,
    headers: {
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/sample",
      ...signed,
    },
  };
}

const fresh = (): number => 1 + Math.floor(Math.random() * 1e12);

function comment(thing: Thing, body: string, user: typeof NORA, association: string) {
  const now = new Date().toISOString();
  return {
    ...about(issue(thing), "created", user),
    comment: {
      id: fresh(),
      body,
      user,
      author_association: association,
      created_at: now,
      updated_at: now,
    },
  };
}

/** A comment on a line of a pull request's change. */
function reviewed(thing: Thing, body: string, user: typeof NORA, association: string) {
  const { issue: pull, comment: said, ...rest } = comment(thing, body, user, association);
  const side = { ref: "round-once", sha: "a".repeat(40), repo: REPOSITORY };
  return {
    ...rest,
    pull_request: { ...Object(pull), head: side, base: { ...side, ref: "main" } },
    comment: { ...said, path: "src/checkout.ts", line: 12 },
  };
}

const about = (issue: unknown, action: string, sender = NORA) => ({
  action,
  issue,
  repository: REPOSITORY,
  organization: HARBOUR,
  sender,
});

function issue({ number, title, body, pull_request }: Thing) {
  const html_url = `${REPOSITORY.html_url}/${pull_request ? "pull" : "issues"}/${number}`;
  return {
    id: 9_100_000 + number,
    number,
    title,
    body,
    html_url,
    state: "open",
    user: NORA,
    author_association: "OWNER",
    updated_at: new Date().toISOString(),
    ...(pull_request ? { pull_request: { html_url } } : {}),
  };
}
