import { randomBytes } from "node:crypto";
import { join } from "node:path";

/** The file of a secret in DATA_DIR, made once, whoever starts at once. Throws when it is damaged. */
export async function ensureSecret(data_dir: string, name: string): Promise<string> {
  const path = join(data_dir, name);
  const draft = `${path}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  try {
    await Deno.link(draft, path); // never half-written, and never over one that is there
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    await Deno.remove(draft);
  }
  await Deno.chmod(path, 0o600);
  if ((await Deno.readTextFile(path)).trim().length >= 16) return path;
  throw new Error(
    `${path} holds no secret of at least 16 characters: remove it to have a new one made ` +
      "(a new secret_key makes what was encrypted with the old one unreadable).",
  );
}
