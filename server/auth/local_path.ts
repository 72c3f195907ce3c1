const BASE = "http://local.invalid";
const MOST_CHARACTERS = 2000;
const MOST_READINGS = 10;

/** `/` for what leads elsewhere. Parsed until stable: `/..//evil` becomes another host, `//evil`. */
export function localPath(next: unknown): string {
  let path = typeof next === "string" && next.startsWith("/") ? next : "/";
  for (let reading = 0; reading < MOST_READINGS; reading++) {
    const url = URL.parse(path, BASE);
    if (url?.origin !== BASE) return "/";
    const read = url.pathname + url.search + url.hash;
    if (read === path) return path.length > MOST_CHARACTERS ? "/" : path;
    path = read;
  }
  return "/";
}
