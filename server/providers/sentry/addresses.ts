import type { Data } from "./schema.ts";

const NO_ORGANIZATION = ["www", "us", "de", "app", "docs"];
const SLUG = "([A-Za-z0-9][\\w-]{0,99})";
const BY_PATH = new RegExp(`^(?:/api/0)?/organizations/${SLUG}/`);
const BY_PROJECT = new RegExp(`^/api/0/projects/${SLUG}/${SLUG}/`);
const BY_HOST = new RegExp(`^${SLUG}\\.sentry\\.io$`);

export function organizationOf(data: Data): string | null {
  const named = data.installation?.organization?.slug;
  if (named) return named;
  const urls = addressesOf(data);
  for (const { pathname } of urls) {
    const found = BY_PATH.exec(pathname) ?? BY_PROJECT.exec(pathname);
    if (found) return found[1];
  }
  const hosts = urls.map(({ host }) => BY_HOST.exec(host)?.[1]);
  return hosts.find((host) => host && !NO_ORGANIZATION.includes(host)) ?? null;
}

export function projectOf(data: Data): string | null {
  const { project_slug, issue, metric_alert } = data;
  const named = project_slug ?? issue?.project?.slug ?? metric_alert?.projects?.[0];
  if (named) return named;
  for (const { pathname } of addressesOf(data)) {
    const found = BY_PROJECT.exec(pathname);
    if (found) return found[2];
  }
  return null;
}

export function pageOf({ issue, event, error, web_url }: Data): string | null {
  const said = issue?.web_url ?? issue?.permalink ?? event?.web_url ?? error?.web_url ?? web_url;
  const url = URL.parse(said ?? "");
  if (!url || url.protocol !== "https:") return null;
  return `https://${url.host}${url.pathname.replace(/\/events\/[^/]*\/?$/, "/")}`;
}

function addressesOf({ issue, event, error, web_url }: Data): URL[] {
  const about = [issue, event, error].flatMap((one) => [one?.web_url, one?.url]);
  return [...about, issue?.permalink, web_url].map((said) => URL.parse(said ?? ""))
    .filter((url) => url !== null);
}
