import { z } from "zod";
import {
  type Connection,
  type NewPullRequest,
  ProviderError,
  type PullRequest,
  type RepositoryAt,
} from "@/server/providers/provider.ts";
import { baseIsGone, branchIsGone, nothingToPropose } from "@/server/providers/pull_requests.ts";
import { call } from "@/server/providers/gitlab/call.ts";
import { stillQuickActions } from "@/server/providers/gitlab/quick_actions.ts";
import { headOf } from "./branch.ts";
import { bareTitle, type MergeRequest, mergeRequest, shown } from "./shape.ts";
import { atStage, gone } from "./stage.ts";

const MAX_TITLE = 255;
const MAX_DESCRIPTION = 500_000;
const DRAFT = "Draft: ";

const found = z.array(mergeRequest);
const base = z.object({ id: z.string() });

export const find = (at: RepositoryAt, branch: string): Promise<PullRequest | null> =>
  atStage(at, `looking for a merge request of ${branch}`, async (project) => {
    const [newest] = await listOf(at.connection, project, branch, "all");
    return newest ? shown(newest) : null;
  }, "Reporter");

export const get = (at: RepositoryAt, number: number): Promise<PullRequest> =>
  atStage(
    at,
    `reading merge request !${number}`,
    async (project) => shown(await getOne(at.connection, project, number)),
    "Reporter",
  );

export const getOne = (connection: Connection, project: string, iid: number) =>
  call(connection, "GET", `${project}/merge_requests/${iid}`, mergeRequest);

export const open = (at: RepositoryAt, wanted: NewPullRequest): Promise<PullRequest> =>
  atStage(at, "opening the merge request", async (project) => {
    const { connection } = at;
    const [there] = await listOf(connection, project, wanted.branch, "opened");
    if (there) return shown(there);
    await expectCommits(connection, project, wanted);
    return shown(await post(connection, project, wanted));
  });

async function post(connection: Connection, project: string, wanted: NewPullRequest) {
  const { branch: source_branch, base: target_branch, draft, title, body } = wanted;
  const texts = { title: fitting(title, draft), description: described(body) };
  const asked = Object.assign({ source_branch, target_branch }, texts);
  try {
    return await call(connection, "POST", `${project}/merge_requests`, mergeRequest, asked);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.status !== 409) throw error;
    const [there] = await listOf(connection, project, source_branch, "opened");
    if (there) return there;
    throw new ProviderError(error.message, { permanent: true, status: 409 });
  }
}

/** GitLab opens merge requests without commits, too. */
async function expectCommits(
  connection: Connection,
  project: string,
  wanted: NewPullRequest,
): Promise<void> {
  const { branch, base: onto } = wanted;
  const [head, target] = [
    await headOf(connection, project, branch),
    await headOf(connection, project, onto),
  ];
  if (!target) throw baseIsGone(onto);
  if (!head) throw branchIsGone(branch);
  const refs = `refs[]=${target}&refs[]=${head}`;
  const common = await call(connection, "GET", `${project}/repository/merge_base?${refs}`, base)
    .catch(gone);
  if (common?.id === head) throw nothingToPropose(wanted);
}

export const update = (
  at: RepositoryAt,
  number: number,
  { title, body }: { title?: string; body?: string },
): Promise<void> =>
  atStage(at, `updating merge request !${number}`, async (project) => {
    const { draft } = await getOne(at.connection, project, number);
    await put(at.connection, project, number, {
      title: title === undefined ? undefined : fitting(title, draft ?? false),
      description: body === undefined ? undefined : described(body),
    });
  });

export const close = (at: RepositoryAt, number: number): Promise<void> =>
  atStage(at, `closing merge request !${number}`, async (project) => {
    const { state } = await getOne(at.connection, project, number);
    if (state === "closed" || state === "merged") return;
    await put(at.connection, project, number, { state_event: "close" });
  });

export const put = (
  connection: Connection,
  project: string,
  iid: number,
  changes: Record<string, unknown>,
): Promise<MergeRequest> =>
  call(connection, "PUT", `${project}/merge_requests/${iid}`, mergeRequest, changes);

/** The newest first; a fork's of the same branch name is none of ours. */
async function listOf(
  connection: Connection,
  project: string,
  branch: string,
  state: "opened" | "all",
): Promise<MergeRequest[]> {
  const query = `source_branch=${encodeURIComponent(branch)}&state=${state}&per_page=100`;
  const list = await call(connection, "GET", `${project}/merge_requests?${query}`, found);
  return list.filter((one) =>
    one.source_branch === branch && one.source_project_id === one.project_id
  ).sort((a, b) => b.iid - a.iid);
}

function fitting(title: string, draft: boolean): string {
  const prefix = draft ? DRAFT : "";
  return prefix + bareTitle(title).slice(0, MAX_TITLE - prefix.length);
}

/** GitLab carries out quick actions of descriptions as well. */
const described = (body: string): string => stillQuickActions(body.slice(0, MAX_DESCRIPTION));
