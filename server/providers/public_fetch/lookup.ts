/** From a name to the one address that is called. */
import { lookup } from "node:dns/promises";
import { ProviderError } from "@/server/providers/provider.ts";
import { isAddress, whyNotPublic } from "./address.ts";
import { bareHost } from "./url.ts";

/** All addresses of a name, IPv4 and IPv6. */
export type Resolve = (name: string) => Promise<string[]>;

/** As this machine looks names up, `/etc/hosts` included. */
export const systemResolve: Resolve = async (name) =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Looks the host up once; what is called is what came back and nothing else. One address that is
 * not public spoils them all: whoever answers so for a name may answer otherwise next time.
 * @throws ProviderError
 */
export async function addressesOf(
  url: URL,
  { resolve, may_be_private, signal }: {
    resolve: Resolve;
    may_be_private: boolean;
    signal: AbortSignal;
  },
): Promise<string[]> {
  const host = bareHost(url);
  const found = isAddress(host) ? [host] : await lookUp(host, resolve, signal);
  for (const address of may_be_private ? [] : found) {
    const why = whyNotPublic(address);
    if (!why) continue;
    throw new ProviderError(`${url.host} leads to ${address}, which is not public (${why})`, {
      permanent: true,
    });
  }
  // where IPv6 has no way out, connecting to it can take all the time there is
  return found.sort((a, b) => Number(a.includes(":")) - Number(b.includes(":")));
}

async function lookUp(host: string, resolve: Resolve, signal: AbortSignal): Promise<string[]> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(new Error("looking it up took too long"));
  signal.addEventListener("abort", abort, { once: true });
  try {
    const found = await Promise.race([resolve(host), aborted.promise]);
    if (found.length > 0) return found;
    throw new Error("it has no address");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`${host} was not found: ${why}`, { permanent: false });
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
