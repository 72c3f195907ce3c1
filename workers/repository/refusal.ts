export type Stage = "fetch" | "commit" | "check" | "push";

/** What lies behind an error, where more than its words depends on it. */
export type Cause = "gone" | "foreign";

export class RepositoryError extends Error {
  override name = "RepositoryError";
  readonly stage: Stage;
  /** Whether trying again changes nothing. */
  readonly permanent: boolean;
  /** The repository is not there, or not for us; or the branch has commits of others. */
  readonly behind: Cause | null;

  constructor(
    message: string,
    stage: Stage = "fetch",
    permanent = true,
    behind: Cause | null = null,
  ) {
    super(message);
    this.stage = stage;
    this.permanent = permanent;
    this.behind = behind;
  }
}

export const DISK_FULL =
  "The disk of this machine is full: make room below DATA_DIR, which holds repositories and work folders";

/** By what git said (of a checkout it does not say why), or an error of the system's. */
export const isFull = (said: string): boolean =>
  /ENOSPC|No space left|os error 28|EDQUOT|quota exceeded|unable to write file/i.test(said);

const ANSWERS: [RegExp, (url: URL) => string][] = [
  [
    /git: not found|No such file or directory.*git$/m,
    () => "git is not installed on this machine: install it for the worker",
  ],
  [/No space left|quota exceeded|unable to write file/i, () => DISK_FULL],
  [/File size limit exceeded|signal 25/, (url) => `The repository ${url.href} is too large`],
  [
    /find remote ref/,
    (url) =>
      `The repository ${url.href} does not have what was asked for: the pull request, merge request or branch is gone`,
  ],
  [
    /terminal prompts disabled|Authentication failed|error: 40[13]/,
    (url) =>
      `${url.host} refused access to ${url.href}: the token is missing, wrong, or may not read this repository`,
  ],
  [
    /not found|error: 404|does not exist|not appear to be a git repository/,
    (url) => `There is no repository at ${url.href}, or the token may not see it`,
  ],
  [/Could not resolve|Couldn't resolve/, (url) => `The name ${url.host} cannot be resolved`],
  [
    /[Ff]ailed to connect|Couldn't connect|Connection (refused|reset|timed out)/,
    (url) => `${url.host} cannot be reached`,
  ],
  [
    /redirect|error: 30\d/,
    (url) => `The repository ${url.href} has moved: redirects are not followed`,
  ],
  [/error: 5\d\d/, (url) => `${url.host} has a problem of its own; try again later`],
];

export function refusal(url: URL, stderr: string, secrets: string[]): RepositoryError {
  const known = ANSWERS.find(([pattern]) => pattern.test(stderr));
  if (known) return new RepositoryError(known[1](url));
  const last = stderr.split("\n").findLast((line) => /^(fatal|error):/.test(line)) ?? stderr.trim();
  const said = secrets.reduce((text, secret) => text.replaceAll(secret, "***"), last);
  return new RepositoryError(`git could not fetch ${url.href}: ${said.slice(0, 300)}`);
}
