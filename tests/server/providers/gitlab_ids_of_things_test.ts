import { type Row, testIds } from "./gitlab_id_rows.ts";

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

testIds({ things });
