import { isEventCursor } from "@/db/events.ts";
import type { AppContext, AppDeps } from "@/server/env.ts";
import { answerStream } from "@/server/pages/stream.ts";

/**
 * The events of all tasks without their output: enough for a list to know that it is out of date.
 * The frames of `live.events` come one or more to a chunk, those of output by themselves.
 */
export const hints = ({ live }: AppDeps) => async (c: AppContext): Promise<Response> =>
  answerStream(
    c,
    live.events(placeOf(c) ?? await live.now(), c.get("principal")).pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, out) {
          if (!isOutput(chunk)) out.enqueue(chunk);
        },
      }),
    ),
  );

function placeOf(c: AppContext): string | null {
  const id = c.req.header("last-event-id");
  return id && isEventCursor(id) ? id : null;
}

const OUTPUT = new TextEncoder().encode("event: task.output\n");

const isOutput = (chunk: Uint8Array): boolean => OUTPUT.every((byte, i) => chunk[i] === byte);
