import type { Provider } from "@/server/providers/provider.ts";
import { github } from "@/server/providers/github.ts";

/** All providers by name: a new one is a file and a line here. */
export const providers: ReadonlyMap<string, Provider> = new Map([github].map((p) => [p.name, p]));
