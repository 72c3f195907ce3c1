import { connect } from "@/db/client.ts";
import { postgresProxy } from "@/tests/helpers/postgres_proxy.ts";
import { testServer as testPostgres } from "@/tests/helpers/postgres.ts";
import { type Answer, type TestServer, testServer } from "@/tests/helpers/server.ts";
import { untilTrue } from "@/tests/helpers/until.ts";

/** A server whose way to Postgres the test holds in its hands. */
export async function serverBehindProxy() {
  const stack = new AsyncDisposableStack();
  const proxy = stack.use(postgresProxy(testPostgres().url));
  let url = proxy.url;
  const s = stack.use(
    await testServer({
      deps: (database_url) => {
        url = Object.assign(new URL(proxy.url), { pathname: new URL(database_url).pathname }).href;
        const db = connect(url, { max: 40 });
        stack.defer(() => db.close());
        return { db };
      },
    }),
  );
  return { s, proxy, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

export const health = (s: TestServer) => s.call("GET", "/api/health", undefined, { token: null });

/** Asks until the health says so; it is looked up once a second. */
export async function untilHealth(s: TestServer, status: number): Promise<Answer> {
  let answer = await health(s);
  await untilTrue(async () => (answer = await health(s)).status === status);
  return answer;
}
