import { type Cause as Behind, RepositoryError } from "@/workers/repository/refusal.ts";
import { safeText } from "@/workers/workspace/safe_text.ts";

export interface PushTarget {
  url: URL;
  branch: string;
  secrets: string[];
}

interface Cause {
  /** In what git, and the host through it, printed. */
  says: RegExp;
  words: (target: PushTarget, said: string) => string;
  /** Trying again may help. */
  passes?: true;
  behind?: Behind;
}

const because = (said: string) => said ? `: ${said}` : "";

/** The first that fits counts: what a host says of its own stands before what git makes of it. */
const CAUSES: Cause[] = [
  {
    says: /File size limit exceeded|No space left on device/,
    words: ({ url }) => `There is no room on this machine to push to ${url.href}`,
    passes: true,
  },
  {
    says: /git: not found/,
    words: () => "git is not installed on this machine: install it for the worker",
  },
  {
    says:
      /push protection|secret[- ]scanning|secret push|secrets? (?:was|were) (?:found|detected)/i,
    words: ({ url }, said) =>
      `${url.host} found a secret in the commit and refused it${because(said)}`,
  },
  {
    says: /GH001|[Ll]arge files detected|exceeds .*file size limit/,
    words: ({ url }, said) => `${url.host} refused a file that is too large for it${because(said)}`,
  },
  {
    says: /refusing to allow .* workflow/i,
    words: ({ url }) =>
      `The token may not change workflows at ${url.href}: it needs the permission "workflows" ` +
      `(a classic token: the scope "workflow")`,
  },
  {
    says: /verified signatures?|must be signed|signed commits|reject_unsigned/i,
    words: ({ url, branch }) =>
      `${url.href} takes only signed commits on ${branch}: set GIT_SIGNING_KEY to a key of the agent's account`,
  },
  {
    says: /GH006|GH013|[Pp]rotected branch|protected branches|rule violations/,
    words: ({ url, branch }, said) =>
      `The branch ${branch} is protected at ${url.href}: a rule there keeps the agent from pushing to it${
        because(said)
      }`,
  },
  {
    says: /archived|read-only/i,
    words: ({ url }) => `The repository ${url.href} is archived: nothing can be pushed to it`,
  },
  {
    says: /cannot lock ref .*exists; cannot create|directory file conflict/i,
    words: ({ url, branch }) =>
      `A branch whose name is a part of ${branch} is in its way at ${url.href}`,
  },
  {
    says:
      /\[rejected\]|non-fast-forward|fetch first|stale info|failed to update ref|cannot lock ref/,
    words: ({ url, branch }) => others(url, branch),
    behind: "foreign",
  },
  {
    says: /error: 403|denied to|You are not allowed to push|insufficient permission/i,
    words: ({ url }) =>
      `The token may not push to ${url.href}: it needs to write contents there (GitLab: the role ` +
      `Developer and the scope "write_repository")`,
  },
  {
    says: /error: 401|Authentication failed|terminal prompts disabled/,
    words: ({ url }) =>
      `${url.host} did not take the token for ${url.href}: it is missing, wrong, or over`,
  },
  {
    says: /redirect|error: 30\d/,
    words: ({ url }) =>
      `The repository ${url.href} has moved or was renamed: redirects are not followed`,
  },
  {
    says:
      /error: 404|[Rr]epository .*not found|could not be found|not appear to be a git repository/,
    words: ({ url }) =>
      `There is no repository at ${url.href} any more, or the token may not see it`,
    behind: "gone",
  },
  {
    says: /error: (?:5\d\d|429)/,
    words: ({ url }) => `${url.host} has a problem of its own, or wants us to wait`,
    passes: true,
  },
  {
    says:
      /Could(?:n't| not) resolve|[Ff]ailed to connect|Couldn't connect|Connection |timed out|hung up|early EOF|RPC failed|unexpected disconnect|Empty reply|SSL|transfer closed/,
    words: ({ url }) => `${url.host} could not be reached, or the connection broke`,
    passes: true,
  },
  {
    says: /hook declined|remote rejected/,
    words: ({ url, branch }, said) => `${url.host} declined the push to ${branch}${because(said)}`,
  },
];

/** What a push was refused for, by what git printed. */
export function pushRefusal(target: PushTarget, stderr: string): RepositoryError {
  const said = hostsWords(target, stderr);
  const cause = CAUSES.find(({ says }) => says.test(stderr));
  if (cause) {
    const { words, passes, behind = null } = cause;
    return new RepositoryError(words(target, said), "push", !passes, behind);
  }
  const last = stderr.trim().split("\n").at(-1) ?? "";
  const text = said || safeText(without(target.secrets, last));
  return new RepositoryError(`git could not push to ${target.url.href}: ${text}`, "push", false);
}

const NOT_PUSHED = "nothing was pushed over them";

/** A branch that has what we do not know. */
export function foreignBranch(
  url: URL,
  branch: string,
  therefore = NOT_PUSHED,
): RepositoryError {
  return new RepositoryError(others(url, branch, therefore), "push", true, "foreign");
}

/** Where work went on from a branch that somebody has deleted meanwhile. */
export const branchGone = (url: URL, branch: string): RepositoryError =>
  new RepositoryError(
    `The branch ${branch} is not at ${url.href} any more, and the work began on it: restore it ` +
      "there and try again, or give up and ask anew",
    "push",
  );

const others = (url: URL, branch: string, therefore = NOT_PUSHED) =>
  `The branch ${branch} at ${url.href} has commits of others: ${therefore}`;

function hostsWords({ secrets }: PushTarget, stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("remote:"))
    .map((line) => line.slice("remote:".length).trim()).filter((line) => /\w/.test(line));
  return safeText(without(secrets, lines.join(" ")));
}

/** Before a text is cut: of a secret in two nothing would be found. */
const without = (secrets: string[], text: string) =>
  secrets.reduce((left, secret) => left.replaceAll(secret, "***"), text);
