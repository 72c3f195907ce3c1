/** What the addresses in a payload tell. They are read and shown, never called. */
import type { Data } from "./schema.ts";

/** Hosts below sentry.io that are no organization's. */
const NO_ORGANIZATION = ["www", "us", "de", "app", "docs"];
const SLUG = "([A-Za-z0-9][\\w-]{0,99})";
const BY_PATH = new RegExp(`^(?:/api/0)?/organizations/${SLUG}/`);
const BY_PROJECT = new RegExp(`^/api/0/projects/${SLUG}/${SLUG}/`);
const BY_HOST = new RegExp(`^${SLUG}\\.sentry\\.io$`);

/** The slug of the organization, or null. */
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

/** The slug of the project, or null. */
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

/** Where people see the object: the issue, not the one event of it. Null unless it is https. */
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
