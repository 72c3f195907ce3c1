// An issue is named at another place in each kind of event, and some events are about other things.
import assert from "node:assert/strict";
import { jira } from "@/server/providers/jira.ts";
import type { DeliveryEvent } from "@/server/providers/provider.ts";

// deno-lint-ignore no-explicit-any -- payloads are of any shape
type Payload = any;

const SITE = "https://harbour.atlassian.net";
const api = (path: string): string => `${SITE}/rest/api/2/${path}`;

function read(payload: Payload): DeliveryEvent {
  const reading = jira.read(new Headers(), new TextEncoder().encode(JSON.stringify(payload)));
  if (reading.kind === "unreadable") throw new Error(reading.reason);
  return reading.event;
}

type Row = [what: string, payload: Payload, object_id: string | null, external_id: string | null];

const issue = { id: "10012", key: "TEA-12", self: api("issue/10012") };
const rows: Row[] = [
  ["issue.id", { webhookEvent: "jira:issue_updated", issue }, "10012", "TEA-12"],
  [
    "a number",
    { webhookEvent: "jira:issue_updated", issue: { ...issue, id: 10012 } },
    "10012",
    "TEA-12",
  ],
  [
    "the issue's address",
    { webhookEvent: "jira:issue_updated", issue: { key: "TEA-12", self: issue.self } },
    "10012",
    "TEA-12",
  ],
  [
    "the key alone",
    { webhookEvent: "jira:issue_updated", issue: { key: "TEA-12" } },
    "TEA-12",
    "TEA-12",
  ],
  [
    "the comment's address",
    { webhookEvent: "comment_created", comment: { id: "5", self: api("issue/10012/comment/5") } },
    "10012",
    "10012",
  ],
  [
    "the issue of a worklog",
    { webhookEvent: "worklog_created", worklog: { id: "7", issueId: "10012" } },
    "10012",
    "10012",
  ],
  [
    "the worklog's address",
    { webhookEvent: "worklog_updated", worklog: { id: "7", self: api("issue/10012/worklog/7") } },
    "10012",
    "10012",
  ],
  [
    "a worklog of no issue",
    { webhookEvent: "worklog_deleted", worklog: { id: "7" } },
    "worklog:7",
    "worklog:7",
  ],
  [
    "where a link begins",
    {
      webhookEvent: "issuelink_created",
      issueLink: { id: 3, sourceIssueId: 10012, destinationIssueId: 4 },
    },
    "10012",
    "10012",
  ],
  [
    "an attachment, which does not tell its issue",
    { webhookEvent: "attachment_created", attachment: { id: "9", self: api("attachment/9") } },
    "attachment:9",
    "attachment:9",
  ],
  [
    "an attachment with its issue",
    { webhookEvent: "attachment_created", attachment: { id: "9" }, issue },
    "10012",
    "TEA-12",
  ],
  ...["released", "unreleased", "created", "moved", "updated", "deleted"].map((what): Row => [
    what,
    { webhookEvent: `jira:version_${what}`, version: { id: "4", name: "2.0" } },
    "version:4",
    "version:4",
  ]),
  ...["created", "updated", "started", "closed", "deleted"].map((what): Row => [
    what,
    { webhookEvent: `sprint_${what}`, sprint: { id: 12, name: "May" } },
    "sprint:12",
    "sprint:12",
  ]),
  ["board", { webhookEvent: "board_updated", board: { id: 2 } }, "board:2", "board:2"],
  [
    "project",
    { webhookEvent: "project_created", project: { id: 10001, key: "TEA" } },
    "project:10001",
    "project:10001",
  ],
  [
    "issue type",
    { webhookEvent: "issuetype_created", issueType: { id: "8" } },
    "issuetype:8",
    "issuetype:8",
  ],
  [
    "kind of link",
    { webhookEvent: "issuelinktype_created", issueLinkType: { id: 8 } },
    "issuelinktype:8",
    "issuelinktype:8",
  ],
  [
    "user on Cloud",
    { webhookEvent: "user_created", user: { accountId: "5f:00a1" } },
    "user:5f:00a1",
    "user:5f:00a1",
  ],
  [
    "user of Data Center",
    { webhookEvent: "user_updated", user: { key: "JIRAUSER1", name: "nora" } },
    "user:JIRAUSER1",
    "user:JIRAUSER1",
  ],
  // who did it is not what it is about
  ["nothing", { webhookEvent: "option_voting_changed", user: { accountId: "5f00a1" } }, null, null],
  [
    "a version without id",
    { webhookEvent: "jira:version_released", version: { name: "2.0" } },
    null,
    null,
  ],
  [
    "an odd version",
    { webhookEvent: "jira:version_released", version: { id: "../1" } },
    null,
    null,
  ],
];

Deno.test("what an event of Jira is about is found wherever the event names it", () => {
  for (const [what, payload, object_id, external_id] of rows) {
    const event = read(payload);
    assert.deepEqual([event.object?.id ?? null, event.external_id], [object_id, external_id], what);
    assert.equal(event.container?.id ?? null, object_id && "site", what);
  }
});

Deno.test("an issue that a worklog or a link names is answered; what is no issue is not", () => {
  const target = (payload: Payload) => read(payload).reply_target?.issue_id ?? null;
  const named = rows.filter(([, , object_id]) => object_id === "10012");
  assert.deepEqual(named.map(([, payload]) => target(payload)), named.map(() => "10012"));
  const others = rows.filter(([, , object_id]) => object_id !== "10012");
  assert.deepEqual(others.map(([, payload]) => target(payload)), others.map(() => null));
});

Deno.test("the site is told by the address of whatever the event is about", () => {
  const sprint = { id: 12, self: `${SITE}/rest/agile/1.0/sprint/12` };
  const version = { id: "4", self: api("version/4") };
  const worklog = { id: "7", issueId: "10012", self: api("issue/10012/worklog/7") };
  for (
    const payload of [
      { webhookEvent: "sprint_started", sprint },
      { webhookEvent: "jira:version_released", version },
      { webhookEvent: "worklog_created", worklog },
    ]
  ) assert.equal(read(payload).instance, "harbour.atlassian.net", payload.webhookEvent);
});

Deno.test("a worklog goes on where the issue's comments are", () => {
  const worklog = { id: "7", issueId: "10012", self: api("issue/10012/worklog/7") };
  const by_worklog = read({ webhookEvent: "worklog_created", worklog });
  const by_issue = read({ webhookEvent: "jira:issue_updated", issue });
  const place = (
    { instance, container, object }: DeliveryEvent,
  ) => [instance, container?.id, object?.id];
  assert.deepEqual(place(by_worklog), place(by_issue));
});
