import { isListed, writtenOut } from "@/server/providers/public_fetch/hosts.ts";
import { checkPublicUrl } from "@/server/providers/public_fetch/url.ts";

/** What is wrong with an address, or null. Where its name leads is looked at when it is called. */
export function forwardProblem(address: string, forward_hosts: string[]): string | null {
  const problem = checkPublicUrl(address, writtenOut(forward_hosts));
  if (problem) return problem;
  const url = new URL(address);
  return isListed(url, forward_hosts) ? null : `${url.host} is not one of FORWARD_HOSTS`;
}
