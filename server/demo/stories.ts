import { getLogger } from "@logtape/logtape";
import { type GithubSample, githubSample } from "@/server/demo/samples/github.ts";

const log = getLogger(["agent", "demo"]);

export interface Stage {
  url: string;
  admin_token: string;
  github_secret: string;
}

const CHATS = [
  "Write a short note into a file and read it back.",
  "Let somebody else look at this for you.",
  "Hello! What can you do for our team?",
];

const DELIVERIES: [GithubSample, string?][] = [
  ["ping"],
  ["issue_comment"],
  ["pull_request_comment"],
  ["issue_comment", "Thanks, that helps a lot."],
  ["issue_comment", "@agent fix it"],
  ["outsider_comment"],
  ["issue_comment", "@agent help"],
];

/** Sends a few deliveries and chat messages, as the outside world and a person would. */
export async function tellStories(stage: Stage): Promise<void> {
  for (const [sample, text] of DELIVERIES) await deliver(stage, sample, text);
  await deliverUnsigned(stage);
  for (const message of CHATS) await chat(stage, message);
}

async function deliver({ url, github_secret }: Stage, sample: GithubSample, text?: string) {
  const { headers, body } = githubSample(sample, github_secret, text);
  await post(`${url}/webhooks/github`, headers, body, 200);
}

async function deliverUnsigned({ url }: Stage): Promise<void> {
  const { headers, body } = githubSample("issue_comment", "not the secret of this server");
  await post(`${url}/webhooks/github`, headers, body, 401);
}

async function chat({ url, admin_token }: Stage, message: string): Promise<void> {
  const headers = { authorization: `Bearer ${admin_token}`, "content-type": "application/json" };
  await post(`${url}/api/chat`, headers, JSON.stringify({ message }), 202);
}

async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  expected: number,
): Promise<void> {
  const response = await fetch(url, { method: "POST", headers, body });
  const answer = await response.text();
  if (response.status !== expected) {
    log.warn("the story stops here: {url} answered {status}: {answer}", {
      url,
      status: response.status,
      answer,
    });
  }
}
