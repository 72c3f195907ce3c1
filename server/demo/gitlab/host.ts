import { type BareRefs, bareRefs, setRefs } from "@/server/demo/bare_refs.ts";
import { type GitHost, gitHost } from "@/server/demo/git_server.ts";
import { type Asked, gitlabMergeRequests } from "./merge_requests.ts";
import { gitlabProjects } from "./projects.ts";

/** Who may be asked for a review, by the ids of the samples. */
const PEOPLE = new Map([["nora", 9_000_010], ["sam", 9_000_011], ["stranger", 9_000_012]]);

export interface GitlabHost {
  requests: ReturnType<typeof gitlabMergeRequests>["requests"];
  projects: ReturnType<typeof gitlabProjects>;
  git: GitHost | null;
  /** Undefined: this is about something else than projects and their merge requests. */
  answer(asked: Asked): Response | undefined;
}

/** What a GitLab keeps of projects: in the repositories below a folder, or by `refs` alone. */
export function gitlabHost(
  repositories: string | null,
  refs: BareRefs = repositories ? bareRefs(repositories) : setRefs(),
): GitlabHost {
  const projects = gitlabProjects(refs, PEOPLE);
  const { requests, answer } = gitlabMergeRequests(refs, PEOPLE);
  return {
    requests,
    projects,
    git: repositories ? gitHost(repositories, { token: null, login: "oauth2" }) : null,
    answer(request) {
      const asked = Object.assign({}, request, { path: request.path.replace("/api/v4", "") });
      return answer(asked) ?? projects.answer(asked);
    },
  };
}
