import assert from "node:assert/strict";
import { inWords } from "@/db/deliveries/traces.ts";
import { compileExpression, expressionProblem } from "@/server/webhooks/expressions/expression.ts";

const ISSUE = {
  action: "opened",
  issue: { number: 7, score: 2.5, title: "Tea is cold", assignee: null, size: "12" },
  labels: [{ name: "bug" }, { name: "crash" }],
  commits: [{ files: ["a.ts", "docs/b.md"] }, { files: [] }],
};
function why(expression: string | null, payload: unknown = ISSUE): string | null {
  const scope = { payload, delivery: { actor: "octocat", text: null }, args: "" };
  const reason = compileExpression(expression)(scope);
  return reason && inWords(reason, () => "");
}

Deno.test("expressions over plain payloads", () => {
  const cases: [expression: string, is_true: boolean][] = [
    ["payload.issue.number > 3", true],
    ["payload.issue.number == 7 && payload.issue.number != 8", true],
    ["payload.issue.number + 1 == 8 && payload.issue.number % 2 == 1", true],
    ["payload.issue.score > 2 && payload.issue.score < 3", true],
    ["payload.issue.number > 6.5", true],
    ["payload.issue.title.startsWith('Tea') && !payload.issue.title.endsWith('hot')", true],
    ["payload.issue.title.contains('cold')", true],
    ["payload.issue.title.matches('^[Tt]ea')", true],
    ["size(payload.labels) == 2 && payload.issue.title.size() == 11", true],
    ["payload.labels.exists(l, l.name == 'bug')", true],
    ["payload.labels.exists(l, l.name in ['docs', 'crash'])", true],
    ["payload.labels.all(l, l.name != 'docs')", true],
    ["payload.labels.exists_one(l, l.name == 'bug')", true],
    ["payload.labels.exists(l, l.name == 'docs')", false],
    ["payload.commits.exists(c, c.files.exists(f, f.startsWith('docs/')))", true],
    ["payload.labels[1].name == 'crash'", true],
    ["payload['action'] == 'opened'", true],
    ["payload.issue.assignee == null", true],
    ["has(payload.issue.title) && !has(payload.issue.nothing)", true],
    ["!has(payload.issue.assignee)", true],
    ["'issue' in payload && !('constructor' in payload)", true],
    ["int(payload.issue.size) + 1 == 13", true],
    ["payload.action in ['opened', 'reopened'] ? payload.issue.number > 3 : false", true],
    ["delivery.actor == 'octocat' && delivery.text == null", true],
    ["payload.labels == payload.labels", true],
    ["payload.commits[0].files == ['a.ts', 'docs/b.md']", true],
  ];
  for (const [expression, is_true] of cases) {
    assert.equal(expressionProblem(expression), null, expression);
    assert.equal(why(expression), is_true ? null : "the expression is false", expression);
  }
  assert.equal(why(null), null);
});

Deno.test("what cannot be evaluated is not true, and says why", () => {
  assert.match(
    why("payload.nothing.title == 'x'")!,
    /could not be evaluated: field not found: nothing/,
  );
  assert.match(why("!(payload.nothing == 'x')")!, /could not be evaluated/);
  assert.match(why("payload.issue.title > 3")!, /no matching overload/);
  assert.match(why("payload.issue.number")!, /something other than true or false/);
  assert.match(why("int(payload.action) > 1")!, /could not be evaluated/);
  assert.equal(why("!has(payload.nothing) || payload.nothing.title == 'x'"), null);
  assert.match(why("payload.x == 1", null)!, /could not be evaluated/);
  assert.match(why("1 +")!, /cannot be used/);
});

Deno.test("fields are own fields, whatever they are called", () => {
  for (const path of ["constructor", "__proto__", "toString", "issue.constructor.name"]) {
    assert.match(why(`payload.${path} != "x"`)!, /field not found/, path);
  }
  const odd = JSON.parse('{"toString":"Done","constructor":{"name":"me"},"__proto__":1,"size":3}');
  assert.equal(why("payload.toString == 'Done' && payload.constructor.name == 'me'", odd), null);
  assert.equal(why("payload.size == 3 && size(payload) == 4", odd), null);
});

