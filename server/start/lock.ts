import { join } from "node:path";

/** The message says which setting to change. */
export class StartError extends Error {
  override name = "StartError";
}

/** The kernel gives the lock back however we die. Throws StartError when another start holds it. */
export async function lockDataDir(data_dir: string, address: string): Promise<Disposable> {
  const path = join(data_dir, "start.lock");
  const file = await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
  if (!await file.tryLock(true)) {
    file.close();
    const holder = (await Deno.readTextFile(path)).trim();
    throw new StartError(
      `\`start\` runs already for DATA_DIR ${data_dir} (${holder || "just starting"}). ` +
        "Stop it first, or set DATA_DIR and PORT to start a second one.",
    );
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`process ${Deno.pid}, ${address}\n`));
  return { [Symbol.dispose]: () => file.close() };
}
