import { readStart } from "@/server/providers/http.ts";
import type { Sample } from "@/server/providers/provider.ts";

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 10_000;

export interface SelfTestAnswer {
  status: number;
  text: string;
  delivery_id: string | null;
  answered_ms: number;
}

/** Sends it once, following nothing. No answer is a value as well: `error` says why. */
export async function postSelfTest(
  address: string,
  { headers, body }: Sample,
  timeout_ms = TIMEOUT_MS,
): Promise<SelfTestAnswer | { error: string }> {
  const started = performance.now();
  try {
    const signal = AbortSignal.timeout(timeout_ms);
    const init = { method: "POST", headers, body, redirect: "manual" as const, signal };
    const response = await fetch(address, init);
    const { text } = await readStart(response, MOST_BYTES, timeout_ms);
    const answered_ms = performance.now() - started;
    const delivery_id = response.headers.get("x-delivery-id") ?? namedIn(text);
    return { status: response.status, text, delivery_id, answered_ms };
  } catch (error) {
    const { name, message } = error as Error;
    const why = name === "TimeoutError" ? `no answer within ${timeout_ms / 1000} s` : message;
    return { error: why };
  }
}

function namedIn(text: string): string | null {
  try {
    const { delivery_id } = JSON.parse(text);
    return typeof delivery_id === "string" ? delivery_id : null;
  } catch {
    return null;
  }
}