Deno.test("an expression that is wrong is refused, with the place", () => {
  const wrong: [expression: string, line: number, column: number, says: RegExp][] = [
    ["payload.x ==\n  3 = 4", 2, 5, /found = but expecting/],
    ["payload.x == 1 && issue.number > 3", 1, 19, /"issue" is not known: write payload\.issue/],
    ["constructor == 1", 1, 1, /not known/],
    ["payload.title.contain('x')", 1, 14, /no function contain, but bool, contains/],
    ["true &&\n payload.labels.map(l, l.name) == []", 2, 16, /map and filter are not there/],
    ["size(payload.labels.filter(l, true)) == 1", 1, 20, /map and filter are not there/],
    ["[1, 2].exists(x, x == 1)", 1, 7, /go over a list of the payload/],
    ["payload.a.exists(a, payload.b.exists(b, payload.c.exists(c, true)))", 1, 50, /nested more/],
    ["payload.title.matches(payload.pattern)", 1, 14, /text in quotes/],
    ["payload.title.matches('[')", 1, 14, /pattern is wrong: .*missing closing/],
    ["payload.title.matches('(?=a)')", 1, 14, /pattern is wrong/],
    ["payload.title.matches('(a{0,50}){0,50}')", 1, 14, /too large/],
    ["google.protobuf.Struct{} == payload", 1, 1, /messages are not made here/],
    ["timestamp(payload.at) > timestamp(payload.then)", 1, 1, /no function timestamp/],
    ["payload.x + 1", 1, 11, /a question that is true or false/],
    ["'yes'", 1, 1, /a question that is true or false/],
  ];
  for (const [expression, line, column, says] of wrong) {
    const problem = expressionProblem(expression);
    assert.match(problem?.message ?? "fine", says, expression);
    assert.deepEqual([problem?.line, problem?.column], [line, column], expression);
  }
  assert.match(expressionProblem(" ")!.message, /empty/);
  assert.match(
    expressionProblem(`payload.x == "${"x".repeat(1000)}"`)!.message,
    /longer than 1000/,
  );
});

Deno.test("brackets nested too deep are refused before they are parsed", () => {
  for (const [open, close] of [["(", ")"], ["[", "]"], ["{1:", "}"], ["size(", ")"]]) {
    const times = Math.floor(990 / (open.length + close.length));
    for (const text of [open.repeat(times) + "1" + close.repeat(times), open.repeat(times)]) {
      assert.match(expressionProblem(text)!.message, /nested more than 50 deep/);
    }
  }
  assert.equal(expressionProblem("(".repeat(50) + "true" + ")".repeat(50)), null);
  assert.equal(expressionProblem("!".repeat(990) + "true"), null);
});

Deno.test("a delivery made to be slow ends the evaluation", () => {
  const too_much = /looks at too much|too long/;
  const many = { list: Array.from({ length: 1_000_000 }, (_, n) => n) };
  assert.match(why("payload.list.all(x, payload.list.all(y, true))", many)!, too_much);
  assert.match(why("payload.list.exists(x, x < 0)", many)!, too_much);
  assert.match(why("-1 in payload.list", many)!, too_much);
  assert.match(why("payload.list == payload.list", many)!, too_much);
  assert.equal(why("payload.list[999999] == 999999 && size(payload.list) == 1000000", many), null);
  const text = { body: "x".repeat(20_000_000), digits: "9".repeat(90_000), a: "a".repeat(90_000) };
  assert.match(why("payload.body.contains('y')", text)!, too_much);
  assert.match(why("payload.a.matches('(a+)+b')", text)!, too_much);
  assert.match(why("int(payload.digits) > 1", text)!, too_much);
  assert.match(why("(payload.a + payload.a).contains('b')", text)!, too_much);
  const wide = { map: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`k${n}`, n])) };
  assert.match(why("payload.map.exists(k, k == 'no')", wide)!, too_much);
  const lists = { a: Array(200).fill("a".repeat(10_000)) };
  assert.match(why("payload.a.exists(x, x.contains('b') || x.matches('b+$'))", lists)!, too_much);
  // each evaluation has its own account
  assert.equal(why("payload.issue.number == 7"), null);
});

Deno.test("of a payload only what is named is looked at", () => {
  const looked: string[] = [];
  const watched = new Proxy({ number: 7, rest: "huge" }, {
    get(target, name) {
      looked.push(String(name));
      return Reflect.get(target, name);
    },
  });
  assert.equal(why("payload.issue.number == 7", { issue: watched, other: [watched] }), null);
  assert.deepEqual(looked, ["number"]);
});
