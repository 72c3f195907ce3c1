import { join } from "node:path";

/** What the CLI does that takes its place, after it has read the message. `$began`: nanoseconds. */
const PLAYS = {
  /** Answers with the moment at which it began. */
  clock: `result $began`,
  /** Prints ten lines a second for about eight seconds, each with the moment of its printing. */
  ticker:
    `event '{"type":"message_start","message":{"id":"msg_1","model":"m","content":[],"usage":{}}}'
event '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}'
i=0
while [ $i -lt 80 ]; do
  event '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"'$(date +%s%N)' "}}'
  i=$((i + 1))
  sleep 0.1
done
result done`,
};

/**
 * Writes a program that takes the CLI's place, to measure the way to it and from it without the
 * CLI's own second of start-up. Returns its path.
 */
export async function fakeCli(folder: string, play: keyof typeof PLAYS): Promise<string> {
  const path = join(folder, `claude-${play}`);
  await Deno.writeTextFile(
    path,
    `#!/bin/sh
began=$(date +%s%N)
case "$1" in
  --version) echo "2.1.332 (Claude Code)"; exit;;
  auth) echo '{"loggedIn":true,"authMethod":"api_key"}'; exit;;
esac
event() {
  echo '{"type":"stream_event","event":'"$1"',"session_id":"","parent_tool_use_id":null}'
}
result() {
  echo '{"type":"result","subtype":"success","is_error":false,"num_turns":1,"result":"'$1'",' \\
    '"session_id":"","total_cost_usd":0,"usage":{},"modelUsage":{}}'
}
read -r message
${PLAYS[play]}
while read -r message; do :; done
`,
  );
  await Deno.chmod(path, 0o755);
  return path;
}
