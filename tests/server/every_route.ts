/** Every route that the server knows, and what to fill its path with. */
import assert from "node:assert/strict";
import { planWaits } from "@/tests/helpers/flow_story.ts";
import type { TestServer } from "@/tests/helpers/server.ts";
import { comment, createdWebhook, knock, made } from "@/tests/server/webhooks_api/scene.ts";

/** Each time of another outside thing. */
let flows = 7000;

/** Real ids, so that a request gets as far as it can; made anew where one may have used them up. */
export async function things(s: TestServer): Promise<Record<string, string>> {
  const webhook = await createdWebhook(s);
  const command = { name: "tidy", action: "comment", template: "hello" };
  const { command_id } = await made(s, `/api/webhooks/${webhook.id}/commands`, command);
  const { delivery_id } = await knock(s, comment("@agent analyze"));
  const { conversation_id, task_id } = await made(s, "/api/chat", { message: "hi" }, 202);
  const flow = await planWaits(s.db, { number: flows++ });
  const token = await made(s, "/api/tokens", { name: "ci", role: "viewer" });
  return {
    id: webhook.id,
    webhook_id: webhook.id,
    cmd_id: command_id,
    cmd: command_id,
    command_id,
    delivery_id,
    task_id,
    conversation_id,
    flow_id: flow.flow_id,
    linked_flow_id: flow.flow_id,
    approval_id: flow.approval.approval_id,
    token_id: token.token_id,
    seq: "1",
    machine_id: "m1",
    name: "github",
  };
}

/** The path with its parameters in it. */
export const filled = (path: string, values: Record<string, string>): string =>
  path.replaceAll(/:(\w+)|\{(\w+)\}/g, (_, colon, brace) => {
    const value = values[colon ?? brace];
    assert.ok(value, `there is nothing to try ${path} with`);
    return encodeURIComponent(value.toWellFormed());
  });

/** The parameters of a path. */
export const namesOf = (path: string): string[] =>
  [...path.matchAll(/:(\w+)|\{(\w+)\}/g)].map(([, colon, brace]) => colon ?? brace);

/** The routes that people and programs call; deliveries and static files are apart. */
export const routesOf = ({ app }: Pick<TestServer, "app">) => app.routes.filter(isRoute);

const isRoute = ({ method, path }: { method: string; path: string }) =>
  method !== "ALL" && !path.includes("*") && !path.includes("?") && !path.startsWith("/static/") &&
  path !== "/sign-out";
