import type { Result, Router } from "hono/router";
import { TrieRouter } from "hono/router/trie-router";

/** Longer addresses are not ours, and not remembered. */
const MOST_REMEMBERED = 1_000;
const LONGEST_REMEMBERED = 100;

/** Remembers the handlers of deliveries: finding them took longer than all else that Hono does. */
export class DeliveryRouter<T> implements Router<T> {
  readonly name = "DeliveryRouter";
  // Faster routers refuse `/webhooks/:webhook_id/commands/:cmd` beside `/webhooks/:provider`.
  readonly #routes = new TrieRouter<T>();
  readonly #remembered = new Map<string, Result<T>>();

  add(method: string, path: string, handler: T): void {
    this.#routes.add(method, path, handler);
    this.#remembered.clear();
  }

  match(method: string, path: string): Result<T> {
    if (method !== "POST" || !path.startsWith("/webhooks/") || path.length > LONGEST_REMEMBERED) {
      return this.#routes.match(method, path);
    }
    const known = this.#remembered.get(path);
    if (known) return known;
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear();
    const found = this.#routes.match(method, path);
    this.#remembered.set(path, found);
    return found;
  }
}
