import type { AppContext, AppDeps } from "@/server/env.ts";
import { streamEvents } from "@/server/streams.ts";

/** Events without output: enough for a list to know that it is out of date. */
export const hints = ({ live }: AppDeps) => (c: AppContext): Promise<Response> =>
  streamEvents(c, live, false);
