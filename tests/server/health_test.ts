import assert from "node:assert/strict";
import { difference } from "@/db/health.ts";
import { lastAnswer } from "@/server/errors.ts";
import { logLines } from "@/tests/helpers/log_lines.ts";
import {
  ADMIN_TOKEN,
  type Answer,
  type TestServer,
  testServer,
  WEBHOOK_SECRET,
} from "@/tests/helpers/server.ts";
import { filled, routesOf, things } from "@/tests/server/every_route.ts";
import { commentOf, delivery } from "@/tests/server/webhooks/samples.ts";
import { health, serverBehindProxy, untilHealth } from "@/tests/server/behind_proxy.ts";

function assertUnhealthy(answer: Answer, detail: RegExp): void {
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.json.status, 503);
  assert.match(answer.json.detail, detail);
  assert.ok(Number(answer.headers.get("retry-after")) > 0);
}

Deno.test("health says that Postgres is away, that it does not answer, and that it is back", async () => {
  await using b = await serverBehindProxy();
  assert.deepEqual((await health(b.s)).json.database, "ok");
  b.proxy.goAway();
  assertUnhealthy(await untilHealth(b.s, 503), /not reachable/);
  b.proxy.comeBack();
  assert.equal((await untilHealth(b.s, 200)).json.status, "ok");
  b.proxy.fallSilent();
  assertUnhealthy(await untilHealth(b.s, 503), /does not answer/);
  b.proxy.comeBack();
  await untilHealth(b.s, 200);
});

Deno.test("health says when the schema is not ours, whatever is wrong with it", async () => {
  await using s = await testServer();
  await using log = await logLines();
  const wrongs: [string, string, RegExp, RegExp][] = [
    [
      "update migrations set checksum = 'x' where name like '0001%'",
      "update migrations set checksum = (select checksum from before where name like '0001%') where name like '0001%'",
      /schema is not the one/,
      /0001\w+\.sql is another one here/,
    ],
    [
      "insert into migrations (name, checksum) values ('9999_later.sql', 'x')",
      "delete from migrations where name = '9999_later.sql'",
      /schema is not the one/,
      /9999_later\.sql is of a newer program/,
    ],
    [
      "delete from migrations where name like '0002%'",
      "insert into migrations select * from before where name like '0002%'",
      /schema is not the one/,
      /0002\w+\.sql was not applied/,
    ],
    [
      "alter table pgboss.queue rename to away",
      "alter table pgboss.away rename to queue",
      /the queue is not there/,
      /pg-boss has no tables/,
    ],
    [
      "alter function send_jobs(text) rename to away",
      "alter function away(text) rename to send_jobs",
      /the queue is not there/,
      /send_jobs is not installed/,
    ],
    [
      "update pgboss.queue set name = 'away' where name = 'run_task'",
      "update pgboss.queue set name = 'run_task' where name = 'away'",
      /the queue is not there/,
      /run_task is not installed/,
    ],
    [
      "alter table migrations rename to away",
      "alter table away rename to migrations",
      /schema is not the one/,
      /no table of migrations/,
    ],
  ];
  await s.db.sql`create table before as select * from migrations`;
  await untilHealth(s, 200);
  for (const [spoil, mend, told, logged] of wrongs) {
    await s.db.sql.unsafe(spoil);
    const answer = await untilHealth(s, 503);
    assertUnhealthy(answer, told);
    assert.ok(!logged.test(answer.text), "what is wrong in detail is for the log");
    await log.until(logged);
    await s.db.sql.unsafe(mend);
    await untilHealth(s, 200);
  }
});

Deno.test("a database is told from ours by names and checksums", () => {
  const [a, b] = [{ name: "1.sql", checksum: "a" }, { name: "2.sql", checksum: "b" }];
  assert.equal(difference([a, b], [b, a]), null);
  assert.match(difference([a, b], [a])!, /2\.sql was not applied/);
  assert.match(difference([a], [a, b])!, /2\.sql is of a newer program/);
  assert.match(difference([a], [{ ...a, checksum: "x" }])!, /1\.sql is another one/);
});

Deno.test("many probes are one look at Postgres", async () => {
  await using s = await testServer();
  const counted = () =>
    s.db
      .sql`select sum(xact_commit)::int as n from pg_stat_database where datname = current_database()`;
  await s.db.sql`select pg_stat_force_next_flush()`;
  const [{ n: before }] = await counted();
  const answers = await Promise.all(Array.from({ length: 200 }, () => health(s)));
  assert.ok(answers.every(({ status }) => status === 200));
  await s.db.sql`select pg_stat_force_next_flush()`;
  const [{ n: after }] = await counted();
  assert.ok(after - before < 100, `${after - before} transactions for 200 probes`);
});

