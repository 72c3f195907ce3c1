export interface Arguments {
  /** Files and folders; none: all. */
  wanted: string[];
  /** `--changed`: only what a change since this commit can reach. Empty: since the main branch. */
  changed_since: string | null;
  /** The rest, for `deno test`. */
  flags: string[];
  /** Whether whole files are run, so that their time says something. */
  is_whole: boolean;
}

export function readArguments(args: string[]): Arguments {
  const flags: string[] = [];
  const wanted: string[] = [];
  let changed_since: string | null = null;
  for (const [n, arg] of args.entries()) {
    const [, since] = arg.match(/^--changed(?:=(.*))?$/) ?? [arg, null];
    if (since !== null) changed_since = since ?? "";
    else if (arg.startsWith("-")) flags.push(arg);
    else if (args[n - 1] === "--filter") flags.push(arg);
    else wanted.push(arg);
  }
  return {
    wanted,
    changed_since,
    flags,
    is_whole: !flags.some((flag) => /^--(filter|shard)/.test(flag)),
  };
}
