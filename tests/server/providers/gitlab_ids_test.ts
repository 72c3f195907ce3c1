// Where GitLab puts ids differs by kind of event, version and kind of hook: each place counts.
import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";
import { bytesOf, hook, issueEvent, noteOnIssue, type Payload } from "./gitlab_payloads.ts";

type Row = [what: string, hook: string, payload: Payload, external_id: string | null];

const SHA = "cfe32cf61b73a0d5e9f13e774abde7ff789b1660";
const unnumbered = { web_url: "https://git.example.com/harbour/tea-shop" };
const by_path = { ...unnumbered, path_with_namespace: "harbour/tea-shop" };
/** The event without what says which project it is of, but for `change`. */
const elsewhere = (payload: Payload, change: Payload = {}): Payload => ({
  ...payload,
  project: undefined,
  project_id: undefined,
  ...change,
});

const mergeRequest = (attributes: Payload, change: Payload = {}): Payload =>
  elsewhere(issueEvent("open", attributes), { object_kind: "merge_request", ...change });

const note = (attributes: Payload, change: Payload): Payload =>
  elsewhere(noteOnIssue({ issue: undefined, ...change }, attributes), change);

const emoji = (change: Payload): Payload => ({
  object_kind: "emoji",
  event_type: "award",
  project_id: 5,
  object_attributes: { id: 1, name: "eyes", awardable_id: 9, action: "award" },
  ...change,
});

const issues: Row[] = [
  ["project.id", "Issue Hook", issueEvent("open"), "5#17"],
  [
    "project_id at the top",
    "Issue Hook",
    elsewhere(issueEvent("open"), { project_id: 6 }),
    "6#17",
  ],
  [
    "project_id of the issue",
    "Issue Hook",
    elsewhere(issueEvent("open", { project_id: 6 })),
    "6#17",
  ],
  [
    "project_id of the issue beside a project without id",
    "Confidential Issue Hook",
    elsewhere(issueEvent("open", { project_id: 6 }), {
      event_type: "confidential_issue",
      project: unnumbered,
    }),
    "6#17",
  ],
  [
    "the project's path when no place has its id",
    "Issue Hook",
    elsewhere(issueEvent("open"), { project: by_path }),
    "harbour/tea-shop#17",
  ],
  [
    "the issue's own id when it has no number",
    "Issue Hook",
    issueEvent("open", { iid: undefined }),
    "5/issue/92",
  ],
  [
    "a work item of a project",
    "Work Item Hook",
    elsewhere(issueEvent("open", { project_id: 6, type: "Task" }), { object_kind: "work_item" }),
    "6#17",
  ],
  [
    "an epic of a group",
    "Work Item Hook",
    elsewhere(issueEvent("open", { type: "Epic" }), {
      object_kind: "work_item",
      group: { group_id: 35, group_path: "harbour", full_path: "harbour" },
    }),
    "group:35#17",
  ],
  [
    "an epic that says its group itself",
    "Work Item Hook",
    elsewhere(issueEvent("open", { type: "Epic", group_id: 35 }), { object_kind: "work_item" }),
    "group:35#17",
  ],
];

const merge_requests: Row[] = [
  [
    "target_project_id of the merge request",
    "System Hook",
    mergeRequest({ target_project_id: 6 }),
    "6!17",
  ],
  [
    "target_project_id at the top",
    "System Hook",
    mergeRequest({}, { target_project_id: 6 }),
    "6!17",
  ],
  [
    "never the project that the code comes from",
    "Merge Request Hook",
    mergeRequest({ source_project_id: 8, target_project_id: 6 }),
    "6!17",
  ],
  ["the target's id", "Merge Request Hook", mergeRequest({ target: { id: 6 } }), "6!17"],
  [
    "the target's path",
    "Merge Request Hook",
    mergeRequest({ target: by_path }),
    "harbour/tea-shop!17",
  ],
];

