import { emoji, note, type Row, SHA, testIds } from "./gitlab_id_rows.ts";

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

testIds({ notes, emojis });
