// What has no number of an issue has an id all the same, at a place that its event's name tells.
import assert from "node:assert/strict";
import { allExamples, example, type Payload, readEvent } from "../webhooks/samples.ts";

const octo = {
  repository: { id: 7, full_name: "octo/hello", html_url: "https://github.com/octo/hello" },
};
const org = { organization: { id: 9, login: "octo" } };
const installation = { installation: { id: 3, account: { login: "octo" } } };
const sender = { id: 1, login: "nora", html_url: "https://git.example.com/nora" };

type Row = [event: string, payload: Payload, external_id: string | null];

const rows: Row[] = [
  ["release", { ...octo, release: { id: 4, tag_name: "v1" } }, "7/release/4"],
  ["deployment", { ...octo, deployment: { id: 4 } }, "7/deployment/4"],
  [
    "deployment_status",
    { ...octo, deployment: { id: 4 }, deployment_status: { id: 5 } },
    "7/deployment/4",
  ],
  ["deployment_protection_rule", { ...octo, deployment: { id: 4 } }, "7/deployment/4"],
  ["milestone", { ...octo, milestone: { id: 4, number: 1 } }, "7/milestone/4"],
  ["label", { ...octo, label: { id: 4 } }, "7/label/4"],
  [
    "code_scanning_alert",
    { ...octo, alert: { number: 4 }, ref: "refs/heads/main" },
    "7/code_scanning_alert/4",
  ],
  ["dependabot_alert", { ...octo, alert: { number: 4 } }, "7/dependabot_alert/4"],
  ["secret_scanning_alert", { ...octo, alert: { number: 4 } }, "7/secret_scanning_alert/4"],
  [
    "secret_scanning_alert_location",
    { ...octo, alert: { number: 4 } },
    "7/secret_scanning_alert/4",
  ],
  [
    "repository_vulnerability_alert",
    { ...octo, alert: { id: 4 } },
    "7/repository_vulnerability_alert/4",
  ],
  [
    "repository_advisory",
    { ...octo, repository_advisory: { ghsa_id: "GHSA-1" } },
    "7/advisory/GHSA-1",
  ],
  ["security_advisory", { security_advisory: { ghsa_id: "GHSA-1" } }, "github/advisory/GHSA-1"],
  ["branch_protection_rule", { ...octo, rule: { id: 4 } }, "7/branch_protection_rule/4"],
  ["repository_ruleset", { ...octo, repository_ruleset: { id: 4 } }, "7/repository_ruleset/4"],
  ["repository_ruleset", { ...org, repository_ruleset: { id: 4 } }, "org:9/repository_ruleset/4"],
  ["commit_comment", { ...octo, comment: { id: 4, commit_id: "abc1234" } }, "7@abc1234"],
  ["merge_group", { ...octo, merge_group: { head_sha: "abc1234" } }, "7@abc1234"],
  ["deploy_key", { ...octo, key: { id: 4 } }, "7/deploy_key/4"],
  ["fork", { ...octo, forkee: { id: 4 } }, "7/fork/4"],
  ["page_build", { ...octo, id: 4 }, "7/page_build/4"],
  ["package", { ...octo, package: { id: 4 } }, "7/package/4"],
  ["registry_package", { ...octo, registry_package: { id: 4 } }, "7/package/4"],
  ["project", { ...octo, project: { id: 4 } }, "7/project/4"],
  ["project_card", { ...octo, project_card: { id: 4 } }, "7/project_card/4"],
  ["project_column", { ...octo, project_column: { id: 4 } }, "7/project_column/4"],
  ["projects_v2", { ...org, projects_v2: { id: 4 } }, "org:9/projects_v2/4"],
  ["projects_v2_item", { ...org, projects_v2_item: { id: 4 } }, "org:9/projects_v2_item/4"],
  [
    "projects_v2_status_update",
    { ...org, projects_v2_status_update: { id: 4 } },
    "org:9/projects_v2_status_update/4",
  ],
  ["team", { ...org, team: { id: 4 } }, "org:9/team/4"],
  ["team_add", { ...octo, ...org, team: { id: 4 } }, "7/team/4"],
  ["member", { ...octo, member: { id: 4 } }, "7/user/4"],
  ["membership", { ...org, member: { id: 4 }, team: { id: 5 } }, "org:9/team/5"],
  ["organization", { ...org, action: "renamed" }, "org:9/organization/9"],
  ["organization", { ...org, membership: { user: { id: 4 } } }, "org:9/user/4"],
  ["org_block", { ...org, blocked_user: { id: 4 } }, "org:9/user/4"],
  [
    "personal_access_token_request",
    { ...org, personal_access_token_request: { id: 4 } },
    "org:9/personal_access_token_request/4",
  ],
  ["repository", octo, "7/repository/7"],
  ["public", octo, "7/repository/7"],
  ["repository_import", octo, "7/repository/7"],
  ["meta", { ...octo, hook_id: 4 }, "7/hook/4"],
  ["meta", { ...org, hook_id: 4 }, "org:9/hook/4"],
  ["installation", installation, "installation:3/installation/3"],
  ["installation_repositories", installation, "installation:3/installation/3"],
  ["installation_target", installation, "installation:3/installation/3"],
  ["marketplace_purchase", { marketplace_purchase: { account: { id: 4 } } }, "github/account/4"],
  ["sponsorship", { sponsorship: { node_id: "MDEx" } }, "github/sponsorship/MDEx"],
  ["sub_issues", {
    ...octo,
    action: "sub_issue_added",
    parent_issue: { number: 2, title: "a" },
    sub_issue: { number: 3, title: "b" },
  }, "7#2"],
  ["sub_issues", {
    ...octo,
    action: "parent_issue_added",
    parent_issue: { number: 2, title: "a" },
    sub_issue: { number: 3, title: "b" },
  }, "7#3"],
  // nobody could come back to these
  ["star", octo, null],
  ["watch", octo, null],
  ["repository_dispatch", octo, null],
  ["github_app_authorization", {}, null],
];

