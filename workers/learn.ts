/** Asks the providers what their deliveries do not tell: who we are there, and who belongs there. */
import { getLogger } from "@logtape/logtape";
import { getSetting, putOwnName, putSetting } from "@/db/settings.ts";
import { providers } from "@/server/providers/mod.ts";
import type { Connection } from "@/server/providers/provider.ts";
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

/** Asks Slack who its workspace's full members are; one worker in ten minutes is enough. */
export async function learnFullMembers(worker: Worker, now = new Date()): Promise<void> {
  const connection = worker.connections.slack;
  const sender = providers.get("slack")?.connect(connection);
  if (!sender?.fullMembers || !isSet(connection)) return;
  try {
    const known = await getSetting(worker.db, "slack_full_members");
    if (known && now.getTime() - Date.parse(known.learned_at) < EVERY_MS / 2) return;
    const ids = await sender.fullMembers();
    const learned_at = now.toISOString();
    await putSetting(worker.db, "slack_full_members", { ids, learned_at });
  } catch (error) {
    const why = "people are trusted as before, or by SLACK_TRUSTED_USERS";
    log.warn("Slack did not say who its full members are; {why}: {error}", { why, error });
  }
}

const isSet = ({ token, app }: Connection): boolean => Boolean(token || app);
