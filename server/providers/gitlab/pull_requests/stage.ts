import { ProviderError, type RepositoryAt } from "@/server/providers/provider.ts";
import { isRedirect } from "@/server/providers/http.ts";

const PROJECT = /^(?=.{3,1000}$)[\w.-]+(?:\/[\w.-]+)+$/;

/** Acts on one project, by its path below `/api/v4`. Throws ProviderError that says what was
 * refused and what to change. */
export async function atStage<T>(
  { repository }: RepositoryAt,
  doing: string,
  use: (project: string) => Promise<T>,
  role = "Developer",
): Promise<T> {
  const is_path = PROJECT.test(repository) &&
    repository.split("/").every((part) => !/^\.+$/.test(part));
  if (!is_path) {
    throw new ProviderError(`${doing}: "${repository}" is no project of GitLab`, {
      permanent: true,
    });
  }
  try {
    return await use(`/projects/${encodeURIComponent(repository)}`);
  } catch (error) {
    throw error instanceof ProviderError ? inWords(error, doing, role) : error;
  }
}

function inWords(error: ProviderError, doing: string, role: string): ProviderError {
  const { message, permanent, retry_after_seconds, status } = error;
  const hint = status === 403
    ? `. To allow it: give the user of GITLAB_TOKEN the role ${role} in the project`
    : status !== null && isRedirect(status)
    ? ". Or the project was renamed or moved: name it as it is called now"
    : "";
  return new ProviderError(`${doing}: ${message}${hint}`, {
    permanent,
    retry_after_seconds,
    status,
  });
}

/** What is not there, or not any more. */
export function gone(error: unknown): null {
  if (error instanceof ProviderError && error.status === 404) return null;
  throw error;
}
