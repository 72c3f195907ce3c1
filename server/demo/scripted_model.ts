/**
 * A Messages API on loopback that follows a script: for `task demo` (no key, no cost) and for tests
 * of the real CLI. The script is the last `[[name:arg:…]]` in a user's text, or `((name:arg:…))` in
 * the prompt of a sub-agent; without a marker it gives a friendly answer.
 */
import { z } from "zod";
import type { Step } from "@/db/nouns/step.ts";
import { answerInPlainWords, textsOf, workFolder } from "@/server/demo/plain_words.ts";
import { errorResponse, events, message } from "@/server/demo/model_protocol.ts";
import { type StepScript, stepTurn } from "@/server/demo/steps.ts";
import { type Scenario, SCENARIOS, type TokenCounts, type Turn } from "@/server/demo/scenarios.ts";

const contentBlock = z.looseObject({ type: z.string(), text: z.string().optional() });
const requestBody = z.looseObject({
  model: z.string().default("scripted"),
  stream: z.boolean().default(false),
  system: z.union([z.string(), z.array(contentBlock)]).default(""),
  messages: z.array(z.looseObject({
    role: z.string(),
    content: z.union([z.string(), z.array(contentBlock)]),
  })).default([]),
  tools: z.array(z.looseObject({ name: z.string().optional() })).default([]),
});

export type ModelRequest = z.infer<typeof requestBody>;

export interface SeenRequest {
  path: string;
  headers: Record<string, string>;
  body: ModelRequest;
  marker: string | null;
  turn: number;
}

export interface ScriptedModel extends AsyncDisposable {
  url: string;
  /** Oldest first. */
  requests: SeenRequest[];
  close(): Promise<void>;
}

export interface ScriptedModelOptions {
  /** 0 or nothing: any free port. */
  port?: number;
  scenarios?: Record<string, Scenario>;
  /** Instead of what it says to a step of a workflow by itself. */
  steps?: Partial<Record<Step, StepScript>>;
  keep?: number;
}

export function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const scenarios = { ...SCENARIOS, ...options.scenarios };
  const requests: SeenRequest[] = [];
  const failures = new Map<string, number>();
  const closing = new AbortController();
  const keep = options.keep ?? 100;

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method === "HEAD") return new Response(null);
    if (pathname === "/v1/messages/count_tokens") {
      const tokens = Math.ceil((await request.text()).length / 4);
      return Response.json({ input_tokens: tokens });
    }
    if (request.method !== "POST" || pathname !== "/v1/messages") {
      return errorResponse({ status: 404, times: 1, message: `No such path: ${pathname}` });
    }
    const parsed = requestBody.safeParse(await request.json().catch(() => null));
    if (!parsed.success) {
      return errorResponse({ status: 400, times: 1, message: z.prettifyError(parsed.error) });
    }
    const headers = Object.fromEntries(request.headers);
    const script = findScript(parsed.data);
    requests.push({
      path: pathname,
      headers,
      body: parsed.data,
      marker: script?.marker ?? null,
      turn: script?.turn ?? 0,
    });
    if (requests.length > keep) requests.shift();
    const turn = script
      ? playScript(script, scenarios, parsed.data)
      : stepTurn(parsed.data, options.steps) ?? answerInPlainWords(parsed.data);
    const session = headers["x-claude-code-session-id"] ?? "";
    return answer(turn, parsed.data, `${session} ${script?.marker}`);
  }

  function answer(turn: Turn, body: ModelRequest, failure_key: string) {
    if (turn.error) {
      const times = (failures.get(failure_key) ?? 0) + 1;
      failures.set(failure_key, times);
      if (times <= turn.error.times) return errorResponse(turn.error);
    }
    if (turn.hang === "headers") return never(closing.signal);
    const id = `msg_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
    const usage = tokenCounts(body, turn);
    if (!body.stream) return Response.json(message(turn, id, body.model, usage));
    return stream(turn, id, body.model, usage, closing.signal);
  }

  const server = Deno.serve(
    { hostname: "127.0.0.1", port: options.port ?? 0, onListen: () => {} },
    handle,
  );
  async function close(): Promise<void> {
    closing.abort();
    await server.shutdown();
  }
  const url = `http://127.0.0.1:${server.addr.port}`;
  return Promise.resolve({ url, requests, close, [Symbol.asyncDispose]: close });
}

interface Script {
  name: string;
  args: string[];
  marker: string;
  turn: number;
}

const MARKER = /\[\[([a-z]\w*)(?::([\s\S]*?))?\]\](?!\])|\(\(([a-z]\w*)(?::([\s\S]*?))?\)\)(?!\))/g;

/** The last marker, and how many turns have been played since. */
export function findScript(body: Pick<ModelRequest, "messages">): Script | null {
  let found: Script | null = null;
  for (const message of body.messages) {
    if (message.role === "assistant" && found) found.turn++;
    if (message.role !== "user") continue;
    for (const text of textsOf(message.content)) {
      for (const match of text.matchAll(MARKER)) {
        const args = (match[2] ?? match[4])?.split(":") ?? [];
        found = { name: match[1] ?? match[3], args, marker: match[0], turn: 0 };
      }
    }
  }
  return found;
}

function playScript(
  script: Script,
  scenarios: Record<string, Scenario>,
  body: ModelRequest,
): Turn {
  const scenario = scenarios[script.name];
  if (!scenario) return { text: `The scripted model has no scenario named ${script.name}.` };
  const turns = scenario(script.args, workFolder(body) ?? ".");
  return turns[Math.min(script.turn, turns.length - 1)] ?? { text: "The script is empty." };
}

const LONGEST_ANSWER_TOKENS = 32_000;

/** Four characters a token, most of it read from the cache. */
function tokenCounts(body: ModelRequest, turn: Turn): TokenCounts {
  const asked = Math.ceil(JSON.stringify(body.messages).length / 4);
  const fixed = Math.ceil(JSON.stringify([body.system, body.tools]).length / 4);
  const first = !body.messages.some((message) => message.role === "assistant");
  const said = JSON.stringify([turn.thinking, turn.text, turn.tools]).length;
  return {
    input_tokens: asked,
    output_tokens: Math.min(LONGEST_ANSWER_TOKENS, Math.ceil(said / 4)),
    cache_creation_input_tokens: first ? fixed : 0,
    cache_read_input_tokens: first ? 0 : fixed,
    ...turn.usage,
  };
}

function never(closing: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    const end = () => resolve(new Response(null, { status: 503 }));
    if (closing.aborted) end();
    closing.addEventListener("abort", end, { once: true });
  });
}

function stream(
  turn: Turn,
  id: string,
  model: string,
  usage: TokenCounts,
  closing: AbortSignal,
): Response {
  const encoder = new TextEncoder();
  const queue = events(turn, id, model, usage);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = queue.next();
      if (!next.done) {
        const { event, data, pause_ms } = next.value;
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
        if (pause_ms > 0) await pause(pause_ms, closing);
        return;
      }
      if (turn.drop) return controller.error(new Error("The script cuts the connection here."));
      if (turn.hang) await pause(null, closing);
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function pause(ms: number | null, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === null ? undefined : setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      closing.removeEventListener("abort", done);
      resolve();
    }
    if (closing.aborted) return done();
    closing.addEventListener("abort", done, { once: true });
  });
}