const notes: Row[] = [
  ["the note's project", "Note Hook", note({ project_id: 6 }, { issue: { iid: 17 } }), "6#17"],
  [
    "the issue's project",
    "Confidential Note Hook",
    note({}, { issue: { iid: 17, project_id: 6 } }),
    "6#17",
  ],
  [
    "a work item",
    "Note Hook",
    note({ noteable_type: "WorkItem", project_id: 6 }, { work_item: { iid: 17 } }),
    "6#17",
  ],
  [
    "the merge request's project",
    "Note Hook",
    note({ noteable_type: "MergeRequest" }, { merge_request: { iid: 17, target_project_id: 6 } }),
    "6!17",
  ],
  [
    "the snippet's project",
    "Note Hook",
    note({ noteable_type: "Snippet" }, { snippet: { id: 53, project_id: 6 } }),
    "6$53",
  ],
  [
    "a snippet that only the note names",
    "Note Hook",
    note({ noteable_type: "Snippet", noteable_id: 53, project_id: 6 }, {}),
    "6$53",
  ],
  [
    "a commit that the note names",
    "Note Hook",
    note({ noteable_type: "Commit", commit_id: SHA, project_id: 6 }, {}),
    `6@${SHA}`,
  ],
  [
    "a commit that stands beside the note",
    "Note Hook",
    note({ noteable_type: "Commit", project_id: 6 }, { commit: { id: SHA } }),
    `6@${SHA}`,
  ],
  [
    "what has no number",
    "Note Hook",
    note({ noteable_type: "DesignManagement::Design", noteable_id: 8, project_id: 6 }, {}),
    "6/design_management_design/8",
  ],
];

const emojis: Row[] = [
  ["an issue", "Emoji Hook", emoji({ issue: { iid: 17 } }), "5#17"],
  ["a work item", "Emoji Hook", emoji({ work_item: { iid: 17 } }), "5#17"],
  ["a merge request", "Emoji Hook", emoji({ merge_request: { iid: 17 } }), "5!17"],
  ["a snippet", "Emoji Hook", emoji({ project_snippet: { id: 53 } }), "5$53"],
  [
    "a note on an issue",
    "Emoji Hook",
    emoji({ project_id: undefined, note: { id: 9, project_id: 6 }, issue: { iid: 17 } }),
    "6#17",
  ],
  ["a note on a commit", "Emoji Hook", emoji({ note: { id: 9, commit_id: SHA } }), `5@${SHA}`],
];

const code: Row[] = [
  [
    "push",
    "Push Hook",
    { object_kind: "push", ref: "refs/heads/main", project_id: 5, user_id: 4 },
    "5:refs/heads/main",
  ],
  [
    "push, by a system hook",
    "System Hook",
    { event_name: "push", ref: "refs/heads/main", project_id: 5, user_id: 4, project: by_path },
    "5:refs/heads/main",
  ],
  [
    "tag",
    "Tag Push Hook",
    { object_kind: "tag_push", ref: "refs/tags/v1", project: { id: 5 } },
    "5:refs/tags/v1",
  ],
  [
    "repository_update of one branch",
    "System Hook",
    { event_name: "repository_update", project_id: 5, user_id: 4, refs: ["refs/heads/main"] },
    "5:refs/heads/main",
  ],
  [
    "repository_update of many",
    "System Hook",
    { event_name: "repository_update", project_id: 5, user_id: 4, refs: ["refs/a", "refs/b"] },
    "5/project/5",
  ],
  [
    "pipeline of a merge request",
    "Pipeline Hook",
    {
      object_kind: "pipeline",
      project: { id: 5 },
      object_attributes: { id: 31, sha: SHA },
      merge_request: { iid: 17, target_project_id: 5 },
    },
    "5!17",
  ],
  [
    "pipeline of a fork, which names the merge request of another project",
    "Pipeline Hook",
    {
      object_kind: "pipeline",
      project: { id: 8 },
      object_attributes: { id: 31, sha: SHA },
      merge_request: { iid: 17, target_project_id: 5 },
    },
    `8@${SHA}`,
  ],
  [
    "pipeline without a commit",
    "Pipeline Hook",
    { object_kind: "pipeline", project: { id: 5 }, object_attributes: { id: 31 } },
    "5/pipeline/31",
  ],
  ["job", "Job Hook", { object_kind: "build", project_id: 5, build_id: 7, sha: SHA }, `5@${SHA}`],
  [
    "job without a commit",
    "Job Hook",
    { object_kind: "build", project_id: 5, build_id: 7 },
    "5/job/7",
  ],
  [
    "deployment",
    "Deployment Hook",
    { object_kind: "deployment", project: { id: 5 }, deployment_id: 15, ref: "v1" },
    "5:v1",
  ],
  [
    "deployment without a ref",
    "Deployment Hook",
    { object_kind: "deployment", project: { id: 5 }, deployment_id: 15 },
    "5/deployment/15",
  ],
  [
    "deployment of old versions",
    "Deployment Hook",
    { object_kind: "deployment", project: { id: 5 }, deployable_id: 7, short_sha: "cfe32cf6" },
    "5@cfe32cf6",
  ],
];

