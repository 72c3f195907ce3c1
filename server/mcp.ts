import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import type { Principal } from "@/db/sessions.ts";
import type { App, AppContext, AppDeps } from "@/server/env.ts";
import { HttpProblem } from "@/server/errors.ts";
import { approvalTools } from "@/server/mcp/approvals.ts";
import { taskTools } from "@/server/mcp/tasks.ts";
import { register, type Tool } from "@/server/mcp/tool.ts";
import { webhookTools } from "@/server/mcp/webhooks.ts";
import { mayAct } from "@/server/roles.ts";
import { VERSION } from "@/server/api/version.ts";

const TOOLS: readonly Tool[] = [...approvalTools, ...taskTools, ...webhookTools];

/** What it offers changes with no call, so nobody has to wait for news. */
const MOST_SUBSCRIPTIONS = 0;

/** /mcp: verbs as MCP tools, by streamable HTTP without sessions, each to those who may do it. */
export function mountMcp(app: App, deps: AppDeps): void {
  const handler = createMcpHandler(
    ({ authInfo }) => serverFor(deps, authInfo?.extra?.principal as Principal),
    { maxSubscriptions: MOST_SUBSCRIPTIONS },
  );
  app.all("/mcp", async (c) => {
    checkCaller(c, deps);
    const principal = c.get("principal");
    const { name, role } = principal;
    const authInfo = { token: "", clientId: name, scopes: [role], extra: { principal } };
    return await handler.fetch(c.req.raw, { authInfo });
  });
}

/** A page of somebody else's may make a browser ask, but neither with a token nor from our origin. */
function checkCaller(c: AppContext, { config }: AppDeps): void {
  if (c.get("principal").session_id !== null) {
    throw new HttpProblem(401, "Send `Authorization: Bearer TOKEN`: a cookie does not do here.", {
      headers: { "www-authenticate": "Bearer" },
    });
  }
  const origin = c.req.header("origin");
  if (origin === undefined || config.origins.includes(origin)) return;
  throw new HttpProblem(403, `Pages at ${origin} may not ask here; see PUBLIC_URL.`);
}

function serverFor(deps: AppDeps, principal: Principal): McpServer {
  const server = new McpServer({ name: "claude-code-agent", version: VERSION });
  for (const tool of TOOLS) {
    if (mayAct(principal.role, tool.role)) register(server, tool, deps, principal);
  }
  return server;
}
