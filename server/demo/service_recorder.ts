/** Stands in for Slack, Jira, Sentry, GitLab and a system of one's own, on loopback. */

/** Something that was said to one of them. */
export interface Said {
  service: string;
  method: string;
  path: string;
  body: unknown;
}

export interface ServiceRecorder {
  /** Each service is below its name, e.g. `{url}/jira`; the address itself shows what was said. */
  readonly url: string;
  /** Everything that changes something over there, the oldest first. */
  readonly said: Said[];
  close(): Promise<void>;
}

/** What a service answers to a path below its own address; null: there is no such thing. */
type Service = (call: { method: string; path: string; id: number }) => unknown;

const TEAM = "T0HARBOUR";
const person = (id: string) => ({ id, team_id: TEAM });

const slack: Service = ({ path, id }) => {
  const ts = `1700000001.${String(id).padStart(6, "0")}`;
  const answers: Record<string, unknown> = {
    "/auth.test": { user_id: "U0AGENT", team_id: TEAM },
    "/users.list": { members: [person("U0NORA"), person("U0AGENT")] },
    "/conversations.replies": { messages: [] },
    "/conversations.history": { messages: [] },
  };
  const known = Object.hasOwn(answers, path) ? answers[path] : {};
  return { ok: true, channel: "C0TEASHOP", ts, message_ts: ts, ...known as object };
};

const jira: Service = ({ method, path, id }) => {
  if (path.endsWith("/myself")) return { accountId: "5f00000000000000000000c3", name: "agent" };
  return method === "GET" ? { comments: [] } : { id: String(id) };
};

const sentry: Service = ({ method, id }) => method === "GET" ? [] : { id: String(id) };

const gitlab: Service = ({ method, path, id }) => {
  if (path.endsWith("/user")) return { id: 9_000_099, username: "agent" };
  return method === "GET" ? [] : { id, notes: [{ id }] };
};

const custom: Service = () => ({});

const SERVICES: Record<string, Service> = { slack, jira, sentry, gitlab, custom };

/** Starts them all at one port. `GET /` lists what was said to them. */
export function startServiceRecorder(): ServiceRecorder {
  const said: Said[] = [];
  let calls = 0;
  const at = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const server = Deno.serve(at, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return Response.json(said);
    const [, service, path] = /^\/(\w+)(\/.*|)$/.exec(pathname) ?? [];
    const text = await request.text();
    if (!Object.hasOwn(SERVICES, service ?? "")) return new Response(null, { status: 404 });
    const { method } = request;
    if (method !== "GET" && !path.endsWith("/auth.test")) {
      said.push({ service, method, path, body: bodyOf(text) });
    }
    return Response.json(SERVICES[service]({ method, path, id: ++calls }));
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    said,
    close: () => server.shutdown(),
  };
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
