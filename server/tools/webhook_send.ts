// deno-lint-ignore-file no-console -- a main: it prints
// `deno task webhook:send PROVIDER EVENT [TEXT]`: a signed sample to the running server.
import { ConfigError, loadStartConfig, readEnvironment } from "@/server/config.ts";
import { GITHUB_SAMPLES, type GithubSample, githubSample } from "@/server/demo/samples/github.ts";

const USAGE = `usage: webhook:send github EVENT [TEXT]
EVENT is one of: ${Object.keys(GITHUB_SAMPLES).join(", ")}
TEXT replaces what the sample's comment says.`;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([provider, event, text]: string[]): Promise<number> {
  if (provider !== "github" || !(event in GITHUB_SAMPLES)) {
    console.error(USAGE);
    return 2;
  }
  try {
    return await send(event as GithubSample, text);
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof TypeError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function send(event: GithubSample, text?: string): Promise<number> {
  const config = loadStartConfig(readEnvironment());
  const [secret] = config.providers.github.secrets;
  if (!secret) {
    console.error("GITHUB_WEBHOOK_SECRET is not set: the server would refuse this delivery.");
    return 1;
  }
  const { headers, body } = githubSample(event, secret.reveal(), text);
  const url = `${config.local_url}/webhooks/github`;
  const response = await fetch(url, { method: "POST", headers, body });
  console.log(`${response.status} ${await response.text()}`);
  return response.ok ? 0 : 1;
}
