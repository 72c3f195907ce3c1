import type { AnyEvent } from "./schema.ts";
import { issueIdIn } from "./site.ts";

export interface Thing {
  id: string;
  kind: string;
  title: string;
}

export function issueIdOf({ issue, comment, worklog, issueLink }: AnyEvent): string | null {
  return issue?.id ?? issueIdIn(comment?.self) ?? worklog?.issueId ?? issueIdIn(worklog?.self) ??
    issueLink?.sourceIssueId ?? null;
}

/** What an event of no issue is about, told by what its name begins with; or null. */
export function thingOf(any: AnyEvent): Thing | null {
  const kind = any.webhookEvent.replace(/^jira:/, "").split("_")[0];
  if (kind === "user") return userOf(any);
  const found = Object.hasOwn(THINGS, kind) ? THINGS[kind](any) : null;
  if (!found) return null;
  return { id: `${kind}:${found.id}`, kind, title: found.name || `${kind} ${found.id}` };
}

type Named = { id: string; name?: string | null } | null | undefined;

const THINGS: Record<string, (any: AnyEvent) => Named> = {
  attachment: ({ attachment }) => attachment,
  board: ({ board }) => board,
  issuelink: ({ issueLink }) => issueLink,
  issuelinktype: ({ issueLinkType }) => issueLinkType,
  issuetype: ({ issueType }) => issueType,
  project: ({ project }) => project,
  sprint: ({ sprint }) => sprint,
  version: ({ version }) => version,
  worklog: ({ worklog }) => worklog,
};

// what people call themselves is no title
function userOf({ user }: AnyEvent): Thing | null {
  const id = user?.accountId ?? user?.key ?? user?.name;
  return id ? { id: `user:${id}`, kind: "user", title: `user ${id}` } : null;
}

export function selfOf(any: AnyEvent): string | null {
  const { issue, comment, worklog, attachment, version, sprint, board, project, user } = any;
  const all = [issue, comment, worklog, attachment, version, sprint, board, project, user];
  return all.find((one) => one?.self)?.self ?? null;
}
