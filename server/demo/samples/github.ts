import { githubSample as sample, githubSamples } from "@/server/providers/github/samples.ts";
import type { Sample } from "@/server/providers/provider.ts";

/** What can be sent: the event's name, and what it says without `--text`. */
export const GITHUB_SAMPLES = githubSamples;
export type GithubSample = string;

/** The delivery, signed with `secret`. Each call is a new one, with an id of its own. */
export const githubSample = (name: GithubSample, secret: string, text?: string): Sample =>
  sample(name, secret, text);
