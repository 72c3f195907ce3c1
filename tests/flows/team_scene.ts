/** A team with a tea shop: all its services as stand-ins, one repository, a server and a worker. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Workflow } from "@/db/nouns/workflow.ts";
import { pendingApprovalOf } from "@/db/approvals.ts";
import { workflowsOf } from "@/db/workflows.ts";
import { makeTeaShop } from "@/server/demo/samples/tea_shop.ts";
import { TEA_SHOP_STEPS } from "@/server/demo/samples/tea_shop_changes.ts";
import { type Said, startServiceRecorder } from "@/server/demo/service_recorder.ts";
import { accounts, makeSecrets, webhooks } from "@/server/demo/settings.ts";
import type { RecordedPull } from "@/server/demo/github/pulls.ts";
import { providers } from "@/server/providers/mod.ts";
import { startSystem, type System } from "@/tests/flows/system.ts";
import { ADMIN_TOKEN } from "@/tests/helpers/server.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

export const TEA_SHOP = "harbour/tea-shop";

// deno-lint-ignore no-explicit-any -- payloads are of any shape
type Change = (payload: any) => void;

export interface Team extends AsyncDisposable {
  s: System;
  /** What was said to all services but GitHub. */
  said: Said[];
  /** Something happens at a service: a sample, changed and signed. The flow that it is about. */
  happens(
    provider: string,
    sample: string,
    options?: { text?: string; change?: Change },
  ): Promise<string>;
  /** The newest work of a flow, once it fits. */
  work(flow_id: string, fits: (workflow: Workflow) => boolean): Promise<Workflow>;
  /** What an admin sets by the API. */
  set(method: string, path: string, body?: unknown): Promise<void>;
  pullOf(workflow: Workflow): RecordedPull;
  git(...args: string[]): Promise<string>;
}

export const planned = ({ waits_for }: Workflow) => waits_for === "approval";
export const proposed = ({ waits_for }: Workflow) => waits_for === "pull_request";

export async function team(): Promise<Team> {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "repositories-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  await makeTeaShop(folder);
  const services = startServiceRecorder();
  stack.defer(() => services.close());
  const secrets = makeSecrets();
  const s = stack.use(
    await startSystem({
      repositories: folder,
      steps: TEA_SHOP_STEPS,
      server: { ...webhooks(secrets), ...accounts(services.url) },
    }),
  );
  await s.startWorker({ env: { GITHUB_URL: s.github.url, ...accounts(services.url) } });
  const flowOf = async (delivery_id: string) => {
    const { json } = await s.call("GET", `/api/webhooks/events/${delivery_id}`);
    assert.equal(json.outcome, "accepted", JSON.stringify(json));
    return json.flow_id as string;
  };
  return {
    s,
    said: services.said,
    async happens(name, sample, { text, change = () => {} } = {}) {
      const provider = providers.get(name)!;
      const secret = secrets[name];
      const now = new Date();
      const first = provider.sample(sample, secret, text, now);
      const payload = JSON.parse(first.body);
      change(payload);
      const body = JSON.stringify(payload);
      const named = provider.event_header && new Headers(first.headers).get(provider.event_header);
      const signed = provider.sign(body, { event: named || null, secret, now });
      const headers = { ...first.headers, ...signed };
      const response = await fetch(`${s.server().url}/webhooks/${name}`, {
        method: "POST",
        headers,
        body,
      });
      const answer = await response.text();
      assert.equal(response.status, 200, answer);
      return await flowOf(JSON.parse(answer).delivery_id);
    },
    work: (flow_id, fits) => workOf(s, flow_id, fits),
    async set(method, path, body) {
      const { status, text } = await s.call(method, path, body, { token: ADMIN_TOKEN });
      assert.ok(status < 300, `${method} ${path}: ${text}`);
    },
    pullOf: ({ branch }) => s.github.pulls.filter((pull) => pull.branch === branch).at(-1)!,
    async git(...args) {
      const command = new Deno.Command("git", {
        args: [`--git-dir=${join(folder, `${TEA_SHOP}.git`)}`, ...args],
      });
      return new TextDecoder().decode((await command.output()).stdout).trim();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function workOf(
  { db }: System,
  flow_id: string,
  fits: (workflow: Workflow) => boolean,
): Promise<Workflow> {
  let found: Workflow | undefined;
  await untilTrue(async () => {
    [found] = await workflowsOf(db, flow_id);
    assert.equal(found?.error ?? null, null, found?.error ?? "");
    return found !== undefined && fits(found);
  }).catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(found)}`);
  });
  return found!;
}

/** Says yes as somebody at the dashboard does. */
export async function approve({ s, set }: Team, flow_id: string): Promise<void> {
  const approval = await pendingApprovalOf(s.db, flow_id);
  await set("POST", `/api/approvals/${approval!.approval_id}/approve`, {});
}
