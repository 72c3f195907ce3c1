// deno-lint-ignore-file no-console -- a main: it prints
// `deno task webhook:send PROVIDER EVENT [TEXT]`: a signed delivery to the running server.
import {
  ConfigError,
  loadStartConfig,
  readEnvironment,
  type StartConfig,
} from "@/server/config.ts";
import { providers } from "@/server/providers/mod.ts";
import {
  readArguments,
  SendError,
  usage,
  UsageError,
  type Wanted,
} from "@/server/tools/webhook_send/arguments.ts";
import { signPayload } from "@/server/tools/webhook_send/payload.ts";

const USAGE_CODE = 2;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: string[]): Promise<number> {
  try {
    if (args.length === 0 || args.includes("--help")) throw new UsageError("");
    const wanted = readArguments(args, providers);
    return await send(wanted, loadStartConfig(readEnvironment()));
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${usage(providers)}`.trimStart());
      return USAGE_CODE;
    }
    if (!(error instanceof ConfigError) && !(error instanceof SendError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function send(wanted: Wanted, config: StartConfig): Promise<number> {
  const { provider, webhook } = wanted;
  const secret = secretFor(wanted, config);
  const problem = provider.secretProblem(secret.text);
  if (problem) {
    throw new SendError(`${secret.name} cannot sign for ${provider.title}: ${problem}.`);
  }
  const { headers, body } = await deliveryOf(wanted, secret.text);
  const path = `/webhooks/${provider.name}${webhook === null ? "" : `/${webhook}`}`;
  const url = (wanted.url ?? config.local_url) + path;
  const all = { ...headers, ...Object.fromEntries(wanted.headers.map(lowered)) };
  const started = performance.now();
  const response = await post(url, all, body);
  const text = await response.text();
  const took_ms = Math.round(performance.now() - started);
  console.log(`${response.status} from ${url} in ${took_ms} ms`);
  report(response, text, wanted.url ?? config.public_url);
  return response.ok ? 0 : 1;
}

async function post(url: string, headers: Record<string, string>, body: string) {
  try {
    return await fetch(url, { method: "POST", headers, body, redirect: "manual" });
  } catch (error) {
    throw new SendError(`No answer from ${url}: ${(error as Error).message}. Does a server run?`);
  }
}

function lowered([name, value]: [string, string]) {
  return [name.toLowerCase(), value] as const;
}

/** What signs, and what it is called where it is given. */
function secretFor({ provider, webhook, secret }: Wanted, config: StartConfig) {
  if (secret !== null) return { name: "--secret", text: secret };
  const { WEBHOOK_SECRET } = readEnvironment();
  if (webhook !== null) {
    if (WEBHOOK_SECRET) return { name: "WEBHOOK_SECRET", text: WEBHOOK_SECRET };
    throw new SendError(
      "The secret of a created webhook cannot be read back: give it as WEBHOOK_SECRET or --secret.",
    );
  }
  const name = provider.secret_setting;
  const [own] = config.providers[provider.name].secrets;
  if (own) return { name, text: own.reveal() };
  throw new SendError(`${name} is not set: the server would refuse this delivery.`);
}

async function deliveryOf({ provider, event, text, file }: Wanted, secret: string) {
  const now = new Date();
  if (file === null) return provider.sample(event!, secret, text, now);
  return signPayload(provider, await contentsOf(file), { event, secret, now });
}

async function contentsOf(file: string): Promise<string> {
  try {
    if (file === "-") return await new Response(Deno.stdin.readable).text();
    return await Deno.readTextFile(file);
  } catch (error) {
    throw new SendError(`${file} cannot be read: ${(error as Error).message}.`);
  }
}

function report(response: Response, text: string, base: string): void {
  const answer = fieldsOf(text);
  const delivery_id = answer.delivery_id ?? response.headers.get("x-delivery-id");
  const is_ours = typeof answer.outcome === "string";
  console.log(is_ours ? `outcome   ${answer.outcome}` : `answer    ${text || "(empty)"}`);
  if (response.status === 401) console.log(`why       ${base}/deliveries?outcome=refused`);
  if (delivery_id) console.log(`delivery  ${base}/deliveries/${delivery_id}`);
  const task_ids = Array.isArray(answer.task_ids) ? answer.task_ids : [];
  for (const task_id of task_ids) console.log(`task      ${base}/tasks/${task_id}`);
}

function fieldsOf(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
