import assert from "node:assert/strict";
import { inWords } from "@/db/deliveries/traces.ts";
import type { Conditions } from "@/db/nouns/conditions.ts";
import { compileConditions } from "@/server/webhooks/conditions/conditions.ts";
import { foundAt } from "@/server/webhooks/conditions/look_up.ts";
import { conditionProblems } from "@/server/webhooks/conditions/rules.ts";
import { pathProblem, valuesAt } from "@/server/webhooks/conditions/paths.ts";

const ISSUE = {
  action: "opened",
  issue: {
    number: 7,
    title: "Tea is cold",
    locked: false,
    assignee: null,
    labels: [{ name: "bug", id: 1 }, { name: "crash", id: 2 }],
    assignees: [],
  },
  fields: { labels: ["ui", "shop"] },
  tags: [["level", "error"], ["user", "id:1"]],
};

function why(conditions: Conditions, payload: unknown = ISSUE): string | null {
  const delivery = { actor: "octocat", event_type: "issues.opened" };
  const scope = { payload, delivery, args: "" };
  const compiled = compileConditions(conditions);
  const reason = compiled.whyNot(scope);
  assert.ok(reason === null || compiled.reasons.includes(reason), "it is known beforehand");
  return reason && inWords(reason, (path) => foundAt(scope, path));
}
const holds = (conditions: Conditions, payload?: unknown) => why(conditions, payload) === null;

Deno.test("a path goes through objects, indexes and, with a name, through every element", () => {
  assert.deepEqual(valuesAt(ISSUE, "issue.title"), ["Tea is cold"]);
  assert.deepEqual(valuesAt(ISSUE, "issue.labels.name"), ["bug", "crash"]);
  assert.deepEqual(valuesAt(ISSUE, "issue.labels.0.name"), ["bug"]);
  assert.deepEqual(valuesAt(ISSUE, "issue.labels[1].name"), ["crash"]);
  assert.deepEqual(valuesAt(ISSUE, "tags[0][1]"), ["error"]);
  assert.deepEqual(valuesAt([[{ a: 1 }], [[{ a: 2 }]]], "a"), [1, 2]);
  assert.deepEqual(valuesAt({ "0": "zero" }, "0"), ["zero"]);
  for (const path of ["issue.nothing", "issue.title.length", "issue.labels.9", "issue.title.0"]) {
    assert.deepEqual(valuesAt(ISSUE, path), [], path);
  }
});

Deno.test("a path reaches own fields only", () => {
  const inherited = ["constructor.name", "__proto__.x", "toString", "issue.constructor"]
    .concat(["issue.labels.constructor.name", "hasOwnProperty", "issue.title.constructor.name"]);
  for (const path of inherited) assert.deepEqual(valuesAt(ISSUE, path), [], path);
  // a changelog of Jira has a field of this name
  const change = JSON.parse('{"items":[{"field":"status","toString":"Done"}]}');
  assert.deepEqual(valuesAt(change, "items.toString"), ["Done"]);
  assert.equal(holds({ "items.toString": "Done" }, change), true);
  assert.equal(why({ items: "Done" }, change), 'items does not equal "Done", found a list of 1');
});

Deno.test("a path that is wrong is refused", () => {
  const wrong: [path: string, says: RegExp][] = [
    ["", /empty/],
    ["a..b", /empty name/],
    [".a", /empty name/],
    ["__proto__.polluted", /no field/],
    ["a[b]", /no name of a field/],
    ["a b", /no name of a field/],
    [Array(21).fill("a").join("."), /deeper than 20/],
    ["a".repeat(301), /longer than 300/],
  ];
  for (const [path, says] of wrong) assert.match(pathProblem(path) ?? "fine", says, path);
  for (const path of ["label.name", "labels[0].name", "a.0.b", "x-y.z:w"]) {
    assert.equal(pathProblem(path), null);
  }
});

