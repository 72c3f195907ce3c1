/** Outside things that name each other are one story, whichever is heard of first. */
import assert from "node:assert/strict";
import { connect, type Database } from "@/db/client.ts";
import { acceptDelivery, type AcceptRecord } from "@/db/deliveries.ts";
import { github } from "@/server/providers/github.ts";
import { mentionsOf } from "@/server/webhooks/deciding/mentions.ts";
import { testDatabase } from "@/tests/helpers/database.ts";
import { acceptRecord } from "@/tests/helpers/records.ts";
import { decided } from "./decide_scene.ts";
import { commentOf } from "./samples.ts";

const names = (text: string) =>
  mentionsOf({ object: null, context: null, text }, github.shows).map(({ name }) => name);

Deno.test("keys and addresses are found where they stand alone", () => {
  assert.deepEqual(names("Fixes TEA-12 and (SHOP_2-7)."), ["TEA-12", "SHOP_2-7"]);
  assert.deepEqual(names("fix/TEA-12-greeting"), ["TEA-12"]);
  assert.deepEqual(names("See https://a.example/o/n/issues/7?x=1#y, please."), [
    "https://a.example/o/n/issues/7",
    "https://a.example/o/n/issues/7/",
  ]);
  assert.deepEqual(names("<https://a.example/browse/TEA-12|TEA-12>"), [
    "https://a.example/browse/TEA-12",
    "https://a.example/browse/TEA-12/",
    "TEA-12",
  ]);
  for (const text of ["", "tea-12", "XTEA-12x", "https://a.example", "https://u:p@a.example/x"]) {
    assert.deepEqual(names(text), [], text);
  }
  assert.equal(names(Array.from({ length: 99 }, (_, n) => `TEA-${n}`).join(" ")).length, 20);
  assert.ok(names("A-".repeat(100_000) + "https://".repeat(10_000)).length <= 20);
});

Deno.test("title, description and text are read, and the evidence says where it stood", () => {
  const { mentions } = decided(commentOf("@agent plan, see https://x.example/a", (p) => {
    p.issue.title = "TEA-12: it broke";
    p.issue.body = "As SHOP-3 said, and TEA-12. <!-- EVIL-1 -->";
  }));
  const said = Object.fromEntries(mentions.map(({ name, evidence }) => [name, evidence]));
  assert.equal(said["TEA-12"], "its title names TEA-12");
  assert.equal(said["SHOP-3"], "its description names SHOP-3");
  assert.equal(said["https://x.example/a"], "its text names https://x.example/a");
  assert.equal(said["EVIL-1"], undefined, "nobody sees it there");
  assert.equal(
    decided(commentOf("nothing TEA-12")).mentions.length,
    0,
    "what is ignored links none",
  );
});

const links = async ({ sql }: Database) =>
  (await sql`select flow_id, linked_flow_id, evidence, undone_at from flow_links order by 1, 2`)
    .map((row) => ({ ...row }));

const flow = (flow_id: string, external_id: string, url: string | null, ...mentions: string[]) => {
  const record = acceptRecord({ flow_id });
  return Object.assign(record, {
    flow: { flow_id, provider: "x", external_id, title: flow_id, url },
    mentions: mentions.map((name) => ({ name, evidence: `its title names ${name}` })),
  }) as AcceptRecord;
};

Deno.test("whichever of two comes first, they are linked once, with the evidence", async () => {
  await using t = await testDatabase();
  const accept = (record: AcceptRecord) => acceptDelivery(t.db, record);
  await accept(flow("ticket", "TEA-12", "https://jira.example/browse/TEA-12"));
  await accept(flow("pull", "1#7", "https://git.example/o/n/pull/7", "TEA-12", "UTF-8", "1#7"));
  const first = {
    flow_id: "pull",
    linked_flow_id: "ticket",
    evidence: "its title names TEA-12",
    undone_at: null,
  };
  assert.deepEqual(await links(t.db), [first]);
  await accept(flow("thread", "T:C:1", null, "https://sentry.example/issues/9/", "TEA-12"));
  await accept(flow("error", "shop#9", "https://sentry.example/issues/9/"));
  const known = (await links(t.db)).map(({ flow_id, linked_flow_id }) =>
    `${flow_id} ${linked_flow_id}`
  );
  assert.deepEqual(known, ["error thread", "pull ticket", "thread ticket"]);
  await accept(flow("ticket", "TEA-12", null, "https://git.example/o/n/pull/7"));
  assert.deepEqual((await links(t.db)).length, 3, "the other way round is the same link");
});

Deno.test("a link that was undone stays undone, and what names itself links nothing", async () => {
  await using t = await testDatabase();
  const accept = (record: AcceptRecord) => acceptDelivery(t.db, record);
  await accept(flow("ticket", "TEA-12", "https://jira.example/browse/TEA-12", "TEA-12"));
  assert.deepEqual(await links(t.db), []);
  await accept(flow("pull", "1#7", null, "TEA-12"));
  await t.db.sql`update flow_links set undone_at = now(), undone_by = 'ann'`;
  await accept(flow("pull", "1#7", null, "TEA-12"));
  const [link] = await links(t.db);
  assert.ok(link.undone_at);
});

Deno.test("two that come at the same moment by two servers find each other", async () => {
  await using t = await testDatabase();
  const other = connect(t.url, { max: 2 });
  await acceptDelivery(t.db, flow("before", "T:0", null, "OLD-1"));
  for (let n = 0; n < 20; n++) {
    await Promise.all([
      acceptDelivery(t.db, flow(`ticket${n}`, `TEA-${n}`, null)),
      acceptDelivery(other, flow(`pull${n}`, `1#${n}`, null, `TEA-${n}`)),
    ]);
  }
  await other.close();
  assert.equal((await links(t.db)).length, 20);
});
