/** Characters that HFS+ does not see in a name. */
const UNSEEN = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const LONGEST = 1000;

/** Why a path may not be in a commit, as it could mean another one on somebody's machine. */
export function pathProblem(path: string): string | null {
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(path)) return "has a control character in its name";
  if (path.includes("\ufffd")) return "has a name that is not UTF-8";
  if (path.length > LONGEST) return `has a name of more than ${LONGEST} characters`;
  const parts = path.split(/[/\\]/);
  if (parts.some((part) => part === "." || part === "..")) return "leads out of the repository";
  if (parts.some(isGitFolder)) return "is in a .git folder, or would be on some systems";
  return null;
}

/** As Windows and macOS read names: `.GIT`, `.git.`, `git~1`, `.git::$INDEX_ALLOCATION`. */
function isGitFolder(part: string): boolean {
  const name = part.replace(UNSEEN, "").toLowerCase().replace(/:.*$/, "").replace(/[ .]+$/, "");
  return name === ".git" || name === "git~1";
}
