const BASE = "http://local.invalid";
const MOST_CHARACTERS = 2000;
const MOST_READINGS = 10;

/**
 * Where to go after signing in; anything that leads elsewhere becomes `/`. It is parsed until it
 * stays as it is: `/..//evil` is a path of ours that, parsed once, is another host's `//evil`.
 */
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
