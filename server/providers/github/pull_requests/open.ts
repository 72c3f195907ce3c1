import { z } from "zod";
import {
  type NewPullRequest,
  ProviderError,
  type PullRequest,
  type RepositoryAt,
} from "@/server/providers/provider.ts";
import { baseIsGone, branchIsGone, nothingToPropose } from "@/server/providers/pull_requests.ts";
import { type Access, call } from "@/server/providers/github/call.ts";
import { MAX_COMMENT } from "@/server/providers/github/outgoing.ts";
import { headOf } from "./branch.ts";
import { isOwn, type Pull, pull, shown } from "./shape.ts";
import { atStage } from "./stage.ts";

const READ = { pull_requests: "read" } as const;
const WRITE = { pull_requests: "write" } as const;
const OPEN = { contents: "read", pull_requests: "write" } as const;
const LAG_SECONDS = 5;
const MAX_TITLE = 256;

/** Whatever it says beyond these. */
const said = z.object({ title: z.string(), body: z.string() }).partial();

export const find = (at: RepositoryAt, branch: string): Promise<PullRequest | null> =>
  atStage(
    at,
    { doing: `looking for a pull request of ${branch}`, rights: READ },
    async (access) => {
      const [newest] = await listOf(access, at.repository, ownerOf(at.repository), branch, "all");
      return newest ? shown(newest) : null;
    },
  );

export const get = (at: RepositoryAt, number: number): Promise<PullRequest> =>
  atStage(
    at,
    { doing: `reading pull request #${number}`, rights: READ },
    async (access) => shown(await getPull(access, at.repository, number)),
  );

export const getPull = (access: Access, repository: string, number: number): Promise<Pull> =>
  call(access, "GET", `/repos/${repository}/pulls/${number}`, pull);

export const open = (at: RepositoryAt, wanted: NewPullRequest): Promise<PullRequest> =>
  atStage(at, { doing: "opening the pull request", rights: OPEN }, async (access) => {
    const { repository } = at;
    const owner = ownerOf(repository);
    const [there] = await listOf(access, repository, owner, wanted.branch, "open");
    return shown(there ?? await post(access, repository, wanted));
  });

async function post(access: Access, repository: string, wanted: NewPullRequest): Promise<Pull> {
  const { branch, base, title, body, draft } = wanted;
  const asked = { head: branch, base, draft, ...fitting({ title, body }) };
  try {
    return await call(access, "POST", `/repos/${repository}/pulls`, pull, asked);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.status !== 422) throw error;
    // free private repositories have none
    if (draft && /draft pull requests are not supported/i.test(error.message)) {
      return await post(access, repository, { branch, base, title, body, draft: false });
    }
    const there = await openAlready(access, repository, branch, error);
    if (there) return there;
    throw await inWords(access, repository, error, wanted);
  }
}

/** Opened in between, or under the name of an owner that was renamed. */
async function openAlready(access: Access, repository: string, branch: string, error: Error) {
  const [, owner] = /pull request already exists for ([\w.-]{1,100}):/i.exec(error.message) ?? [];
  if (!owner) return null;
  const [there] = await listOf(access, repository, owner, branch, "open");
  return there ?? null;
}

async function inWords(
  access: Access,
  repository: string,
  error: ProviderError,
  wanted: NewPullRequest,
): Promise<ProviderError> {
  if (/no commits between/i.test(error.message)) return nothingToPropose(wanted);
  if (names(error, "base")) return baseIsGone(wanted.base);
  if (!names(error, "head")) return error;
  if (!await headOf(access, repository, wanted.branch)) return branchIsGone(wanted.branch);
  return new ProviderError(`GitHub does not see yet what was pushed (${error.message})`, {
    permanent: false,
    status: 422,
    retry_after_seconds: LAG_SECONDS,
  });
}

const names = ({ message }: Error, field: string): boolean =>
  message.includes(`"field":"${field}"`) && message.includes('"code":"invalid"');

export const update = (
  at: RepositoryAt,
  number: number,
  changes: { title?: string; body?: string },
): Promise<void> =>
  atStage(at, { doing: `updating pull request #${number}`, rights: WRITE }, async (access) => {
    await call(access, "PATCH", `/repos/${at.repository}/pulls/${number}`, pull, fitting(changes));
  });

export const close = (at: RepositoryAt, number: number): Promise<void> =>
  atStage(at, { doing: `closing pull request #${number}`, rights: WRITE }, async (access) => {
    if ((await getPull(access, at.repository, number)).state === "closed") return;
    const path = `/repos/${at.repository}/pulls/${number}`;
    await call(access, "PATCH", path, pull, { state: "closed" });
  });

/** The newest first. GitHub takes a `head` that it does not know for none, so we look ourselves. */
async function listOf(
  access: Access,
  repository: string,
  owner: string,
  branch: string,
  state: "open" | "all",
): Promise<Pull[]> {
  const head = encodeURIComponent(`${owner}:${branch}`);
  const query = `state=${state}&head=${head}&sort=created&direction=desc&per_page=100`;
  const found = await call(access, "GET", `/repos/${repository}/pulls?${query}`, z.array(pull));
  return found.filter((one) => one.head.ref === branch && isOwn(one))
    .sort((a, b) => b.number - a.number);
}

const ownerOf = (repository: string): string => repository.split("/")[0];

function fitting({ title, body }: z.infer<typeof said>) {
  return said.parse({ title: title?.slice(0, MAX_TITLE), body: body?.slice(0, MAX_COMMENT) });
}
