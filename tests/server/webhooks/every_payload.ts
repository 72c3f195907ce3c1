/** Payloads of all providers, most of which nobody of this project wrote, signed as they sign. */
import type { Sample } from "@/server/providers/provider.ts";
import { providers } from "@/server/providers/mod.ts";
import { signPayload } from "@/server/tools/webhook_send/payload.ts";
import { example } from "./samples.ts";

export interface Posted extends Sample {
  provider: string;
  /** What to call it when a test fails. */
  name: string;
}

/** A secret that every provider takes. */
export const ANY_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Whatever is at hand. Each call makes deliveries of their own of it. */
export async function everyPayload(): Promise<Posted[]> {
  const fixtures = await Promise.all(["gitlab", "jira", "sentry", "slack"].map(fixturesOf));
  const github = await githubExamples();
  return [...github, ...ownSamples(), ...aboutNothing(), ...fixtures.flat()];
}

/** Events that name nothing that a later one could be about, or not by an id. */
export const aboutNothing = (): Posted[] => [
  posted("github", "star", example("star.created")),
  // an event that nobody has heard of
  posted("github", "tea_party", {
    action: "started",
    tea_party: { id: 5, name: "Five o'clock" },
    sender: { id: 1, login: "ann", type: "User" },
  }),
  posted("jira", "option_voting_changed", {
    webhookEvent: "option_voting_changed",
    property: { key: "jira.option.voting", value: "false" },
  }),
  posted("gitlab", "System Hook", {
    event_name: "user_failed_login",
    name: "Ann",
    state: "blocked",
  }),
  posted("sentry", "installation.created", {
    action: "created",
    actor: { id: 1, name: "Ann", type: "user" },
    data: {},
    installation: { uuid: "a8e5d37a" },
  }),
  posted("slack", "email_domain_changed", {
    type: "event_callback",
    team_id: "T1",
    api_app_id: "A1",
    event_id: "Ev1",
    event_time: 1,
    event: { type: "email_domain_changed", email_domain: "example.com" },
  }),
];

function posted(
  provider: string,
  event: string | null,
  payload: unknown,
  name = event ?? "",
): Posted {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const sample = signPayload(providers.get(provider)!, text, {
    event,
    secret: ANY_SECRET,
    now: new Date(),
  });
  return { provider, name, ...sample };
}

/** Of github.com and of servers of one's own. */
async function githubExamples(): Promise<Posted[]> {
  const versions = [31, 32, 33, 34, 35].map((version) => `ghes-${version}`);
  const all = await Promise.all(["api.github.com", ...versions].map(async (version) => {
    const file = new URL(`${EXAMPLES}/${version}/index.json`, import.meta.url);
    const kinds: Kind[] = JSON.parse(await Deno.readTextFile(file));
    return kinds.flatMap(({ name, examples }) =>
      examples.map((payload) => posted("github", name, payload, `${version} ${name}`))
    );
  }));
  return all.flat();
}

const EXAMPLES = "../../../node_modules/@octokit/webhooks-examples";

interface Kind {
  name: string;
  examples: unknown[];
}

const ownSamples = (): Posted[] =>
  [...providers.values()].flatMap((provider) =>
    Object.keys(provider.samples).map((name) => ({
      provider: provider.name,
      name,
      ...provider.sample(name, ANY_SECRET, undefined, new Date()),
    }))
  );

/** The second opinion, where it is at hand. */
async function fixturesOf(provider: string): Promise<Posted[]> {
  const folder = new URL(`../../../../shared/fixtures/${provider}/`, import.meta.url);
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  return await Promise.all(
    files.sort().map(async (file) => {
      const text = await Deno.readTextFile(new URL(file, folder));
      return posted(provider, eventOf(provider, file, text), slackForm(provider, file, text), file);
    }),
  );
}

/** What the header says: GitLab's follows from most payloads. */
function eventOf(provider: string, file: string, text: string): string | null {
  if (provider !== "gitlab") return file.replace(/\.json$/, "");
  return text.includes('"object_kind"') ? null : "System Hook";
}

/** What people do with buttons comes as a form. */
function slackForm(provider: string, file: string, text: string): string {
  const is_event = /^(event_callback|url_verification)|\.form\./.test(file);
  if (provider !== "slack" || is_event) return text;
  return new URLSearchParams({ payload: text }).toString();
}
