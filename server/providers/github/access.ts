import { Buffer } from "node:buffer";
import { createPrivateKey } from "node:crypto";
import { createAppAuth, type StrategyOptions } from "@octokit/auth-app";
import { z } from "zod";
import { type Connection, ProviderError } from "@/server/providers/provider.ts";
import { type Access, call } from "./call.ts";

type App = NonNullable<Connection["app"]>;
type Auth = ReturnType<typeof createAppAuth>;

export interface Place {
  repository: string;
  installation_id?: number | null;
}

/** What a token may do; all that the app may where nothing is said. */
export type Rights = Record<string, "read" | "write">;

const MOST_REMEMBERED = 1000;
const issued = z.looseObject({ token: z.string(), expires_at: z.string() });
const installation = z.object({ id: z.int().positive() });
const grants = z.object({
  permissions: z.record(z.string(), z.string()),
  suspended_at: z.string().nullish(),
});

const auths = new Map<string, Auth>();
const installations = new Map<string, number>();

/** A token of our app that GitHub no longer takes is made anew, once. Throws ProviderError. */
export async function acting<T>(
  connection: Connection,
  place: Place,
  use: (access: Access) => Promise<T>,
  rights?: Rights,
): Promise<T> {
  try {
    return await use(await accessTo(connection, place, rights));
  } catch (error) {
    const stale = error instanceof ProviderError && error.status === 401;
    if (!connection.app || !stale) throw error;
    auths.delete(keyOf(connection, connection.app));
    return await use(await accessTo(connection, place, rights));
  }
}

/** Throws ProviderError, permanent when no token is set or the app is not installed there. */
export async function accessTo(
  connection: Connection,
  place: Place,
  rights?: Rights,
): Promise<Access> {
  const { base_url, timeout_ms, app } = connection;
  if (!app) return accessByToken(connection);
  return { base_url, timeout_ms, token: await appToken(connection, app, place, rights) };
}

export function accessByToken({ base_url, timeout_ms, token }: Connection): Access {
  if (token) return { base_url, timeout_ms, token };
  throw new ProviderError("GITHUB_TOKEN is not set, nor are GITHUB_APP_ID and its key", {
    permanent: true,
  });
}

export async function accessAsApp(connection: Connection, app: App): Promise<Access> {
  const { base_url, timeout_ms } = connection;
  try {
    const { token } = await authOf(connection, app)({ type: "app" });
    return { base_url, timeout_ms, token };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`GITHUB_APP_PRIVATE_KEY cannot sign: ${why}`, { permanent: true });
  }
}

/** What our app may do there at most; null where we act by a token. Throws ProviderError. */
export async function grantsOf(connection: Connection, repository: string) {
  const { app } = connection;
  if (!app) return null;
  const id = await installationOf(connection, app, repository);
  const access = await accessAsApp(connection, app);
  const said = await call(access, "GET", `/app/installations/${id}`, grants);
  if (!said.suspended_at) return said.permissions;
  const reason = `the GitHub App ${app.id} is suspended in ${repository}`;
  throw new ProviderError(reason, { permanent: true });
}

async function appToken(connection: Connection, app: App, place: Place, rights?: Rights) {
  // the key is tried first: what is wrong with it is told apart from what GitHub answers
  await accessAsApp(connection, app);
  const known = installations.get(`${connection.base_url} ${app.id} ${place.repository}`);
  for (const id of [place.installation_id, known]) {
    const token = id && await installationToken(connection, app, id, place, rights).catch(notThere);
    if (token) return token;
  }
  const found = await installationOf(connection, app, place.repository);
  return await installationToken(connection, app, found, place, rights);
}

/** A delivery may have come through another app, and apps are installed anew. */
function notThere(error: unknown): null {
  if (error instanceof ProviderError && error.status === 404) return null;
  throw error;
}

async function installationToken(
  connection: Connection,
  app: App,
  installationId: number,
  { repository }: Place,
  rights?: Rights,
): Promise<string> {
  const narrow = rights && { permissions: rights, repositoryNames: [repository.split("/")[1]] };
  const auth = authOf(connection, app);
  return (await auth({ type: "installation", installationId, ...narrow })).token;
}

async function installationOf(connection: Connection, app: App, repository: string) {
  const access = await accessAsApp(connection, app);
  const { id } = await call(access, "GET", `/repos/${repository}/installation`, installation)
    .catch((error: ProviderError) => {
      if (error.status !== 404) throw error;
      const reason = `the GitHub App ${app.id} is not installed in ${repository}`;
      throw new ProviderError(reason, { permanent: true, status: 404 });
    });
  if (installations.size >= MOST_REMEMBERED) installations.clear();
  installations.set(`${connection.base_url} ${app.id} ${repository}`, id);
  return id;
}

function authOf(connection: Connection, app: App): Auth {
  const key = keyOf(connection, app);
  const known = auths.get(key);
  if (known) return known;
  const auth = createAppAuth({
    appId: app.id,
    privateKey: pkcs8(app.private_key),
    request: requestBy(connection) as unknown as StrategyOptions["request"],
  });
  auths.set(key, auth);
  return auth;
}

const keyOf = ({ base_url }: Connection, { id, private_key }: App): string =>
  JSON.stringify([base_url, id, private_key]);

/** GitHub hands out PKCS#1, the library signs with PKCS#8; in `.env` a key is one line. */
function pkcs8(pem: string): string {
  const key = createPrivateKey(pem.replaceAll("\\n", "\n"));
  return Buffer.from(key.export({ type: "pkcs8", format: "pem" })).toString();
}

function requestBy({ base_url, timeout_ms, minted }: Connection) {
  return async (
    _route: string,
    { installation_id, headers, mediaType: _, ...body }: {
      installation_id: number;
      headers: { authorization: string };
      mediaType: unknown;
    },
  ) => {
    const token = headers.authorization.replace(/^bearer /i, "");
    const path = `/app/installations/${installation_id}/access_tokens`;
    const data = await call({ base_url, timeout_ms, token }, "POST", path, issued, body);
    minted?.(data.token);
    return { data };
  };
}
