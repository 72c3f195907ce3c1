/** Asks the providers what their deliveries do not tell: who we are there, and who belongs there. */
import { getLogger } from "@logtape/logtape";
import { getSetting, putOwnName, putSetting } from "@/db/settings.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Connection, Provider } from "@/server/providers/provider.ts";
import type { Worker } from "@/workers/worker.ts";

const log = getLogger(["agent", "worker"]);

const EVERY_MS = 10 * 60_000;

/** Learns now and every ten minutes. Failing costs a warning: what was known stays. */
export function startLearning(worker: Worker): () => void {
  const learn = async () => {
    await learnOwnNames(worker);
    await learnFullMembers(worker);
  };
  void learn();
  const timer = setInterval(() => void learn(), EVERY_MS);
  return () => clearInterval(timer);
}

/** Asks each provider who we are there, until it is known: a mention of us is heard by it. */
export async function learnOwnNames(worker: Worker): Promise<void> {
  for (const { name, title, login_setting, connect } of providers.values()) {
    const connection = worker.connections[name];
    if (!connection || !isSet(connection) || worker.own_names[name]) continue;
    const sender = connect(connection);
    if (!sender.whoAmI) continue;
    try {
      const who = await sender.whoAmI();
      worker.own_names[name] = who.name;
      await putOwnName(worker.db, name, who);
    } catch (error) {
      const hint = login_setting ? `; set ${login_setting}` : "";
      log.warn("{title} did not say who we are{hint}: {error}", { title, hint, error });
    }
  }
}

/** Asks who the full members are where payloads do not tell; one worker in ten minutes is enough. */
export async function learnFullMembers(worker: Worker, now = new Date()): Promise<void> {
  for (const provider of providers.values()) {
    const connection = worker.connections[provider.name];
    if (connection && isSet(connection)) await learnMembersOf(worker, provider, connection, now);
  }
}

async function learnMembersOf(
  { db }: Worker,
  { name, title, trusted_setting, connect }: Provider,
  connection: Connection,
  now: Date,
): Promise<void> {
  const { fullMembers } = connect(connection);
  if (!fullMembers) return;
  try {
    const setting = `${name}_full_members` as const;
    const known = await getSetting(db, setting);
    if (known && now.getTime() - Date.parse(known.learned_at) < EVERY_MS / 2) return;
    const ids = await fullMembers();
    await putSetting(db, setting, { ids, learned_at: now.toISOString() });
  } catch (error) {
    const why = `people are trusted as before, or by ${trusted_setting}`;
    log.warn("{title} did not say who its full members are; {why}: {error}", { title, why, error });
  }
}

const isSet = ({ token, app }: Connection): boolean => Boolean(token || app);
