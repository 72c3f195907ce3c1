import assert from "node:assert/strict";
import { compileTemplate, templateProblem } from "@/server/webhooks/templates/template.ts";

const ISSUE = {
  action: "opened",
  issue: {
    number: 7,
    title: "Tea is cold",
    body: "",
    assignee: null,
    labels: [{ name: "bug" }, { name: "crash" }],
    user: { login: "octocat" },
  },
  empty: [],
};
const DELIVERY = {
  event_type: "issues.opened",
  actor: "octocat",
  text: "@agent plan it",
  url: null,
};
const rendered = (template: string, payload: unknown = ISSUE, wrap?: (value: string) => string) =>
  compileTemplate(template).render({ payload, delivery: DELIVERY, args: "it" }, { wrap });
const text = (template: string, payload?: unknown) => rendered(template, payload).text;

Deno.test("placeholders take fields, nested ones and elements", () => {
  const cases: [template: string, text: string][] = [
    ["{{issue.title}} by {{ issue.user.login }}", "Tea is cold by octocat"],
    ["{{ issue.labels[0].name }}, {{ issue.labels.1.name }}", "bug, crash"],
    [
      '{{ issue["title"] }} {{ issue.labels.first.name }} {{ issue.labels.size }}',
      "Tea is cold bug 2",
    ],
    ["{{ issue.labels[-1].name }}", "crash"],
    ["#{{ issue.number }}", "#7"],
    ["{{ payload.issue.number }}", "7"],
    [
      "{{ delivery.actor }}: {{ event_type }}: {{ text }} ({{ args }})",
      "octocat: issues.opened: @agent plan it (it)",
    ],
    ["[{{ issue.assignee }}{{ delivery.url }}]", "[]"],
    ["a {% raw %}{{ not.this }}{% endraw %} b", "a {{ not.this }} b"],
    ["a {%- comment -%} no {%- endcomment -%} b", "ab"],
    ["{% if issue.number > 3 and action == 'opened' %}yes{% else %}no{% endif %}", "yes"],
    ["{% unless issue.title contains 'hot' %}cold{% endunless %}", "cold"],
    ["{% if issue.body == empty %}no words{% endif %}", "no words"],
    ["{% if issue.nothing %}a{% elsif issue.user %}b{% endif %}", "b"],
    ["{% case action %}{% when 'closed', 'opened' %}moved{% else %}?{% endcase %}", "moved"],
  ];
  for (const [template, wanted] of cases) {
    assert.equal(templateProblem(template), null, template);
    assert.deepEqual(rendered(template), { text: wanted, unknown_paths: [] }, template);
  }
});

Deno.test("a payload's own fields come before ours, but for delivery and payload", () => {
  const payload = { text: "theirs", args: 1, delivery: { actor: "forged" }, payload: "forged" };
  assert.equal(
    text("{{ text }} {{ args }} {{ delivery.actor }} {{ payload.text }}", payload),
    "theirs 1 octocat theirs",
  );
});

Deno.test("filters", () => {
  const cases: [template: string, text: string][] = [
    ["{{ issue.nothing | default: 'none' }}", "none"],
    ["{{ issue.body | default: issue.title }}", "Tea is cold"],
    ["{{ issue.title | truncate: 6 }}", "Tea..."],
    ["{{ issue.title | truncate: 4, '…' }}", "Tea…"],
    ["{{ issue.title | truncatewords: 2 }}", "Tea is..."],
    ["{{ issue.title | upcase }} {{ issue.title | downcase }}", "TEA IS COLD tea is cold"],
    ["{{ issue.labels | map: 'name' | join: ', ' }}", "bug, crash"],
    ["{{ issue.labels | json }}", '[{"name":"bug"},{"name":"crash"}]'],
    ["{{ issue.title | json }} {{ issue.nothing | default: empty | json }}", '"Tea is cold" null'],
    ["{{ issue.title | split: ' ' | first }} {{ issue.title | split: ' ' | last }}", "Tea cold"],
    ["{{ issue.title | size }} {{ issue.labels | size }}", "11 2"],
    ["[{{ ' a ' | strip }}{{ ' b' | lstrip }}{{ 'c ' | rstrip }}]", "[abc]"],
    ["{{ issue.title | replace: 'cold', 'hot' | append: '!' | prepend: '> ' }}", "> Tea is hot!"],
    ["{{ issue.title | slice: -4, 4 }} {{ issue.title | remove: ' is' }}", "cold Tea cold"],
    ["{{ 'a b' | url_encode }} {{ 'x y' | capitalize }}", "a%20b X y"],
    ["{{ issue.title | code }}", "`Tea is cold`"],
  ];
  for (const [template, wanted] of cases) {
    assert.equal(templateProblem(template), null, template);
    assert.equal(text(template), wanted, template);
  }
});

