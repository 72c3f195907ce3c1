import { checkPublicUrl, isAllowed } from "@/server/providers/public_fetch/url.ts";

/** What is wrong with an address that events or answers are to go to, or null. FORWARD_HOSTS says. */
export function forwardProblem(address: string, forward_hosts: string[]): string | null {
  const problem = checkPublicUrl(address, forward_hosts);
  if (problem) return problem;
  const url = new URL(address);
  if (forward_hosts.length === 0 || isAllowed(url, forward_hosts)) return null;
  return `${url.host} is not one of FORWARD_HOSTS`;
}
