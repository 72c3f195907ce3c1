import { getLogger } from "@logtape/logtape";
import { listen } from "@/db/channels.ts";
import { type Database, isConnectionError } from "@/db/client.ts";
import { publishSecrets, readSecrets, readWebhookSecrets } from "@/db/held_secrets.ts";
import { coalesced } from "@/db/process/coalesced.ts";
import type { HeldSecrets } from "@/db/process/held_secrets.ts";
import { createSeal, forwardSecret } from "@/db/process/seal.ts";
import type { Secret } from "@/db/process/secret.ts";

const log = getLogger(["agent", "secrets"]);

const AGAIN_MS = 6 * 3600 * 1000;

export interface Given {
  secret_key: Secret;
  secrets: Record<string, Secret>;
}

/** Now, when something changes, and after a lost connection. */
export async function shareSecrets(
  db: Database,
  { secret_key, secrets }: Given,
  held: HeldSecrets,
): Promise<() => Promise<void>> {
  const key = secret_key.reveal();
  const own = ownSecrets(secrets);
  const publish = () => publishSecrets(db, createSeal(key), own);
  await publish();
  const follower = new Follower(db, key, held);
  await follower.read();
  const stopListening = await listen(db, "settings", follower.readLater, follower.readLater);
  const timer = setInterval(() => void publish().catch(complain), AGAIN_MS);
  return async () => {
    clearInterval(timer);
    await stopListening();
    await follower.done();
  };
}

/** Not the SECRET_KEY: who can open the others has it. */
function ownSecrets(secrets: Record<string, Secret>): Record<string, string> {
  const own = Object.entries(secrets).filter(([name, { kind }]) =>
    name !== "SECRET_KEY" && kind === "secret"
  );
  return Object.fromEntries(own.map(([name, secret]) => [name, secret.reveal()]));
}

class Follower {
  readonly #db: Database;
  readonly #key: string;
  readonly #held: HeldSecrets;
  #warned = false;
  #reading: Promise<void> = Promise.resolve();

  constructor(db: Database, secret_key: string, held: HeldSecrets) {
    this.#db = db;
    this.#key = secret_key;
    this.#held = held;
  }

  async read(): Promise<void> {
    const seal = createSeal(this.#key);
    const [shared, webhooks] = await Promise.all([
      readSecrets(this.#db, seal),
      readWebhookSecrets(this.#db, seal),
    ]);
    this.#held.put("shared", shared.secrets);
    this.#held.put("webhooks", [
      ...webhooks.secrets,
      ...webhooks.webhook_ids.map((id) => forwardSecret(this.#key, id)),
    ]);
    this.#warn(shared.unreadable);
  }

  readonly #again = coalesced(() => this.read());

  readonly readLater = (): void => {
    this.#reading = this.#again().catch(complain);
  };

  done(): Promise<void> {
    return this.#reading;
  }

  #warn(names: string[]): void {
    if (names.length === 0 || this.#warned) return;
    this.#warned = true;
    log.warn("{names} of another process cannot be taken out of what is shown: {why}", {
      names: names.join(", "),
      why: "it has another SECRET_KEY, or had. Give every process the same",
    });
  }
}

function complain(error: unknown): void {
  if (!isConnectionError(error)) log.error("cannot share secrets: {error}", { error });
}
