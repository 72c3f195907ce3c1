/** One POST to one address that was decided on before. */
import http from "node:http";
import https from "node:https";
import { GrownBytes } from "@/server/providers/chunks.ts";
import { isAddress } from "./address.ts";
import { bareHost } from "./url.ts";

export const MAX_ANSWER_BYTES = 64 * 1024;

export interface Answered {
  status: number;
  headers: http.IncomingHttpHeaders;
  /** as much as came in time, at most 64 KiB */
  body: string;
}

export interface Pinned {
  url: URL;
  address: string;
  headers: Record<string, string>;
  body: Uint8Array;
  signal: AbortSignal;
  /** a certificate authority to trust instead of the usual ones */
  ca?: string;
}

/**
 * Connects to `address` whatever the name's records say by now; the name is still what the
 * certificate has to be for, and what the server is asked for. Follows nothing.
 */
export function postTo({ url, address, headers, body, signal, ca }: Pinned): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const host = bareHost(url);
  const secure = url.protocol === "https:";
  const options: https.RequestOptions = {
    host: address,
    port: url.port || (secure ? 443 : 80),
    path: url.pathname + url.search,
    method: "POST",
    headers: { ...headers, host: url.host, "content-length": String(body.length) },
    agent: false,
    signal,
    ...(secure ? { servername: isAddress(host) ? "" : host, ca } : {}),
  };
  const request = secure ? https.request(options) : http.request(options);
  request.on("response", (response) => resolve(read(response)));
  request.on("error", reject);
  request.end(body);
  return promise;
}

/** The status counts once it is there, so a body that is huge, slow or broken off is no failure. */
function read(response: http.IncomingMessage): Promise<Answered> {
  const { promise, resolve } = Promise.withResolvers<Answered>();
  const start = new GrownBytes(MAX_ANSWER_BYTES);
  const done = () =>
    resolve({
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: new TextDecoder().decode(start.bytes),
    });
  response.on("data", (chunk: Uint8Array) => {
    start.add(chunk.subarray(0, MAX_ANSWER_BYTES - start.bytes.length));
    if (start.bytes.length < MAX_ANSWER_BYTES) return;
    done();
    response.destroy();
  });
  for (const end of ["end", "error", "aborted", "close"]) response.on(end, done);
  return promise;
}
