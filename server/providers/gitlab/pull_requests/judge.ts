import { type Preflight, quoted } from "@/server/providers/provider.ts";

export interface Facts {
  /** empty: it has none yet */
  default_branch: string;
  is_archived: boolean;
  is_empty: boolean;
  takes_requests: boolean;
  runs_pipelines: boolean;
  /** of access, as GitLab numbers it; null: not known */
  level: number | null;
  scopes: string[] | null;
  expires_at: string | null;
  rule: {
    reject_unsigned_commits?: boolean | null;
    branch_name_regex?: string | null;
    commit_message_regex?: string | null;
    author_email_regex?: string | null;
    file_name_regex?: string | null;
    commit_committer_check?: boolean | null;
    member_check?: boolean | null;
  };
  /** protected branches, and the level that may push to them */
  guarded: { name: string; level: number }[];
}

const DEVELOPER = 30;
const LIKE_OURS = "agent/1-preflight";

/** What it comes to, in words. Pure. */
export function judge(facts: Facts): Preflight {
  const can: string[] = [];
  const cannot: Preflight["cannot"] = [];
  const needs = {
    "push branches": whyNoPush(facts),
    "open merge requests": whyNoRequest(facts),
    "start pipelines": facts.runs_pipelines ? whyNoPush(facts) : "CI/CD is off in the project",
  };
  for (const [what, why] of Object.entries(needs)) {
    if (why === null) can.push(what);
    else cannot.push(what === "start pipelines" ? { what, why } : { what, why, stops: "changes" });
  }
  cannot.push(...ruled(facts.rule));
  const { default_branch, is_archived: archived } = facts;
  return { default_branch, archived, can, cannot, notes: notesOf(facts) };
}

function whyNoPush({ is_archived, level, scopes, guarded }: Facts): string | null {
  if (is_archived) return "the project is archived";
  if (scopes && !scopes.includes("api") && !scopes.includes("write_repository")) {
    return "GITLAB_TOKEN needs the scope write_repository";
  }
  if (level === null) return null;
  if (level < DEVELOPER) return tooLow(level);
  const guard = guarded.find((one) => fits(one.name, LIKE_OURS) && level < one.level);
  return guard ? `the protected branch ${guard.name} takes pushes of others alone` : null;
}

function whyNoRequest(facts: Facts): string | null {
  if (facts.is_archived) return "the project is archived";
  if (facts.is_empty) return "the project is empty: push a first commit";
  if (!facts.takes_requests) return "merge requests are off in the project";
  if (facts.scopes && !facts.scopes.includes("api")) return "GITLAB_TOKEN needs the scope api";
  return facts.level !== null && facts.level < DEVELOPER ? tooLow(facts.level) : null;
}

const tooLow = (level: number): string =>
  `GITLAB_TOKEN acts with access level ${level}, and Developer (${DEVELOPER}) is needed`;

function ruled(rule: Facts["rule"]): Preflight["cannot"] {
  const cannot: Preflight["cannot"] = [];
  if (rule.reject_unsigned_commits) {
    const why =
      "a push rule wants signatures: set GIT_SIGNING_KEY, with its key at the agent's user";
    cannot.push({ what: "push unsigned commits", why });
  }
  if (rule.commit_committer_check || rule.member_check) {
    const why =
      "a push rule wants commits of GitLab's own users: give the agent's user that address";
    cannot.push({ what: "push commits of any author", why });
  }
  const names = {
    branch_name_regex: "every branch named agent/…",
    commit_message_regex: "every commit message",
    author_email_regex: "every author",
    file_name_regex: "files of every name",
  };
  for (const [name, what] of Object.entries(names)) {
    const regex = rule[name as keyof typeof names];
    const why = `a push rule has ${name} ${quoted(regex ?? "", 200)}`;
    if (regex) cannot.push({ what: `push ${what}`, why });
  }
  return cannot;
}

function notesOf({ level, scopes, expires_at }: Facts): string[] {
  const notes: string[] = [];
  if (level === null) notes.push("GitLab does not tell the role of GITLAB_TOKEN in the project");
  if (scopes === null) notes.push("GitLab does not tell the scopes of GITLAB_TOKEN");
  if (expires_at) notes.push(`GITLAB_TOKEN expires on ${expires_at}`);
  return notes;
}

/** Protected branches are named with `*` for anything. */
function fits(pattern: string, name: string): boolean {
  const [first, ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop()!;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
