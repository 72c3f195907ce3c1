/** Looked up once: the address that was judged public is the one that is called. */
import { Buffer } from "node:buffer";
import { ProviderError, quoted } from "@/server/providers/provider.ts";
import { addressesOf, type Resolve, systemResolve } from "./public_fetch/lookup.ts";
import { type Answered, type Pinned, postTo } from "./public_fetch/post.ts";
import { checkPublicUrl, isAllowed } from "./public_fetch/url.ts";

export { checkPublicUrl } from "./public_fetch/url.ts";

const TIMEOUT_MS = 10_000;
export const MAX_BODY_BYTES = 1024 * 1024;
const MAX_ADDRESSES = 3;
const MIN_RATE_WAIT_SECONDS = 60;
/** Nothing was sent yet: another address of the same name may do. */
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EADDRNOTAVAIL",
]);

export interface PublicPost {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
  /** for all of it, from the look-up to the end of the answer */
  timeout_ms?: number;
  /** `host:port`s that may be called although they are private or have no https */
  allow_hosts?: string[];
}

export interface Transport {
  resolve?: Resolve;
  ca?: string;
}

/** Posts once and returns what a 2xx answer said, at most 64 KiB of it. Throws ProviderError,
 * permanent where the address may not be called or refuses us. */
export async function publicPost(post: PublicPost, transport: Transport = {}): Promise<Answered> {
  const allow_hosts = post.allow_hosts ?? [];
  const problem = checkPublicUrl(post.url, allow_hosts);
  if (problem) throw refused(`the address ${shown(post.url)} may not be called: ${problem}`);
  const body = Buffer.from(post.body);
  if (body.length > MAX_BODY_BYTES) {
    throw refused(`${body.length} bytes are too long to be sent: at most ${MAX_BODY_BYTES}`);
  }
  const url = new URL(post.url);
  const signal = AbortSignal.timeout(post.timeout_ms ?? TIMEOUT_MS);
  const addresses = await addressesOf(url, {
    resolve: transport.resolve ?? systemResolve,
    may_be_private: isAllowed(url, allow_hosts),
    signal,
  });
  const headers = { "user-agent": "claude-code-agent", ...post.headers };
  const answer = await tryEach(addresses, { url, headers, body, signal, ca: transport.ca });
  return accepted(`POST ${url.origin}`, answer);
}

async function tryEach(addresses: string[], post: Omit<Pinned, "address">): Promise<Answered> {
  const [address, ...others] = addresses.slice(0, MAX_ADDRESSES);
  try {
    return await postTo({ ...post, address });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (others.length > 0 && NOT_CONNECTED.has(code ?? "")) return await tryEach(others, post);
    const why = post.signal.aborted ? "it took too long" : message;
    throw new ProviderError(`POST ${post.url.origin}: no answer: ${why}`, { permanent: false });
  }
}

function accepted(what: string, answer: Answered): Answered {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const why = status >= 300 && status < 400
    ? "redirects are not followed: give the address that it leads to"
    : quoted(answer.body, 200);
  const again = status >= 500 || [408, 425, 429].includes(status);
  throw new ProviderError(`${what}: ${status} ${why}`, {
    status,
    permanent: !again,
    retry_after_seconds: again ? waitSeconds(answer) : null,
  });
}

function waitSeconds({ status, headers }: Answered): number | null {
  const after = headers["retry-after"] ?? "";
  if (/^\d{1,6}$/.test(after)) return Number(after);
  return status === 429 ? MIN_RATE_WAIT_SECONDS : null;
}

// addresses hold secrets in their paths
const shown = (address: string): string => URL.parse(address)?.origin ?? "given";

const refused = (message: string) => new ProviderError(message, { permanent: true });