const attributes = { id: 61, iid: 10, title: "v1" };
const things: Row[] = [
  [
    "release",
    "Release Hook",
    { object_kind: "release", tag: "v1", project: { id: 5 } },
    "5/release/v1",
  ],
  [
    "release without a tag",
    "Release Hook",
    { object_kind: "release", id: 3, project: { id: 5 } },
    "5/release/3",
  ],
  [
    "wiki page",
    "Wiki Page Hook",
    { object_kind: "wiki_page", project: { id: 5 }, object_attributes: { slug: "tea/green" } },
    "5/wiki_page/tea/green",
  ],
  [
    "milestone",
    "Milestone Hook",
    { object_kind: "milestone", object_attributes: { ...attributes, project_id: 5 } },
    "5/milestone/61",
  ],
  [
    "milestone of a group",
    "Milestone Hook",
    { object_kind: "milestone", object_attributes: { ...attributes, group_id: 35 } },
    "group:35/milestone/61",
  ],
  [
    "feature flag",
    "Feature Flag Hook",
    { object_kind: "feature_flag", project: { id: 5 }, object_attributes: { id: 6 } },
    "5/feature_flag/6",
  ],
  [
    "access token of a group",
    "Resource Access Token Hook",
    { object_kind: "access_token", group: { group_id: 35 }, object_attributes: { id: 25 } },
    "group:35/access_token/25",
  ],
  [
    "vulnerability, which only its address tells",
    "Vulnerability Hook",
    {
      object_kind: "vulnerability",
      object_attributes: {
        project_id: 50,
        url: "https://git.example.com/a/b/-/security/vulnerabilities/4",
      },
    },
    "50/vulnerability/4",
  ],
];

const system = (event_name: string, rest: Payload, external_id: string | null): Row => [
  event_name,
  "System Hook",
  { event_name, ...rest },
  external_id,
];

