/** One request for each payload that is at hand, signed as its provider signs it. */
import { createHmac } from "node:crypto";
import { providers } from "@/server/providers/mod.ts";
import type { Sample } from "@/server/providers/provider.ts";
import { signStandard } from "@/server/providers/standard_webhooks.ts";
import { allExamples, headersOf } from "./samples.ts";

export interface Posted extends Sample {
  provider: string;
  /** What to call it when a test fails. */
  name: string;
}

/** A secret that every provider takes. */
export const ANY_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const hex = (text: string): string => createHmac("sha256", ANY_SECRET).update(text).digest("hex");

const now = (): number => Math.floor(Date.now() / 1000);

/** Headers with which somebody else's payload comes in, by the folder of its provider. */
const signed: Record<string, (file: string, body: string) => Record<string, string>> = {
  gitlab: (_, body) => signStandard(`msg_${crypto.randomUUID()}`, now(), body, ANY_SECRET),
  jira: (_, body) => ({ "x-hub-signature": `sha256=${hex(body)}` }),
  sentry: (file, body) => ({
    "sentry-hook-resource": file.split(".")[0],
    "sentry-hook-signature": hex(body),
  }),
  slack: (_, body) => {
    const at = String(now());
    return {
      "content-type": body.startsWith("{") ? "application/json" : FORM,
      "x-slack-request-timestamp": at,
      "x-slack-signature": `v0=${hex(`v0:${at}:${body}`)}`,
    };
  },
};

const FORM = "application/x-www-form-urlencoded";

/** What providers sent to others, where it is at hand, and what they publish themselves. */
export async function everyPayload(): Promise<Posted[]> {
  const theirs = await Promise.all(Object.keys(signed).map(fixturesOf));
  return [...githubExamples(), ...ownSamples(), ...aboutNothing(), ...theirs.flat()];
}

const githubExamples = (): Posted[] =>
  allExamples.map(({ name, payload }) => {
    const body = JSON.stringify(payload);
    const headers = headersOf(name, { "x-hub-signature-256": `sha256=${hex(body)}` });
    return { provider: "github", name, headers: Object.fromEntries(headers), body };
  });

/** Events that name no issue, thread or other thing that a later one could be about. */
export function aboutNothing(): Posted[] {
  const jira = JSON.stringify({ webhookEvent: "jira:version_released", version: { name: "2.0" } });
  const gitlab = JSON.stringify({ event_name: "project_create", name: "tea-shop" });
  const { payload } = allExamples.find(({ name }) => name === "star")!;
  const github = JSON.stringify(payload);
  return [
    {
      provider: "github",
      name: "star.created",
      headers: Object.fromEntries(
        headersOf("star", { "x-hub-signature-256": `sha256=${hex(github)}` }),
      ),
      body: github,
    },
    {
      provider: "jira",
      name: "jira:version_released",
      headers: signed.jira("", jira),
      body: jira,
    },
    {
      provider: "gitlab",
      name: "project_create",
      headers: { ...signed.gitlab("", gitlab), "x-gitlab-event": "System Hook" },
      body: gitlab,
    },
  ];
}

const ownSamples = (): Posted[] =>
  [...providers.values()].flatMap((provider) =>
    Object.keys(provider.samples).map((name) => ({
      provider: provider.name,
      name,
      ...provider.sample(name, ANY_SECRET, undefined, new Date()),
    }))
  );

async function fixturesOf(provider: string): Promise<Posted[]> {
  const folder = new URL(`../../../../shared/fixtures/${provider}/`, import.meta.url);
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(() => []);
  return await Promise.all(files.map(async (file) => {
    const text = await Deno.readTextFile(new URL(file, folder));
    const body = provider === "slack" ? slackBody(file, text) : text;
    const headers = signed[provider](file, body);
    return { provider, name: file, headers, body };
  }));
}

function slackBody(file: string, text: string): string {
  const { raw_body } = JSON.parse(text);
  if (raw_body) return raw_body;
  const is_event = /^(event_callback|url_verification)/.test(file);
  return is_event ? text : new URLSearchParams({ payload: text }).toString();
}
