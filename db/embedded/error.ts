export class EmbeddedError extends Error {
  override name = "EmbeddedError";
}

const HINTS: [RegExp, string][] = [
  [
    /could not look up effective user ID/,
    "Postgres needs a user with a name: add one to /etc/passwd, or set DATABASE_URL.",
  ],
  [/No space left on device/i, "The disk is full: make room, or point DATA_DIR at another disk."],
  [/Read-only file system/i, "The file system is read-only: point DATA_DIR at one that is not."],
  [/Permission denied/i, "Something under DATA_DIR belongs to another user: chown it to this one."],
  [
    /could not (resize|open) shared memory|out of shared memory|Cannot allocate memory/i,
    "There is too little memory (in a container: raise --shm-size).",
  ],
  [
    /error while loading shared libraries|GLIBC_/i,
    "The Postgres of npm needs a Linux with glibc: set DATABASE_URL to a Postgres of your own.",
  ],
];

/** Takes what Postgres printed; returns it with the one thing to do, when we know that. */
export function explain(what: string, printed: string): EmbeddedError {
  const tail = printed.trim().split("\n").slice(-15).join("\n  ");
  const hint = HINTS.find(([shape]) => shape.test(printed))?.[1];
  return new EmbeddedError(
    [`${what}.`, hint, tail && `It said:\n  ${tail}`].filter(Boolean).join(" "),
  );
}
