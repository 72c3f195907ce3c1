/** Pull requests and merge requests, as our work needs them of a provider. */
import { ProviderError } from "./provider_error.ts";
import type { Begun, Connection } from "./sender.ts";

/** A repository, and how its host is reached. */
export interface RepositoryAt {
  connection: Connection;
  /** `owner/name` */
  repository: string;
}

export interface PullRequest {
  number: number;
  url: string;
  title: string;
  state: "open" | "merged" | "closed";
  is_draft: boolean;
  /** the newest commit of its branch */
  head: string;
  branch: string;
  base: string;
  /** the repository that its branch is in, where that is another one */
  fork: string | null;
  author: string | null;
  /** as deliveries about it will name it */
  begins: Begun;
}

export interface NewPullRequest {
  branch: string;
  base: string;
  title: string;
  body: string;
  draft: boolean;
}

export interface NewCommit {
  /** made at `expected_head` where there is none of this name */
  branch: string;
  expected_head: string;
  message: string;
  /** modes as git has them; without contents a file is deleted */
  files: { path: string; mode: string; contents: Uint8Array | null }[];
}

export interface Checks {
  state: "none" | "pending" | "green" | "red";
  failed: { name: string; url: string | null; summary: string }[];
}

export interface Preflight {
  default_branch: string;
  archived: boolean;
  can: string[];
  /** `stops`: what is refused for sure then, since no rule could let us pass */
  cannot: { what: string; why: string; stops?: "changes" | "workflows" }[];
  /** what else to know, such as what nobody tells beforehand */
  notes: string[];
}

/** Each call throws a ProviderError that says which permission, token or setting to change. */
export interface PullRequests {
  noun: "pull request" | "merge request";
  /** The newest of any state with this branch, in this repository itself. */
  find(at: RepositoryAt, branch: string): Promise<PullRequest | null>;
  get(at: RepositoryAt, number: number): Promise<PullRequest>;
  /** One that is open for the branch already is returned as it is. */
  open(at: RepositoryAt, wanted: NewPullRequest): Promise<PullRequest>;
  update(
    at: RepositoryAt,
    number: number,
    changes: { title?: string; body?: string },
  ): Promise<void>;
  /** Takes its draft off, and asks for review; who cannot be asked is told back. */
  ready(
    at: RepositoryAt,
    number: number,
    wanted: { reviewers: string[] },
  ): Promise<{ not_asked: string[] }>;
  close(at: RepositoryAt, number: number): Promise<void>;
  /** Only where its head is still this commit. */
  deleteBranch(at: RepositoryAt, branch: string, expected_head: string): Promise<void>;
  checks(at: RepositoryAt, commit: string): Promise<Checks>;
  preflight(at: RepositoryAt): Promise<Preflight>;
  /** Merges the base into it, where the host does that; never a rebase. */
  updateBranch?(at: RepositoryAt, number: number, expected_head: string): Promise<void>;
  /** A commit that the host itself signs, on top of a branch; returns its id. */
  createCommit?(at: RepositoryAt, wanted: NewCommit): Promise<string>;
}

const final = (why: string): ProviderError => new ProviderError(why, { permanent: true });

export const baseIsGone = (base: string): ProviderError =>
  final(`the base branch ${base} is not there any more`);

export const branchIsGone = (branch: string): ProviderError =>
  final(`the branch ${branch} is not there: it was not pushed, or was deleted`);

export const nothingToPropose = ({ branch, base }: NewPullRequest): ProviderError =>
  final(`${branch} has no commits that ${base} lacks, so there is nothing to propose`);

export const branchIsOthers = (head: string, expected: string): ProviderError =>
  final(
    `it is at ${head.slice(0, 12)} and not at our ${expected.slice(0, 12)}: ` +
      "somebody else has pushed to it, so it stays",
  );
