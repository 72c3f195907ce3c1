import { ADMIN_TOKEN, type TestServer } from "@/tests/helpers/server.ts";

export interface McpAnswer {
  status: number;
  // deno-lint-ignore no-explicit-any -- tests read what they expect
  json: any;
}

/** One call as a client of the revision makes it that the CLI speaks. */
export async function askMcp(
  { url }: Pick<TestServer, "url">,
  method: string,
  params: Record<string, unknown> = {},
  { token = ADMIN_TOKEN, headers = {} }: { token?: string; headers?: Record<string, string> } = {},
): Promise<McpAnswer> {
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const text = await response.text();
  const [, data] = /^data: (.*)$/m.exec(text) ?? [];
  return { status: response.status, json: JSON.parse(data ?? text) };
}

/** What a tool said, and whether that was a refusal. */
export async function callTool(
  s: Pick<TestServer, "url">,
  name: string,
  input: Record<string, unknown>,
  token?: string,
) {
  const params = { name, arguments: input };
  const { json } = await askMcp(s, "tools/call", params, token ? { token } : {});
  const { content, isError = false, structuredContent: value } = json.result;
  return { text: content[0].text as string, is_refused: isError as boolean, value };
}
