import { z } from "zod";
import type { RecordedPull } from "@/server/demo/github/pulls.ts";
import type { Comment } from "@/server/demo/github_recorder.ts";

const kept = z.object({
  port: z.int(),
  comments: z.array(z.custom<Comment>()),
  pulls: z.array(z.custom<RecordedPull>()),
});

/** What a stand-in had when it was there last, at which port; null: it is a new one. */
export function readKept(file: string | null): z.infer<typeof kept> | null {
  if (file === null) return null;
  try {
    return kept.parse(JSON.parse(Deno.readTextFileSync(file)));
  } catch {
    return null;
  }
}

export function keep(file: string, state: z.infer<typeof kept>): void {
  Deno.writeTextFileSync(`${file}.new`, JSON.stringify(state));
  Deno.renameSync(`${file}.new`, file);
}

/** Starts at the port where links lead already, or where somebody else has that, at another one. */
export function atPort<Server>(port: number | undefined, serve: (port: number) => Server): Server {
  try {
    return serve(port ?? 0);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    return serve(0);
  }
}