Deno.test("what an event is about is found where its name says", () => {
  for (const [name, payload, external_id] of rows) {
    const event = readEvent(name, { sender, ...payload });
    assert.equal(event.external_id, external_id, name);
    const has_flow = event.container !== null && event.object !== null;
    assert.equal(has_flow, external_id !== null, name);
    assert.equal(event.text, null, name);
  }
});

Deno.test("where no repository tells the host, the sender does", () => {
  const of = (payload: Payload) => readEvent("team", payload).instance;
  assert.equal(of({ ...org, team: { id: 4 }, sender }), "git.example.com");
  assert.equal(of({ ...org, ...octo, team: { id: 4 }, sender }), "github.com");
  assert.equal(of({ ...org, team: { id: 4 } }), null);
});

Deno.test("all that happens to one release is one thing, with a page that we build", () => {
  const objects = ["created", "published", "edited"].map((action) =>
    readEvent("release", example(`release.${action}`)).object
  );
  assert.equal(objects[0]?.url, "https://github.com/Codertocat/Hello-World/releases/tag/0.0.1");
  assert.equal(new Set(objects.map((object) => object?.id)).size, 1);
});

Deno.test("an issue below another is answered where the event happened", () => {
  const [, payload] = rows.find(([name]) => name === "sub_issues")!;
  const { reply_target, context } = readEvent("sub_issues", { sender, ...payload });
  assert.deepEqual([reply_target?.number, context?.title], [2, "a"]);
});

Deno.test("real events that are about nothing are those that nobody could come back to", () => {
  const about_nothing = allExamples
    .filter(({ name, payload }) => readEvent(name, payload).external_id === null)
    .map(({ name }) => name);
  assert.deepEqual([...new Set(about_nothing)].sort(), [
    "github_app_authorization",
    "gollum",
    "ping",
    "repository_dispatch",
    "star",
    "watch",
  ]);
});

Deno.test("an odd id counts as none and spoils nothing", () => {
  for (const odd of [{}, { id: {} }, { id: "x".repeat(1000) }, "release", 5, [], null]) {
    assert.equal(readEvent("release", { sender, ...octo, release: odd }).external_id, null);
  }
});
