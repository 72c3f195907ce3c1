import type { AnyEvent, User } from "./schema.ts";
import { isFork, type Target, targetOf } from "./target.ts";

export interface Touched {
  about: { title: string; body: string; author: User; association: string | null } | null;
  target: Target | null;
  /** how the sender stands to the repository, where the event proves it */
  association: string | null;
  is_fork: boolean | null;
}

/** What only people with rights do to what others wrote. */
const NEEDS_RIGHTS: Record<string, string[]> = {
  issues: ["labeled", "unlabeled", "assigned", "unassigned", "milestoned", "demilestoned"]
    .concat("locked", "unlocked", "pinned", "unpinned", "closed", "reopened", "edited"),
  pull_request: ["labeled", "unlabeled", "assigned", "unassigned", "milestoned", "demilestoned"]
    .concat("locked", "unlocked", "closed", "reopened", "edited", "ready_for_review")
    .concat("converted_to_draft", "review_requested", "review_request_removed"),
};

export function readTouched(name: string, any: AnyEvent): Touched {
  const { repository, installation, issue, pull_request } = any;
  const thing = issue ?? pull_request;
  const number = thing?.number ?? pullOf(any)?.number;
  const is_pull_request = !issue || Boolean(issue.pull_request);
  return {
    about: thing
      ? {
        title: thing.title ?? `#${thing.number}`,
        body: thing.body ?? "",
        author: thing.user,
        association: thing.author_association ?? null,
      }
      : null,
    target: repository && number && number > 0
      ? targetOf(repository, installation, { number, is_pull_request })
      : null,
    association: associationOf(name, any),
    is_fork: pull_request?.head && pull_request.base ? isFork(pull_request) : null,
  };
}

// Whoever labels what somebody else wrote may triage here. An author is what the payload says
// of them: forms for issues add labels in the name of any stranger.
function associationOf(name: string, { action, sender, issue, pull_request }: AnyEvent) {
  const thing = name === "issues" ? issue : name === "pull_request" ? pull_request : null;
  if (!thing?.user || !sender) return null;
  if (thing.user.id === sender.id) return thing.author_association ?? null;
  return NEEDS_RIGHTS[name].includes(action ?? "") ? "COLLABORATOR" : null;
}

/** The first pull request of a check, if it is one of this repository. */
export function pullOf({ check_run, check_suite, workflow_run, repository }: AnyEvent) {
  const pull = (check_run ?? check_suite ?? workflow_run)?.pull_requests?.[0];
  const home = pull?.base?.repo?.id;
  return home === undefined || home === repository?.id ? pull : undefined;
}
