const PARTS = /\*\*|[^]/gu;
/** What is longer together is written to keep us busy: then everything counts. */
const MOST_CHARACTERS = 2000;

/** Whether a path is one of these: `*` is part of a name, `**` any path, as in `include: local`. */
export function globsOf(names: Iterable<string>): (path: string) => boolean {
  const all = [...names];
  const plain = new Set(all.filter((name) => !name.includes("*")));
  const globs = all.filter((name) => name.includes("*"));
  if (globs.reduce((sum, { length }) => sum + length, 0) > MOST_CHARACTERS) return () => true;
  const parts = globs.map((glob) => glob.match(PARTS) ?? []);
  return (path) => plain.has(path) || parts.some((glob) => matches(glob, path));
}

/** By all places of the glob at once, since a regular expression with many `*` takes for ever. */
function matches(glob: string[], path: string): boolean {
  let places = skippingStars(glob, [0]);
  for (const char of path) {
    places = skippingStars(glob, places.flatMap((place) => behind(glob, place, char)));
  }
  return places.includes(glob.length);
}

function behind(glob: string[], place: number, char: string): number[] {
  const part = glob[place];
  if (part === "**" || (part === "*" && char !== "/")) return [place];
  return part === char ? [place + 1] : [];
}

/** A star may stand for nothing. */
function skippingStars(glob: string[], places: number[]): number[] {
  const all = new Set(places);
  for (const place of all) if (glob[place]?.startsWith("*")) all.add(place + 1);
  return [...all];
}
