import { StartError } from "./lock.ts";

/** Throws StartError when the server could not listen there. */
export function checkPort(hostname: string, port: number): void {
  try {
    Deno.listen({ hostname, port }).close();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new StartError(`PORT ${port} is taken by another program: set PORT to a free one.`);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new StartError(`PORT ${port} may not be used by this user: set PORT to 1024 or more.`);
    }
    throw new StartError(`HOST ${hostname} cannot be listened on: ${(error as Error).message}`);
  }
}
