import { generateKeyPairSync } from "node:crypto";
import { startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { github } from "@/server/providers/github.ts";
import type { Connection } from "@/server/providers/provider.ts";

export const REPOSITORY = "harbour/tea-shop";
export const BRANCH = "agent/12-cents";
export const [BASE_SHA, HEAD_SHA] = ["a".repeat(40), "b".repeat(40)];
export const WANTED = {
  branch: BRANCH,
  base: "trunk",
  title: "Round once",
  body: "The plan",
  draft: true,
};

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const private_key = keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const APP = { id: "7", private_key };

/** GitHub on loopback with one repository, in which our branch is a commit ahead of `trunk`. */
export function hub(acts_as: "token" | "app" = "token") {
  const recorder = startGithubRecorder();
  recorder.setBranch(REPOSITORY, "trunk", BASE_SHA);
  recorder.setBranch(REPOSITORY, BRANCH, HEAD_SHA);
  const connection: Connection = acts_as === "app"
    ? { base_url: recorder.url, token: null, app: APP }
    : { base_url: recorder.url, token: "t0ken" };
  return {
    recorder,
    connection,
    at: { connection, repository: REPOSITORY },
    requests: github.pull_requests!,
    /** The permissions of the tokens that were made. */
    rights: () =>
      recorder.calls.filter(({ path }) => path.endsWith("/access_tokens"))
        .map(({ body }) => (body as { permissions: unknown }).permissions),
    writes: () => recorder.calls.filter(({ method }) => method !== "GET").map(({ path }) => path),
    [Symbol.asyncDispose]: () => recorder.close(),
  };
}

export const refusal =
  (status: number, message: string, more: Record<string, unknown> = {}) => () =>
    Response.json(Object.assign({ message }, more), { status });
