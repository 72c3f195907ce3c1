/** What a list of hosts such as FORWARD_HOSTS allows. Its entries are `host:port`s. Pure. */
import { isAddress } from "./address.ts";
import { hostAndPort } from "./url.ts";

/** An empty list names every host; another one those in it, and no other. */
export const isListed = (url: URL, hosts: string[]): boolean =>
  hosts.length === 0 || lowered(hosts).includes(hostAndPort(url));

/**
 * Those of the list that may be called although they are private or have no https: an address of
 * this machine or network that somebody wrote out. A name is not, for who keeps its records decides
 * where it leads.
 */
export const writtenOut = (hosts: string[]): string[] =>
  lowered(hosts).filter((host) => {
    const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
    return name === "localhost" || isAddress(name);
  });

const lowered = (hosts: string[]): string[] => hosts.map((host) => host.toLowerCase());
