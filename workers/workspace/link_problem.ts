const LONGEST = 1000;

/** Why a symlink at `path` with this text may not be in a commit. */
export function linkProblem(path: string, target: string): string | null {
  // deno-lint-ignore no-control-regex
  if (target.length > LONGEST || /[\x00-\x1f]/.test(target)) {
    return "is a symlink, and what is in it is no path";
  }
  if (/^(?:[/\\~]|[A-Za-z]:)/.test(target)) return `is a symlink that leads out of the repository`;
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const ups = parts.findIndex((part) => part !== "..");
  const up = ups === -1 ? parts.length : ups;
  // Behind another symlink `..` leads where that one leads, so it is only known at the beginning.
  const later = parts.slice(up).includes("..");
  if (later || up > path.split("/").length - 1) {
    return `is a symlink that leads out of the repository`;
  }
  return parts.some((part) => part.toLowerCase() === ".git") ? "is a symlink into .git" : null;
}
