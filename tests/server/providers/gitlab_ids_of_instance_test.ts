import type { Payload } from "./gitlab_payloads.ts";
import { type Row, testIds } from "./gitlab_id_rows.ts";

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

testIds({ by_system });
