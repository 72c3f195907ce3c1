import { type SampleKind, samplesOf } from "@/server/providers/samples.ts";
import { signGitlab } from "./sign.ts";

const INSTANCE = "https://gitlab.com";
const PROJECT = {
  id: 9_000_001,
  name: "tea-shop",
  path_with_namespace: "harbour/tea-shop",
  web_url: `${INSTANCE}/harbour/tea-shop`,
  namespace: "harbour",
  visibility_level: 0,
  default_branch: "main",
};
const NORA = { id: 9_000_010, name: "Nora", username: "nora" };
const SAM = { id: 9_000_011, name: "Sam", username: "sam" };
type User = typeof NORA;

const ISSUE = {
  id: 9_100_012,
  iid: 12,
  title: "Checkout shows the wrong total for gift cards",
  description: "Pay with a gift card and a coupon: the coupon is taken off twice.",
  author_id: NORA.id,
  confidential: false,
  state: "opened",
};
const MERGE_REQUEST = {
  id: 9_200_014,
  iid: 14,
  title: "Round totals once, at the end",
  description: "Sums were rounded per line. This rounds the total only.",
  author_id: NORA.id,
  source_project_id: PROJECT.id,
  target_project_id: PROJECT.id,
  source_branch: "round-once",
  target_branch: "main",
  state: "opened",
};
const SHA = "2f1e8c5d90ab34e7716fc0a9d3b85e4271c6fd08";

interface Kind extends SampleKind {
  hook: string;
  payload: (text: string, now: string) => unknown;
}

const kinds: Record<string, Kind> = {
  issue_note: {
    hook: "Note Hook",
    text: "@agent analyze where the coupon is taken off the second time",
    payload: (text, now) => note(text, now, { issue: ISSUE }, "Issue"),
  },
  merge_request_note: {
    hook: "Note Hook",
    text: "@agent review please, rounding is delicate",
    payload: (text, now) => note(text, now, { merge_request: MERGE_REQUEST }, "MergeRequest"),
  },
  issue: {
    hook: "Issue Hook",
    text: "@agent plan a fix",
    payload: (text, now) => issue("open", now, { id: fresh(), iid: 15, description: text }),
  },
  outsider_note: {
    hook: "Note Hook",
    text: "@agent analyze this for me",
    payload: (text, now) => note(text, now, { issue: ISSUE }, "Issue", SAM),
  },
  labelled: {
    hook: "Issue Hook",
    text: "",
    payload: (_text, now) => ({
      ...issue("update", now, {}),
      changes: { labels: { previous: [], current: [{ id: 9_300_001, title: "agent" }] } },
    }),
  },
  self_test: {
    hook: "Push Hook",
    text: "",
    payload: () => ({
      ...about("push", NORA),
      event_name: "push",
      before: SHA,
      after: SHA.split("").reverse().join(""),
      ref: "refs/heads/main",
      user_id: NORA.id,
      user_username: NORA.username,
      total_commits_count: 0,
      commits: [],
    }),
  },
};

export const { samples: gitlabSamples, sample: gitlabSample } = samplesOf(
  kinds,
  (kind, text, secret, now) => {
    const body = JSON.stringify(kind.payload(text, now.toISOString()));
    return { body, headers: headersOf(kind.hook, body, secret, now) };
  },
);

const headersOf = (hook: string, body: string, secret: string, now: Date) => ({
  "content-type": "application/json",
  "user-agent": "GitLab/sample",
  "x-gitlab-instance": INSTANCE,
  "x-gitlab-webhook-uuid": crypto.randomUUID(),
  ...signGitlab(body, { event: hook, secret, now }),
});

const fresh = (): number => 1 + Math.floor(Math.random() * 1e12);

const about = (object_kind: string, user: User) => ({
  object_kind,
  event_type: object_kind,
  user,
  project_id: PROJECT.id,
  project: PROJECT,
  repository: { name: PROJECT.name, homepage: PROJECT.web_url },
});

function note(text: string, now: string, thing: object, noteable_type: string, user = NORA) {
  return {
    ...about("note", user),
    object_attributes: {
      id: fresh(),
      note: text,
      noteable_type,
      author_id: user.id,
      project_id: PROJECT.id,
      discussion_id: SHA,
      type: null,
      system: false,
      action: "create",
      created_at: now,
      updated_at: now,
    },
    ...thing,
  };
}

const issue = (action: string, updated_at: string, change: object) => ({
  ...about("issue", NORA),
  object_attributes: { ...ISSUE, project_id: PROJECT.id, updated_at, action, ...change },
});
