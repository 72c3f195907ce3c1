/** GitLab payloads of our own, in the shape of the real ones, changed where a test needs it. */

// deno-lint-ignore no-explicit-any -- payloads are of any shape, and tests break them on purpose
export type Payload = any;

const project = {
  id: 5,
  web_url: "https://git.example.com/harbour/tea-shop",
  path_with_namespace: "harbour/tea-shop",
};
const user = { id: 42, name: "Nora", username: "nora" };
const base = { user, project_id: 5, project };

/** A comment on issue 17. */
export const noteOnIssue = (change: Payload = {}, attributes: Payload = {}): Payload => ({
  object_kind: "note",
  event_type: "note",
  ...base,
  object_attributes: {
    id: 1241,
    note: "@agent analyze",
    noteable_type: "Issue",
    noteable_id: 92,
    author_id: 42,
    discussion_id: "6a9c1750b37d513a43987b574953fceb50b03ce7",
    type: null,
    system: false,
    action: "create",
    updated_at: "2026-05-17 17:06:40 UTC",
    ...attributes,
  },
  issue: {
    id: 92,
    iid: 17,
    title: "Totals",
    description: "Wrong",
    author_id: 7,
    confidential: false,
  },
  ...change,
});

/** A comment on merge request 17, whose code comes from project `source`. */
export const noteOnMergeRequest = (source: number | null = 5): Payload =>
  noteOnIssue({
    issue: undefined,
    merge_request: {
      id: 7,
      iid: 17,
      title: "Round once",
      description: "",
      author_id: 42,
      source_project_id: source,
      target_project_id: 5,
    },
  }, { noteable_type: "MergeRequest", noteable_id: 7 });

/** Issue 17 is opened, changed, closed. */
export const issueEvent = (
  action: string,
  attributes: Payload = {},
  change: Payload = {},
): Payload => ({
  object_kind: "issue",
  event_type: "issue",
  ...base,
  object_attributes: {
    id: 92,
    iid: 17,
    title: "Totals",
    description: "@agent plan this",
    author_id: 42,
    action,
    updated_at: "2026-05-17T17:06:40Z",
    ...attributes,
  },
  ...change,
});

export const bytesOf = (payload: unknown): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(JSON.stringify(payload));

export const hook = (name: string, more: Record<string, string> = {}): Headers =>
  new Headers({ "content-type": "application/json", "x-gitlab-event": name, ...more });
