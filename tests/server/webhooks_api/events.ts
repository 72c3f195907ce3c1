import assert from "node:assert/strict";
import type { TestServer } from "@/tests/helpers/server.ts";

export const EVENTS = "/api/webhooks/events";

/** The deliveries of a page of the list. */
export const idsAt = async (s: TestServer, path: string): Promise<string[]> => {
  const { json, status } = await s.call("GET", path);
  assert.equal(status, 200, path);
  return json.items.map((item: { delivery_id: string }) => item.delivery_id);
};
