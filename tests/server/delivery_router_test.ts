import assert from "node:assert/strict";
import { Hono } from "hono";
import { DeliveryRouter } from "@/server/delivery_router.ts";

/** Says which handler answered, and what it was told. */
function app() {
  const app = new Hono({ router: new DeliveryRouter() });
  app.post("/webhooks/:provider/:webhook_id?", (c) => c.json(["delivery", c.req.param()]));
  app.use(async (c, next) => {
    await next();
    c.header("x-seen", "yes");
  });
  app.post("/webhooks/:webhook_id/commands", (c) => c.json(["command", c.req.param()]));
  app.get("/webhooks/:webhook_id", (c) => c.json(["page", c.req.param()]));
  return app;
}

const ask = async (from: Hono, method: string, path: string) => {
  const response = await from.request(path, { method });
  return [response.status, response.ok ? await response.json() : null];
};

Deno.test("an address has the same handler and the same names at each time", async () => {
  const one = app();
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(await ask(one, "POST", "/webhooks/github"), [
      200,
      ["delivery", { provider: "github" }],
    ]);
    assert.deepEqual(await ask(one, "POST", "/webhooks/jira/7%207"), [
      200,
      ["delivery", { provider: "jira", webhook_id: "7 7" }],
    ]);
    assert.deepEqual(await ask(one, "GET", "/webhooks/github"), [
      200,
      ["page", { webhook_id: "github" }],
    ]);
    assert.deepEqual(await ask(one, "POST", "/webhooks/a/b/c"), [404, null]);
  }
});

Deno.test("what is remembered of addresses that anybody makes up is bounded", () => {
  const router = new DeliveryRouter<string>();
  router.add("POST", "/webhooks/:provider", "delivery");
  const first = router.match("POST", "/webhooks/p0");
  assert.equal(router.match("POST", "/webhooks/p0"), first, "it is remembered");
  for (let n = 1; n <= 1_000; n++) router.match("POST", `/webhooks/p${n}`);
  assert.notEqual(router.match("POST", "/webhooks/p0"), first, "it was forgotten");
});

Deno.test("a route that comes later is found behind an address that was asked for", () => {
  const router = new DeliveryRouter<string>();
  assert.deepEqual(router.match("POST", "/webhooks/late")[0], []);
  router.add("POST", "/webhooks/late", "handler");
  assert.equal(router.match("POST", "/webhooks/late")[0].length, 1);
});
