import { NO_USAGE, sumOf, type Tokens, type Usage } from "@/db/nouns/usage.ts";
import type { ResultLine, TokenUsage } from "@/workers/claude/cli_lines.ts";
import { estimateCost } from "@/workers/claude/prices.ts";

interface Message {
  model: string;
  main: boolean;
  tokens: Tokens;
  /** For a message whose end never came. */
  characters: number;
  ended: boolean;
  /** Its cost is part of what the CLI told us. */
  priced: boolean;
}

/** The CLI's own sum is the truth where there is one; what it does not cover yet is estimated. */
export class UsageMeter {
  #settled: Usage = { ...NO_USAGE };
  #told_cost = 0;
  #open = new Map<string, Message>();

  started(id: string, model: string, usage: TokenUsage, main: boolean): void {
    if (this.#open.has(id)) return;
    const tokens = {
      input_tokens: usage.input_tokens ?? 0,
      output_tokens: 0,
      cache_read_tokens: usage.cache_read_input_tokens ?? 0,
      cache_creation_tokens: usage.cache_creation_input_tokens ?? 0,
    };
    this.#open.set(id, { model, main, tokens, characters: 0, ended: false, priced: false });
  }

  said(id: string, characters: number): void {
    const message = this.#open.get(id);
    if (message) message.characters += characters;
  }

  ended(id: string, output_tokens: number | null): void {
    const message = this.#open.get(id);
    if (!message) return;
    message.ended = true;
    if (output_tokens !== null) message.tokens.output_tokens = output_tokens;
  }

  /** To 4 decimals: everything that had ended is in it. */
  toldCost(cost_usd: number): void {
    const fresh = [...this.#open.values()].filter((message) => message.ended && !message.priced);
    if (fresh.length === 0) return;
    this.#told_cost = Math.max(this.#told_cost, cost_usd);
    for (const message of fresh) message.priced = true;
  }

  /** Covers all that had ended, and what it names of what was cut off (not in 2.1.197). */
  result(result: ResultLine): void {
    const models = Object.values(result.modelUsage);
    const sum = (field: keyof (typeof models)[number]) =>
      models.reduce((total, model) => total + model[field], 0);
    this.#settled = {
      cost_usd: result.total_cost_usd,
      input_tokens: sum("inputTokens"),
      output_tokens: sum("outputTokens"),
      cache_read_tokens: sum("cacheReadInputTokens"),
      cache_creation_tokens: sum("cacheCreationInputTokens"),
      num_turns: this.#settled.num_turns + result.num_turns,
    };
    this.#told_cost = Math.max(this.#told_cost, result.total_cost_usd);
    for (const [id, message] of this.#open) {
      if (message.ended || result.begun_message_ids.includes(id)) this.#open.delete(id);
      else message.main = false; // counted in the result's turns
    }
  }

  total(): Usage {
    const settled = { ...this.#settled, cost_usd: this.#told_cost };
    return [...this.#open.values()].map(usageOfMessage).reduce(sumOf, settled);
  }
}

function usageOfMessage(message: Message): Usage {
  const tokens = countedTokens(message);
  const cost_usd = message.priced ? 0 : estimateCost(message.model, tokens);
  return { ...tokens, cost_usd, num_turns: message.main ? 1 : 0 };
}

function countedTokens(message: Message): Tokens {
  const output_tokens = Math.max(message.tokens.output_tokens, Math.ceil(message.characters / 4));
  return message.tokens.output_tokens > 0 ? message.tokens : { ...message.tokens, output_tokens };
}
