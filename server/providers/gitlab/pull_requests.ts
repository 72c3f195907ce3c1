import type { PullRequests } from "@/server/providers/provider.ts";
import { deleteBranch } from "./pull_requests/branch.ts";
import { checks } from "./pull_requests/checks.ts";
import { close, find, get, open, update } from "./pull_requests/open.ts";
import { preflight } from "./pull_requests/preflight.ts";
import { ready } from "./pull_requests/ready.ts";

export const pull_requests: PullRequests = {
  noun: "merge request",
  find,
  get,
  open,
  update,
  ready,
  close,
  deleteBranch,
  checks,
  preflight,
};