/** What only we may know. */
const INTERNALS = /ECONN|CONNECTION_|PostgresError|select |at \w+ \(|\.ts:\d|relation |5432/;

/** The answer where it is a 5xx, or null: a stream would go on. */
async function failure(s: TestServer, method: string, path: string, headers: HeadersInit) {
  const init = method === "GET" ? {} : { body: "{}" };
  const answer = await fetch(s.url + path, { ...init, method, headers, redirect: "manual" });
  if (answer.status >= 500) {
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
  await answer.body?.cancel();
  return null;
}

Deno.test("without Postgres every route is a 503 that says when to come back, in its own kind", async () => {
  await using b = await serverBehindProxy();
  const { s, proxy } = b;
  const values = await things(s);
  const cookie = await s.signIn();
  proxy.goAway();
  const seen = new Set<string>();
  const asToken: Record<string, string> = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const asCookie: Record<string, string> = { cookie, origin: s.url };
  const assertUnavailable = async (method: string, path: string, accept: string, who: object) => {
    const headers = { ...who, accept, "content-type": "application/json" };
    const answer = await failure(s, method, filled(path, values), headers);
    if (!answer) return; // it needs no Postgres, or was refused before it
    const what = `${method} ${path} (${accept}) ${answer.status}: ${answer.text}`;
    assert.equal(answer.status, 503, what);
    const is_page = accept === "text/html" && /^(?!\/api\/(?!docs$))/.test(path);
    const type = is_page ? "text/html; charset=utf-8" : "application/problem+json";
    assert.equal(answer.headers.get("content-type"), type, what);
    assert.ok(Number(answer.headers.get("retry-after")) > 0, what);
    assert.doesNotMatch(answer.text, INTERNALS, what);
    seen.add(`${method} ${path}`);
  };
  await Promise.all(
    routesOf(s).flatMap(({ method, path }) =>
      ["application/json", "text/html"].flatMap((accept) =>
        [asToken, asCookie].map((who) => assertUnavailable(method, path, accept, who))
      )
    ),
  );
  assert.ok(seen.size > 50, `${seen.size} routes met it`);
  const request = delivery(commentOf("@agent analyze"), { secret: WEBHOOK_SECRET });
  const taken = await fetch(`${s.url}/webhooks/github`, {
    method: "POST",
    headers: request.headers,
    body: await request.arrayBuffer(),
  });
  assert.equal(taken.status, 503);
  assert.equal(taken.headers.get("content-type"), "application/problem+json");
  assert.ok(Number(taken.headers.get("retry-after")) > 0);
  assert.doesNotMatch(await taken.text(), INTERNALS);
});

Deno.test("in a database that is not ours every route says that something broke, and nothing else", async () => {
  await using _ = await logLines();
  await using s = await testServer();
  const values = await things(s);
  await s.db.sql`drop schema public cascade`;
  for (const { method, path } of routesOf(s)) {
    for (const accept of ["application/json", "text/html"]) {
      const headers = {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        accept,
        "content-type": "application/json",
      };
      const answer = await failure(s, method, filled(path, values), headers);
      if (!answer) continue;
      const what = `${method} ${path} (${accept}) ${answer.status}: ${answer.text}`;
      assert.match(answer.headers.get("content-type")!, /problem\+json|text\/html/, what);
      assert.doesNotMatch(answer.text, INTERNALS, what);
    }
  }
});

Deno.test("an outage is two lines of the log, however many requests meet it", async () => {
  await using b = await serverBehindProxy();
  const { s, proxy } = b;
  await using log = await logLines();
  proxy.goAway();
  const knocks = Array.from({ length: 60 }, (_, i) => {
    if (i % 3 === 0) return s.call("GET", "/api/tasks");
    const secret = i % 3 === 1 ? WEBHOOK_SECRET : "a wrong one"; // whose refusal is recorded
    const { headers, body } = delivery(commentOf("@agent analyze"), { secret });
    const request = new Request(`${s.url}/webhooks/github`, { method: "POST", headers, body });
    return fetch(request).then(async (answer) => ({
      status: answer.status,
      text: await answer.text(),
    }));
  });
  const statuses = Map.groupBy(await Promise.all(knocks), ({ status }) => status);
  assert.deepEqual([statuses.get(503)?.length, statuses.get(401)?.length], [40, 20]);
  proxy.comeBack();
  const back = await log.until(/answers again/);
  assert.match(back, /^info: Postgres answers again after \d+ s; 40 requests were refused$/);
  assert.equal(log.matching(/^warning: Postgres is away or busy/).length, 1);
  const of_postgres = log.lines.filter((line) => !line.includes("refused a delivery for"));
  assert.equal(of_postgres.length, 2, of_postgres.join("\n"));
  proxy.goAway();
  assert.equal((await s.call("GET", "/api/tasks")).status, 503);
  assert.equal(
    log.matching(/Postgres is away or busy/).length,
    2,
    "the next outage is another one",
  );
});

Deno.test("what not even the error handler can answer is a problem document too", async () => {
  await using log = await logLines();
  const options = { hostname: "127.0.0.1", port: 0, onListen() {}, onError: lastAnswer };
  await using server = Deno.serve(options, () => Promise.reject(new Error("select from a table")));
  const answer = await fetch(`http://127.0.0.1:${server.addr.port}`);
  assert.deepEqual(
    [answer.status, answer.headers.get("content-type")],
    [500, "application/problem+json"],
  );
  assert.doesNotMatch(await answer.text(), INTERNALS);
  await log.until(/^error: unexpected: .*select from a table/s);
});
