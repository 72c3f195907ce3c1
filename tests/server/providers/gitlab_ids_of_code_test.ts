import { by_path, type Row, SHA, testIds } from "./gitlab_id_rows.ts";

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

testIds({ code });
