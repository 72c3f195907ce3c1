import { ADMIN_TOKEN, type Product } from "@/tests/chaos/product.ts";

export interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any -- what it holds is what the caller looks for
  json: any;
}

const PATIENCE_MS = 20_000;

/** One request as an admin; null when there was no answer. */
export async function call(
  { url }: Pick<Product, "url">,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer | null> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  return await send(url + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** One request as it is; null when there was no answer. */
export async function send(url: string, request: RequestInit): Promise<Answer | null> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = await response.text();
    const is_json = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, json: is_json ? JSON.parse(text) : null };
  } catch {
    return null;
  }
}
