export interface Running {
  public_url: string;
  /** Null: the server is not healthy yet. */
  sign_in_url: string | null;
  worker: string | null;
  data_dir: string;
  demo: boolean;
  /** Where a demo's answers go; null outside of a demo. */
  recorder_url: string | null;
  /** Where a demo's pull requests can be looked at. */
  github_url: string | null;
  /** Providers whose built-in webhook has a secret, as people write them. */
  open_webhooks: string[];
}

/** What `start` says when everything runs. */
export function banner(running: Running): string {
  const rows = [
    ["Address", running.public_url],
    ["Sign in", running.sign_in_url ?? "the server is not ready yet: see the log above"],
    ["", running.sign_in_url && "(works once, within 15 minutes)"],
    [
      "Worker",
      running.worker?.replaceAll("; ", `\n${" ".repeat(11)}`) ??
        "the worker is not ready yet: see the log above",
    ],
    ["Data", running.data_dir],
    ["GitHub", running.github_url && `${running.github_url} stands in for it`],
    ["Outside", running.recorder_url && `${running.recorder_url} shows what was said there`],
  ].filter(([, text]) => text);
  return [
    "",
    running.demo ? "Claude Code Agent, demo: a scripted model answers." : "Claude Code Agent runs.",
    "",
    ...rows.map(([name, text]) => `  ${name!.padEnd(8)} ${text}`),
    "",
    ...next(running),
    "Ctrl-C stops everything.",
    "",
  ].join("\n");
}

function next({ demo, open_webhooks, public_url }: Running): string[] {
  if (demo) return ["Open the sign-in link and watch the tasks that have just come in."];
  const webhook = `${public_url}/webhooks/github`;
  const names = new Intl.ListFormat("en").format(open_webhooks);
  return [
    "Sign in and write to the agent under Chat.",
    open_webhooks.length > 0
      ? `Webhooks are open for ${names}: ${public_url}/webhooks says how each is set up.`
      : `To hear GitHub, set GITHUB_WEBHOOK_SECRET and point a webhook at ${webhook}.`,
  ];
}
