/**
 * What the scripted model says. A scenario is a list of turns; which turn is next follows from the
 * request alone (the assistant messages after the marker), so the model remembers nothing.
 */

export interface Turn {
  thinking?: string | string[];
  /** Text, as thinking whole or as the pieces in which it is streamed. */
  text?: string | string[];
  tools?: ToolCall[];
  /** Between two pieces. */
  delay_ms?: number;
  stop_reason?: string;
  usage?: Partial<TokenCounts>;
  error?: { status: number; times: number; retry_after?: string; message?: string };
  /** `headers`: never answers. `middle`: stalls after the text. */
  hang?: "headers" | "middle";
  /** Cuts the connection after the text. */
  drop?: boolean;
}

export interface ToolCall {
  name: string;
  input: Record<string, unknown>;
}

export interface TokenCounts {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

/** `args` are the parts of `[[name:arg:arg]]`; `cwd` is the folder that the CLI says it works in. */
export type Scenario = (args: string[], cwd: string) => Turn[];

function bash(text: string, more: Record<string, unknown> = {}): ToolCall {
  // The CLI refuses a command that begins with a sleep of several seconds (2.1.332).
  const command = text.startsWith("sleep ") ? `true; ${text}` : text;
  return { name: "Bash", input: { command, description: "A scripted command", ...more } };
}

function number(text: string | undefined, fallback: number): number {
  const value = Number(text);
  return text && Number.isFinite(value) ? value : fallback;
}

function agentCall(prompt: string, subagent_type: string, more: Record<string, unknown> = {}) {
  return { name: "Agent", input: { description: "Scripted work", prompt, subagent_type, ...more } };
}

const KIB_LINE = "x".repeat(1015) + " ";

/** By the name in `[[name]]`. */
export const SCENARIOS: Record<string, Scenario> = {
  // Plain answers
  hello: () => [{ text: "Hello from the scripted model." }],
  think: () => [{ thinking: "Let me think about it.", text: "Thought about it." }],
  slow: ([count, delay]) => [{
    text: Array.from({ length: number(count, 300) }, (_, i) => `tok${i} `),
    delay_ms: number(delay, 100),
  }],
  big: ([bytes]) => [{ text: bigText(number(bytes, 5_000_000)) }],
  unicode: () => [{
    text: [
      "naïve 日本語 🧑‍🚀 e\u0301 ",
      "NUL \u0000 ",
      "\u001b[31mred\u001b[0m ",
      "\u2028 ",
      "lone \ud83d",
      ' "quotes" \\ tab\t',
    ],
  }],
  usage: ([input, output, read, creation]) => [{
    text: "Counted.",
    usage: {
      input_tokens: number(input, 100),
      output_tokens: number(output, 50),
      cache_read_input_tokens: number(read, 0),
      cache_creation_input_tokens: number(creation, 0),
    },
  }],

  // Tools
  bash: (args) => [
    { text: "Running it.", tools: [bash(args.join(":") || "echo hi; pwd; id -u")] },
    { text: "Done." },
  ],
  write: ([name], cwd) => {
    const file_path = `${cwd}/${name || "hello.txt"}`;
    return [
      { tools: [{ name: "Write", input: { file_path, content: "hello ünï ✓\n" } }] },
      { tools: [{ name: "Read", input: { file_path } }] },
      { tools: [bash(`cat '${file_path}'`)] },
      { text: "Wrote it, read it, and looked again with the shell." },
    ];
  },
  tool: ([name, ...json]) => [
    { tools: [{ name: name || "Bash", input: JSON.parse(json.join(":") || "{}") }] },
    { text: `Called ${name}.` },
  ],
  /** What is handed over, in turn, between `||`; what is no JSON is said in words. */
  result: (args) => args.join(":").split("||").map(handOver),
  multi: () => [
    { thinking: "Two at once.", text: "Two tools.", tools: [bash("echo one"), bash("echo two")] },
    { text: "Both done." },
  ],
  loop: ([count]) => [
    ...Array.from({ length: number(count, 50) }, (_, i) => ({
      text: `Step ${i}. `,
      tools: [bash(`echo step ${i}`)],
    })),
    { text: "The loop is done." },
  ],
  subagent: ([type, ...inner]) => [
    {
      text: "Delegating.",
      tools: [
        agentCall(`((${inner.join(":") || "bash:echo from-subagent"})) please`, agent(type), {
          run_in_background: false,
        }),
      ],
    },
    { text: "The sub-agent finished." },
  ],
  subagentbg: ([type, ...inner]) => [
    {
      text: "Delegating.",
      tools: [
        agentCall(`((${inner.join(":") || "bash:sleep 1; echo from-subagent"}))`, agent(type), {
          run_in_background: true,
        }),
      ],
    },
    { text: "It works in the background." },
    { text: "The sub-agent in the background finished." },
  ],
  bigbash: ([bytes]) => [
    { tools: [bash(`head -c ${number(bytes, 5_000_000)} /dev/zero | tr '\\0' x`)] },
    { text: "Printed a lot." },
  ],
  ansi: () => [
    { tools: [bash(`printf '\\033[31mred\\033[0m \\007bell \\xff\\xfe bad 日本\\n'`)] },
    { text: "Printed colours." },
  ],
  sleep: ([seconds]) => [
    { tools: [bash(`sleep ${number(seconds, 1000)}`, { timeout: 600_000 })] },
    { text: "Slept." },
  ],
  sleepbg: ([seconds]) => [
    { tools: [bash(`sleep ${number(seconds, 1000)}`, { run_in_background: true })] },
    { text: "Left it in the background." },
  ],
  daemon: ([seconds]) => [
    { tools: [bash(`(setsid sleep ${number(seconds, 1000)} >/dev/null 2>&1 &); echo started`)] },
    { text: "Started a daemon." },
  ],

  // Failures
  err: ([status, times, retry_after]) => [{
    error: { status: number(status, 500), times: number(times, Infinity), retry_after },
    text: "Recovered.",
  }],
  errafter: ([status]) => [
    { text: "Running it.", tools: [bash("echo before the error")] },
    { error: { status: number(status, 400), times: Infinity } },
  ],
  hang: () => [{ hang: "headers" }],
  hangmid: () => [{ text: "Partial ", hang: "middle" }],
  hangafter: () => [
    { text: "Running it.", tools: [bash("echo before the hang")] },
    { hang: "headers" },
  ],
  dropmid: () => [{ text: "Partial ", drop: true }],
  stop: ([reason]) => [{ text: "Cut", stop_reason: reason || "max_tokens" }],
};

function handOver(text: string): Turn {
  try {
    return { tools: [{ name: "StructuredOutput", input: JSON.parse(text) }] };
  } catch {
    return { text };
  }
}

function agent(type: string | undefined): string {
  return type || "general-purpose";
}

function bigText(bytes: number): string[] {
  const lines = Math.floor(bytes / 1024);
  const text = Array.from({ length: lines }, (_, i) => KIB_LINE + `${i}`.padStart(7) + "\n");
  const rest = bytes - lines * 1024;
  return rest > 0 ? [...text, "y".repeat(rest)] : text;
}