Deno.test("nothing gets out of code", () => {
  const code = (body: string) => text("{{ body | code }}", { body });
  assert.equal(code("a `b` c"), "``a `b` c``");
  assert.equal(code("`"), "`` ` ``");
  assert.equal(code("a``"), "``` a`` ```");
  assert.equal(code(""), "");
  assert.equal(code("one\n```\n@agent fix\n```"), "\n````\none\n```\n@agent fix\n```\n````\n");
  assert.equal(code("a\rb"), "\n```\na\rb\n```\n");
});

Deno.test("it is rendered once: what a value says is never a template", () => {
  const hostile = { title: "{{ delivery.actor }} {% if true %}x{% endif %} {{ title }}" };
  assert.equal(text("{{ title }}", hostile), hostile.title);
  assert.equal(
    text("{{ title | upcase | downcase | strip }}", hostile),
    hostile.title.toLowerCase(),
  );
  assert.equal(text("{{ '{{ title ' | append: '}}' }}", hostile), "{{ title }}");
});

Deno.test("own properties only; what nobody sent is empty and reported", () => {
  const template =
    "[{{ constructor.name }}{{ issue.constructor.name }}{{ __proto__.x }}{{ issue.toString }}" +
    "{{ issue.title.constructor.name }}{{ issue.labels.map }}{{ globalThis }}{{ issue.titel }}]";
  const { text, unknown_paths } = rendered(template);
  assert.equal(text, "[]");
  assert.deepEqual(
    unknown_paths,
    ["constructor.name", "issue.constructor.name", "__proto__.x", "issue.toString"]
      .concat(["issue.title.constructor.name", "issue.labels.map", "globalThis", "issue.titel"]),
  );
  assert.deepEqual(rendered("{{ a.b | upcase }} {{ a.b }} {{ a.c | default: '' }}").unknown_paths, [
    "a.b",
  ]);
  for (const payload of [null, "text", 7, [1, 2]]) {
    assert.deepEqual(rendered("[{{ size }}{{ length }}{{ first }}]", payload).text, "[]");
  }
});

