import { parseArgs } from "node:util";
import type { Provider } from "@/server/providers/provider.ts";

export interface Wanted {
  provider: Provider;
  /** a sample's name; with a file the event's header, where the provider has one */
  event: string | null;
  text: string | undefined;
  /** path of a payload, `-` for standard input */
  file: string | null;
  /** id of a created webhook; null: the built-in one */
  webhook: string | null;
  secret: string | null;
  /** where the server is; null: where the settings say */
  url: string | null;
  headers: [name: string, value: string][];
}

/** The command line is wrong: its writer is shown how to call it. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The command line is right, and something else keeps it from being done. */
export class SendError extends Error {
  override name = "SendError";
}

const options = {
  webhook: { type: "string" },
  secret: { type: "string" },
  file: { type: "string" },
  url: { type: "string" },
  header: { type: "string", multiple: true },
} as const;

/** Throws UsageError that says what is wrong with the command line. */
export function readArguments(
  args: string[],
  providers: ReadonlyMap<string, Provider>,
): Wanted {
  const { values, positionals } = parse(args);
  const [name, event = null, text, ...more] = positionals;
  const provider = providers.get(name ?? "");
  if (!provider) throw new UsageError(name ? `There is no provider ${name}.` : "Which provider?");
  if (more.length > 0) throw new UsageError(`Put the text in quotes: ${more[0]} is too much.`);
  const file = values.file ?? null;
  if (file === null) checkSample(provider, event);
  else if (text !== undefined) throw new UsageError("A file says its own text: leave TEXT out.");
  return {
    provider,
    event,
    text,
    file,
    webhook: values.webhook ?? null,
    secret: values.secret ?? null,
    url: values.url === undefined ? null : addressOf(values.url),
    headers: (values.header ?? []).map(headerOf),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function checkSample({ samples, title }: Provider, event: string | null): void {
  if (event !== null && Object.hasOwn(samples, event)) return;
  const names = Object.keys(samples).join(", ");
  throw new UsageError(
    event ? `${title} has no sample ${event}, but: ${names}.` : `Which event? There are: ${names}.`,
  );
}

function addressOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new UsageError(`--url ${url} is no address such as http://127.0.0.1:8000.`);
  }
  return url.replace(/\/+$/, "");
}

function headerOf(text: string): [string, string] {
  const [, name, value] = /^([\w-]+):(.*)$/s.exec(text) ?? [];
  if (!name || /[\r\n\0]/.test(value)) throw new UsageError(`--header ${text} is not name:value.`);
  return [name, value.trim()];
}

export function usage(providers: ReadonlyMap<string, Provider>): string {
  const width = Math.max(...[...providers.keys()].map((name) => name.length));
  const events = [...providers.values()].map(({ name, samples }) =>
    `  ${name.padEnd(width)}  ${Object.keys(samples).join(", ")}`
  );
  const headers = [...providers.values()].flatMap(({ event_header }) => event_header ?? [])
    .join(", ");
  return `usage: webhook:send PROVIDER EVENT [TEXT]
       webhook:send PROVIDER [EVENT] --file PATH

Signs a delivery and posts it to the running server. TEXT replaces what the sample says.

Providers and their events:
${events.join("\n")}

  --file PATH          sends this payload, signed; - reads standard input. EVENT is then the header
                       ${headers};
                       the others say it in the payload.
  --webhook ID         sends to a created webhook; its secret is not stored readably, so give it:
  --secret SECRET      signs with this one (better as WEBHOOK_SECRET: a command line is seen by all)
  --header NAME:VALUE  adds or replaces a header; may be given several times
  --url ADDRESS        sends to a server elsewhere`;
}
