import type { Preflight } from "@/server/providers/provider.ts";

export interface Facts {
  default_branch: string;
  is_closed: "archived" | "disabled" | null;
  /** null: not known, as with all below */
  has_commits: boolean | null;
  person_may_push: boolean | null;
  /** of our app, by permission */
  grants: Record<string, string> | null;
  /** of a classic token */
  scopes: string[] | null;
  own_rules: string[];
  base_rules: string[];
  workflows: number | null;
  is_token_of_workflow: boolean;
}

interface Need {
  what: string;
  stops?: "changes" | "workflows";
  permission: string;
  level: "read" | "write";
}

const NEEDS: Need[] = [
  { what: "push branches", permission: "contents", level: "write", stops: "changes" },
  { what: "open pull requests", permission: "pull_requests", level: "write", stops: "changes" },
  {
    what: "change files in .github/workflows",
    permission: "workflows",
    level: "write",
    stops: "workflows",
  },
  { what: "read check runs", permission: "checks", level: "read" },
  { what: "read commit statuses", permission: "statuses", level: "read" },
];

const FINE_GRAINED = "GitHub does not tell what a fine-grained token may do: its owner may push " +
  "here, and whether the token may shows when it is used";

const OWN_RULES: Record<string, string> = {
  required_signatures: "push unsigned commits",
  creation: "create branches named agent/…",
  update: "update branches named agent/…",
  pull_request: "push to branches named agent/…, which a ruleset lets change by pull request alone",
  branch_name_pattern: "be sure that a branch named agent/… is taken",
  commit_author_email_pattern: "be sure that our commits' author is taken",
  committer_email_pattern: "be sure that our commits' committer is taken",
  commit_message_pattern: "be sure that our commits' messages are taken",
  file_path_restriction: "push changes to every path",
  max_file_size: "push files of every size",
};

/** What it comes to, in words. Pure. */
export function judge(facts: Facts): Preflight {
  const can: string[] = [];
  const cannot: Preflight["cannot"] = [];
  const notes: string[] = [];
  for (const need of NEEDS) {
    const why = whyNot(facts, need);
    if (why === null) can.push(need.what);
    else if (why) cannot.push(refusalOf(need, why));
  }
  cannot.push(...ruled(facts));
  tellOfChecks(facts, can, cannot, notes);
  if (!facts.grants && !facts.scopes) notes.push(FINE_GRAINED);
  if (facts.base_rules.includes("required_signatures")) {
    const only = `${facts.default_branch} takes signed commits alone`;
    notes.push(`${only}: set GIT_SIGNING_KEY, or merge by squash`);
  }
  const { default_branch, is_closed } = facts;
  return { default_branch, archived: is_closed === "archived", can, cannot, notes };
}

const refusalOf = ({ what, stops }: Need, why: string): Preflight["cannot"][number] =>
  stops ? { what, why, stops } : { what, why };

/** Null: it may; empty: nobody knows. */
function whyNot(facts: Facts, { permission, level }: Need): string | null {
  const { is_closed, grants, scopes, person_may_push, has_commits } = facts;
  if (level === "write" && is_closed) return `the repository is ${is_closed}`;
  if (permission === "pull_requests" && has_commits === false) {
    return `the repository is empty: push a first commit to ${facts.default_branch}`;
  }
  if (grants) return granted(grants, permission, level);
  if (level === "write" && person_may_push === false) {
    return "the owner of GITHUB_TOKEN has no write access to the repository";
  }
  if (!scopes) return "";
  const [scope, ...others] = permission === "workflows" ? ["workflow"] : ["repo", "public_repo"];
  const has = [scope, ...others].some((one) => scopes.includes(one));
  return has ? null : `GITHUB_TOKEN needs the scope ${scope}`;
}

function granted(grants: Record<string, string>, permission: string, level: string) {
  const has = grants[permission];
  if (has === "write" || has === "admin" || (has && level === "read")) return null;
  return `the GitHub App lacks the permission ${permission}: ${level}`;
}

function ruled({ own_rules, is_closed }: Facts): Preflight["cannot"] {
  if (is_closed) return [];
  return [...new Set(own_rules)].filter((type) => Object.hasOwn(OWN_RULES, type)).map((type) => ({
    what: OWN_RULES[type],
    why: type === "required_signatures"
      ? "a ruleset wants verified signatures: set GIT_SIGNING_KEY, with its key at the agent's account"
      : `a ruleset says so (${type}): let agent/** out of it, or let us bypass it`,
  }));
}

function tellOfChecks(
  { workflows, is_token_of_workflow }: Facts,
  can: string[],
  cannot: Preflight["cannot"],
  notes: string[],
): void {
  if (is_token_of_workflow) {
    cannot.push({
      what: "start checks",
      why:
        "what a workflow's own token pushes starts no workflow: use a GitHub App or a personal token",
    });
  } else if (workflows === null) {
    notes.push(
      "whether GitHub Actions will check our commits is not known: that needs Actions: read",
    );
  } else if (workflows === 0) {
    notes.push("there are no workflows of GitHub Actions: checks come from elsewhere, or never");
  } else {
    can.push("start checks by GitHub Actions");
  }
}
