import type { PullRequests } from "@/server/providers/provider.ts";
import { deleteBranch } from "./pull_requests/branch.ts";
import { updateBranch } from "./pull_requests/base.ts";
import { checks } from "./pull_requests/checks.ts";
import { close, find, get, open, update } from "./pull_requests/open.ts";
import { preflight } from "./pull_requests/preflight.ts";
import { createCommit } from "./pull_requests/commit.ts";
import { ready } from "./pull_requests/ready.ts";

/** Every call takes a token of its own, with no more rights than it needs. */
export const pull_requests: PullRequests = {
  noun: "pull request",
  find,
  get,
  open,
  update,
  ready,
  close,
  deleteBranch,
  checks,
  preflight,
  updateBranch,
  createCommit,
};
