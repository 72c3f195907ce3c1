/** What of an address can be judged without looking anything up. Pure. */
import { isAddress, whyNotPublic } from "./address.ts";

/** Services that are not web servers, where a POST would be taken for something else. */
const OTHER_SERVICES = new Set(
  ("1080 1433 1521 1723 2049 2375 2376 2379 2380 3128 3306 3389 4369 5060 5061 5432 5672 5900 5984 " +
    "6000 6379 6667 8086 9042 9092 9200 9300 10250 10255 11211 15672 26257 27017")
    .split(" ").map(Number),
);
const MAX_URL = 2000;

/** `host:port` as `allow_hosts` lists it, the port always said. */
export const hostAndPort = (url: URL): string =>
  `${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`.toLowerCase();

/**
 * What is wrong with an address that we are to call, or null. A name may still turn out to lead
 * to a private address: that is looked at when it is called. `allow_hosts` has `host:port`s
 * that may be called whatever they are, by http too.
 */
export function checkPublicUrl(address: string, allow_hosts: string[] = []): string | null {
  const url = address.length > MAX_URL ? null : URL.parse(address);
  if (!url) return "it is no address such as https://example.com/hook";
  if (url.username !== "" || url.password !== "") {
    return "it has a user name or password in it: only plain addresses are called";
  }
  if (!/^https?:$/.test(url.protocol)) return `it begins with ${url.protocol} instead of https:`;
  if (isAllowed(url, allow_hosts)) return null;
  if (url.protocol === "http:") return "it begins with http: instead of https:";
  return hostProblem(bareHost(url)) ?? portProblem(url);
}

export const isAllowed = (url: URL, allow_hosts: string[]): boolean =>
  allow_hosts.some((allowed) => allowed.toLowerCase() === hostAndPort(url));

/** The host without the brackets of IPv6 and without the dot that a full name may end with. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$|\.$/g, "");

// URL.parse has turned 0x7f.1, 2130706433 and the like into four plain numbers
function hostProblem(host: string): string | null {
  if (isAddress(host)) {
    const why = whyNotPublic(host);
    return why && `${host} is not public (${why})`;
  }
  if (host === "localhost" || host.endsWith(".localhost")) return `${host} is this machine itself`;
  return host.includes(".") ? null : `${host} is no name of the public internet`;
}

function portProblem(url: URL): string | null {
  const port = Number(url.port || 443);
  return port === 443 || (port > 1023 && !OTHER_SERVICES.has(port))
    ? null
    : `port ${port} is not one of a web server`;
}
