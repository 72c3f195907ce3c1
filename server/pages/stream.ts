import type { AppContext } from "@/server/env.ts";

/** Answers with server-sent events. */
export const answerStream = (c: AppContext, stream: ReadableStream<Uint8Array>): Response =>
  c.body(stream, 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    // nginx keeps a stream back until its buffer is full, unless it is told not to.
    "x-accel-buffering": "no",
  });