const by_system: Row[] = [
  ...["create", "destroy", "rename", "transfer", "update"].map((what) =>
    system(`project_${what}`, {
      project_id: 74,
      path_with_namespace: "nora/store",
      project_namespace_id: 23,
    }, "74/project/74")
  ),
  system("project_create", { path_with_namespace: "nora/store" }, "nora/store/project/nora/store"),
  system("project_create", { name: "tea-shop" }, null),
  ...["group_create", "group_destroy", "group_rename", "subgroup_create", "subgroup_destroy"].map(
    (name) => system(name, { group_id: 78, parent_group_id: 7 }, "group:78/group/78"),
  ),
  ...["add_to", "remove_from", "update_for"].flatMap((what) => [
    system(`user_${what}_group`, { group_id: 78, user_id: 41 }, "group:78/user/41"),
    system(`user_${what}_team`, { project_id: 74, user_id: 41 }, "74/user/41"),
  ]),
  ...["request_to", "request_revoked_for"].flatMap((what) => [
    system(`user_access_${what}_group`, { group_id: 78, user_id: 41 }, "group:78/user/41"),
    system(`user_access_${what}_project`, { project_id: 74, user_id: 41 }, "74/user/41"),
  ]),
  ...["create", "destroy", "rename", "failed_login"].map((what) =>
    system(`user_${what}`, { user_id: 41, username: "js" }, "instance/user/41")
  ),
  ...["create", "destroy"].map((what) =>
    system(`key_${what}`, { id: 4, username: "root" }, "instance/key/4")
  ),
  [
    "member approval",
    "System Hook",
    {
      object_kind: "gitlab_subscription_member_approval",
      action: "enqueue",
      object_attributes: { existing_member_id: 123 },
      user_id: 42,
      promotion_namespace_id: 789,
    },
    "group:789/user/42",
  ],
  [
    "member approvals",
    "System Hook",
    {
      object_kind: "gitlab_subscription_member_approvals",
      action: "approve",
      object_attributes: { status: "success" },
      user_id: 42,
    },
    "instance/user/42",
  ],
];

const tables = { issues, merge_requests, notes, emojis, code, things, by_system };

function read(name: string, payload: Payload): DeliveryEvent {
  const reading = gitlab.read(hook(name), bytesOf(payload));
  assert.ok(reading.kind === "event", JSON.stringify(reading));
  return reading.event;
}

for (const [table, rows] of Object.entries(tables)) {
  Deno.test(`the outside id is found wherever GitLab puts it: ${table}`, () => {
    for (const [what, name, payload, external_id] of rows) {
      const event = read(name, payload);
      assert.equal(event.external_id, external_id, what);
      const has_flow = event.container !== null && event.object !== null;
      assert.equal(has_flow, external_id !== null, what);
    }
  });
}

Deno.test("a project that only the issue names is answered, too; one known by its path is not", () => {
  const target = (change: Payload, attributes: Payload = {}) =>
    read("Issue Hook", elsewhere(issueEvent("open", attributes), change)).reply_target;
  assert.equal(target({}, { project_id: 6 })?.project_id, 6);
  assert.equal(target({ project: by_path }, { project_id: 6 })?.project, "harbour/tea-shop");
  assert.equal(target({ project: by_path }), null);
});

Deno.test("an id that is no id does not hide the one that is", () => {
  for (const odd of ["5", -5, 1.5, null, {}, 2 ** 60]) {
    const payload = elsewhere(issueEvent("open", { project_id: 6 }), { project: { id: odd } });
    assert.equal(read("Issue Hook", payload).external_id, "6#17", String(odd));
  }
});

Deno.test("a comment on a work item is read and answered as one on an issue", () => {
  const on = (confidential: boolean) =>
    read(
      "Confidential Note Hook",
      note({ noteable_type: "WorkItem", project_id: 6 }, {
        event_type: "confidential_note",
        work_item: { iid: 17, title: "Totals", description: "Wrong", confidential },
      }),
    );
  const { text, context, reply_target } = on(true);
  assert.deepEqual([text, context?.body], ["@agent analyze", "Wrong"]);
  assert.deepEqual([reply_target?.iid, reply_target?.internal], [17, false]);
  assert.equal(on(false).reply_target?.internal, true);
});

Deno.test("what is only done by somebody is not about them", () => {
  const event = read("Future Hook", { object_kind: "future", project_id: 5, user_id: 4 });
  assert.deepEqual([event.container?.id, event.object], ["5", null]);
});

Deno.test("two vulnerabilities that one call changes are two things", () => {
  const key = (number: number) =>
    read("Vulnerability Hook", {
      object_kind: "vulnerability",
      object_attributes: {
        project_id: 50,
        url: `https://git.example.com/a/b/-/security/vulnerabilities/${number}`,
        updated_at: "2026-01-08T00:46:14Z",
      },
    }).event_key;
  assert.notEqual(key(1), key(2));
});