const cases: [conditions: Conditions, holds: boolean][] = [
  [{ action: "opened" }, true],
  [{ action: "closed" }, false],
  [{ action: ["opened", "reopened"] }, true],
  [{ action: { in: ["closed"] } }, false],
  [{ "issue.labels.name": "bug" }, true],
  [{ "issue.labels.name": { in: ["docs", "crash"] } }, true],
  [{ "issue.labels.name": "docs" }, false],
  [{ "issue.labels.name": { not: "docs" } }, true],
  [{ "issue.labels.name": { not: "bug" } }, false],
  [{ "issue.labels.name": { not: { in: ["docs", "crash"] } } }, false],
  [{ "fields.labels": "ui" }, true],
  [{ "fields.labels": { contains: "shop" } }, true],
  [{ "fields.labels": { contains: "sho" } }, false],
  [{ "issue.title": { contains: "cold" } }, true],
  [{ "issue.labels.name": { contains: "ras" } }, true],
  [{ "issue.title": { contains: "Cold" } }, false],
  [{ "issue.number": 7 }, true],
  [{ "issue.number": "7" }, true],
  [{ "issue.labels.id": ["2"] }, true],
  [{ "issue.number": "07" }, false],
  [{ "issue.locked": false }, true],
  [{ "issue.locked": "false" }, false],
  [{ "issue.locked": 0 }, false],
  [{ "issue.assignee": null }, true],
  [{ "issue.nothing": null }, false],
  [{ "issue.assignee": { exists: false } }, true],
  [{ "issue.title": { exists: true } }, true],
  [{ "issue.assignees": { exists: true } }, true],
  [{ "issue.pull_request": { exists: true } }, false],
  [{ "issue.pull_request": { not: { exists: true } } }, true],
  [{ "issue.nothing": { not: "x" } }, true],
  [{ "issue.title": { contains: "Tea", not: { contains: "hot" } } }, true],
  [{ "issue.title": { contains: "Tea", not: { contains: "cold" } } }, false],
  [{ "issue.title": { not: { not: { contains: "Tea" } } } }, true],
  [{ "delivery.actor": "octocat" }, true],
  [{ "delivery.constructor.name": "Object" }, false],
  [{ "constructor.name": "Object" }, false],
  [{ action: "opened", "issue.number": 8 }, false],
  [{}, true],
];
Deno.test("conditions hold, or do not", () => {
  for (const [conditions, wanted] of cases) {
    assert.equal(holds(conditions), wanted, JSON.stringify(conditions));
  }
});

Deno.test("what does not hold says where, how and what was found, shortened", () => {
  assert.equal(
    why({ "issue.labels.name": "docs" }),
    'issue.labels.name does not equal "docs", found "bug", "crash"',
  );
  assert.equal(why({ "label.name": ["a", "b"] }), 'label.name is none of "a", "b", found nothing');
  assert.equal(
    why({ "issue.nothing": { exists: true } }),
    "issue.nothing does not exist, found nothing",
  );
  const long = why({ x: { contains: "y" } }, { x: "z".repeat(5000) })!;
  assert.match(long, /^x does not contain "y", found "z{40}…"$/);
});

Deno.test("a delivery that is too large for a condition does not meet it, nor its opposite", () => {
  const many = { labels: Array.from({ length: 20_000 }, (_, id) => ({ name: `l${id}` })) };
  assert.match(why({ "labels.name": { not: "l3" } }, many)!, /more than is looked at/);
  assert.match(why({ "labels.name": "l19999" }, many)!, /more than is looked at/);
  assert.equal(why({ labels: { exists: true } }, many), null);
  assert.equal(why({ "labels.19999.name": "l19999" }, many), null);
  const text = { body: "x".repeat(20_000_000) };
  assert.match(why({ body: { contains: "y" } }, text)!, /more than is looked at/);
  assert.equal(why({ body: { exists: true } }, text), null);
});

Deno.test("lists in lists, however deep, are opened without recursion", () => {
  let deep: unknown = { a: 1 };
  for (let at = 0; at < 9_000; at++) deep = [deep];
  assert.deepEqual(valuesAt(deep, "a"), [1]);
  for (let at = 0; at < 9_000; at++) deep = [deep];
  assert.match(why({ a: 1 }, deep)!, /more than is looked at/);
});

Deno.test("conditions that are wrong are refused, with the place", () => {
  const wrong: [conditions: unknown, path: (string | number)[], says: RegExp][] = [
    [[], [], /is an object/],
    ["x", [], /is an object/],
    [{ "label.name": {} }, ["label.name"], /no operator/],
    [{ "label.name": { like: "x" } }, ["label.name", "like"], /is no operator: there are equals/],
    [{ "label.name": { in: "bug" } }, ["label.name", "in"], /is a list/],
    [{ "label.name": { in: [] } }, ["label.name", "in"], /empty list/],
    [{ "label.name": ["bug", { x: 1 }] }, ["label.name", 1], /is a text, a number/],
    [{ "label.name": { exists: "yes" } }, ["label.name", "exists"], /true or false/],
    [{ "label.name": { not: { in: [[]] } } }, ["label.name", "not", "in", 0], /is a text/],
    [{ "a..b": 1 }, ["a..b"], /empty name/],
    [JSON.parse('{"__proto__":"x"}'), ["__proto__"], /no field/],
    [{ a: "x".repeat(1001) }, ["a"], /longer than 1000/],
    [{ a: Array(101).fill(1) }, ["a"], /more than 100/],
    [Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`a${n}`, 1])), [], /21 conditions/],
    [{ a: { not: { not: { not: { not: { not: { not: 1 } } } } } } }, [
      "a",
      "not",
      "not",
      "not",
      "not",
      "not",
      "not",
    ], /nested/],
  ];
  for (const [conditions, path, says] of wrong) {
    const [problem, ...more] = conditionProblems(conditions);
    assert.deepEqual([problem?.path, more], [path, []], JSON.stringify(conditions)?.slice(0, 80));
    assert.match(problem.message, says);
  }
  for (const [conditions] of cases) assert.deepEqual(conditionProblems(conditions), []);
});
