const NAME = /^(?:[a-z][a-z0-9_]*:)?[\w.-]+(?:\/[\w.-]+)+(?:@\S+)?$/;

/** What somebody calls a repository: behind `in`, as the first or the last words. Pure. */
export function placeIn(args: string): string | null {
  const words = args.trim().split(/\s+/);
  const last = words.at(-2)?.toLowerCase() === "in" ? named(words.at(-1)) : null;
  return last ?? (words[0].toLowerCase() === "in" ? named(words[1]) : null);
}

function named(word = ""): string | null {
  const bare = word.replace(/[.,:;!?]{1,10}$/, "").replace(/^`(.*)`$/, "$1");
  return bare.length <= 2500 && NAME.test(bare) ? bare : null;
}
