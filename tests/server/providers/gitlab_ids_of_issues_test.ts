import { issueEvent } from "./gitlab_payloads.ts";
import {
  by_path,
  elsewhere,
  mergeRequest,
  type Row,
  testIds,
  unnumbered,
} from "./gitlab_id_rows.ts";

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

testIds({ issues, merge_requests });