Deno.test("objects are JSON, also when they have a field called toString", () => {
  const change = JSON.parse('{"item":{"field":"status","toString":"Done","valueOf":1}}');
  const json = '{"field":"status","toString":"Done","valueOf":1}';
  assert.equal(text("{{ item }} {{ item.toString }}", change), `${json} Done`);
  const filtered = [
    "upcase",
    "append: item",
    "join",
    "default: item",
    "code",
    "size",
    "split",
    "first",
  ]
    .concat([
      "truncate: item",
      "truncate: 5, item",
      "slice: item",
      "map: item",
      "replace: item, item",
    ]);
  for (const filter of filtered) {
    assert.equal(templateProblem(`{{ item | ${filter} }}`), null);
    assert.doesNotMatch(text(`{{ item | ${filter} }}`, change), /\[object/);
  }
  assert.equal(text("{{ item[item] }}{% if item == item.field %}{% endif %}!", change), "!");
  assert.match(text("{% if item > 3 %}a{% endif %}!", change), /!|ended here/);
  assert.equal(text("{{ issue.labels }}"), '[{"name":"bug"},{"name":"crash"}]');
});

Deno.test("values can be wrapped, the template's own words are not", () => {
  const wrapped = rendered(
    "Title: {{ issue.title }}{{ issue.body }}, {{ issue.number }}.",
    ISSUE,
    (value) => `<${value}>`,
  );
  assert.equal(wrapped.text, "Title: <Tea is cold>, <7>.");
});

Deno.test("a template that is wrong is refused, with the place", () => {
  const wrong: [template: string, line: number, column: number, says: RegExp][] = [
    ["ok\n  {{ issue.title | shout }}", 2, 3, /no filter shout, but default, json/],
    ["a {{ issue.title", 1, 3, /not closed/],
    ["{% if a %}b", 1, 1, /not closed/],
    ["\n{% for x in y %}{{ x }}{% endfor %}", 2, 1, /no tag for, but if/],
    ["{{ a b }}", 1, 1, /"a" is followed by something unexpected/],
    ["x\n{% if a b %}{% endif %}", 2, 1, /unexpected/],
    ["{{ a | truncate 80 }}", 1, 17, /expected ":"/],
    ["{{ }}", 1, 4, /invalid value/],
    ["{{ issue.labels[*].name }}", 1, 1, /is no path/],
    ["{{ issue?.title }}", 1, 1, /is no path/],
    ["{{ issue. }}", 1, 1, /is no path/],
    ["{{ (1..1000000000) | join }}", 1, 1, /ranges/],
    ["{% if a %}".repeat(21) + "x" + "{% endif %}".repeat(21), 1, 201, /nested more than 20/],
    ["{{ a }}".repeat(501), 1, 3501, /more than 500/],
    ["x".repeat(20_001), 1, 1, /longer than 20000/],
  ];
  for (const [template, line, column, says] of wrong) {
    const problem = templateProblem(template);
    assert.match(problem?.message ?? "fine", says, template.slice(0, 60));
    assert.deepEqual([problem?.line, problem?.column], [line, column], template.slice(0, 60));
  }
  const tags = ["assign x = 1", "capture x", "include 'a'", "render 'a'", "layout 'a'", "block a"]
    .concat([
      "tablerow x in y",
      "increment x",
      "decrement x",
      "cycle 'a', 'b'",
      "liquid",
      "echo a",
    ]);
  for (const tag of tags) {
    assert.match(templateProblem(`{% ${tag} %}`)?.message ?? "fine", /no tag/);
  }
  for (
    const filter of ["date", "sort", "where_exp: 'x', 'y'", "push: 1", "times: 3", "inspect", "raw"]
  ) {
    assert.match(templateProblem(`{{ a | ${filter} }}`)?.message ?? "fine", /no filter/);
  }
  assert.match(
    text("{{ a | shout }}"),
    /cannot be used: line 1, column 1: there is no filter shout/,
  );
});

Deno.test("a text that becomes too long is cut, and says so", () => {
  const { text } = rendered("{{ body }}{{ body }}", { body: "x".repeat(150_000) });
  assert.equal(text.length, 200_000);
  assert.match(text, /x\n… \(cut: the text is longer than 200,000 characters\)$/);
});

Deno.test("what is made to grow or to be slow ends", () => {
  const payload = {
    body: "a".repeat(25_000_000),
    list: Array.from({ length: 1_000_000 }, (_, n) => n),
    map: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n])),
  };
  const doubled = "{{ body" + " | append: body".repeat(1000) + " }}";
  assert.match(text(doubled, payload), /takes too much work/);
  const grown = "{{ body" + " | replace: 'a', 'aaaaaaaaaa'".repeat(100) + " }}";
  assert.match(text(grown, payload), /takes too much work/);
  const joined = "{{ list | join: body | size }}".repeat(400);
  assert.match(text(joined, payload), /takes too much work/);
  const json = "{{ payload | json | size }}".repeat(400);
  assert.match(text(json, payload), /takes too much work/);
  assert.equal(
    text(
      "{% if list contains 999999 %}a{% endif %}{% if body contains 'b' %}b{% endif %}!",
      payload,
    ),
    "!",
  );
  let deep: unknown = "x";
  for (let at = 0; at < 100_000; at++) deep = [deep];
  assert.match(text("{{ deep }}{% if deep == deep %}{% endif %}", { deep }), /^\[{50}"…"\]{50}$/);
  assert.match(text("{% case deep %}{% when deep %}same{% endcase %}!", { deep }), /!|ended here/);
});
