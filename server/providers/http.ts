import type { z } from "zod";
import { GrownBytes, readChunks } from "@/server/providers/chunks.ts";
import { ProviderError } from "@/server/providers/provider.ts";

const TIMEOUT_MS = 15_000;
// a page of a hundred comments of the greatest length, all of it in three-byte characters
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface Outgoing {
  /** the call, as errors name it: `GitLab GET /user` */
  what: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: unknown;
  timeout_ms?: number;
  max_answer_bytes?: number;
}

/** The address of `path` at a host that may have been set with slashes at its end. */
export const addressOf = (base_url: string, path: string): string =>
  base_url.replace(/\/+$/, "") + path;

/** Sends it once and reads all of the answer, whatever its status. Redirects are not followed: a
 * token goes to the configured address and to no other. Throws ProviderError. */
export async function send(outgoing: Outgoing) {
  const { what, max_answer_bytes = MAX_ANSWER_BYTES } = outgoing;
  const { response, text, more } = await exchange(outgoing, max_answer_bytes);
  if (!more) return { response, text };
  const { status } = response;
  throw new ProviderError(`${what}: ${status} with an answer of over ${max_answer_bytes} bytes`, {
    status,
    permanent: false,
  });
}

async function exchange(outgoing: Outgoing, max_answer_bytes: number) {
  const { what, method, url, headers, body, timeout_ms = TIMEOUT_MS } = outgoing;
  try {
    const response = await fetch(url, {
      method,
      headers: {
        "user-agent": "claude-code-agent",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(timeout_ms),
    });
    return { response, ...await readStart(response, max_answer_bytes, timeout_ms) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`${what}: no answer: ${why}`, { permanent: false });
  }
}

/** The first `max_bytes` of an answer as text, and whether there was more, which is not read. */
export async function readStart(
  response: Response,
  max_bytes: number,
  timeout_ms = TIMEOUT_MS,
): Promise<{ text: string; more: boolean }> {
  const start = new GrownBytes(max_bytes);
  const keep = (chunk: Uint8Array): boolean => {
    const left = max_bytes - start.bytes.byteLength;
    start.add(chunk.subarray(0, left));
    return chunk.byteLength <= left;
  };
  const ending = response.body ? await readChunks(response.body, timeout_ms, keep) : "whole";
  if (ending === "late") throw new Error(`not all of it came within ${timeout_ms / 1000} s`);
  return { text: new TextDecoder().decode(start.bytes), more: ending === "stopped" };
}

/** The text of an answer by `schema`; no text at all is null. Throws ProviderError when it is
 * something else, as a proxy's page would be. */
export function readAnswer<T>(
  what: string,
  title: string,
  status: number,
  text: string,
  schema: z.ZodType<T>,
): T {
  try {
    return schema.parse(text === "" ? null : JSON.parse(text));
  } catch {
    throw new ProviderError(`${what}: ${status} with an answer that is not ${title}'s`, {
      status,
      permanent: false,
    });
  }
}

export const isRedirect = (status: number): boolean => status >= 300 && status < 400;

/** Whether the same call may do later what it did not do now. */
export const mayPass = (status: number): boolean =>
  status >= 500 || [408, 409, 429].includes(status);

export const redirectHost = (headers: Headers): string =>
  URL.parse(headers.get("location") ?? "")?.host || "another address";

/** `Retry-After`, which is a number of seconds or a date; null when it is not there or neither. */
export function retryAfterSeconds(headers: Headers, now_ms: number): number | null {
  const after = headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(after) ? Number(after) : secondsUntil(after, now_ms);
}

/** How long until a date, a second at least; null when it is none. */
export function secondsUntil(date: string, now_ms: number): number | null {
  // Date.parse takes a mere number for a year or a month, and a real date names its month or zone
  const ms = /[a-z]/i.test(date) ? Date.parse(date) : NaN;
  return Number.isNaN(ms) ? null : Math.max(1, Math.ceil((ms - now_ms) / 1000));
}
