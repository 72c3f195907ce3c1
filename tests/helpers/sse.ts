/** A reader of Server-Sent Events that remembers what it got and can be waited for. */
export interface SseEvent {
  id: string | null;
  event: string;
  // deno-lint-ignore no-explicit-any -- what it holds is what tests check
  data: any;
}

export interface SseReader extends AsyncDisposable {
  status: number;
  headers: Headers;
  events: SseEvent[];
  comments: number;
  /** Resolves when `fits` holds of what came so far. Rejects when the stream ends before. */
  until(fits: (events: SseEvent[]) => boolean): Promise<SseEvent[]>;
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>;
}

export interface SseOptions {
  token: string;
  last_event_id?: string;
}

const PATIENCE_MS = 30_000;

/** Opens a stream and reads it as fast as it comes. */
export async function readSse(url: string, options: SseOptions): Promise<SseReader> {
  const { token, last_event_id } = options;
  const leaving = new AbortController();
  const response = await fetch(url, {
    signal: leaving.signal,
    headers: {
      authorization: `Bearer ${token}`,
      accept: "text/event-stream",
      ...(last_event_id === undefined ? {} : { "last-event-id": last_event_id }),
    },
  });
  const waiting = new Set<() => void>();
  const reader = {
    status: response.status,
    headers: response.headers,
    comments: 0,
    events: [] as SseEvent[],
    until,
    ended: read(),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await reader.ended.catch(() => {});
    },
  };
  let over = false;

  async function read(): Promise<void> {
    let rest = "";
    try {
      for await (const text of (response.body ?? nothing()).pipeThrough(new TextDecoderStream())) {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop()!;
        for (const block of blocks) take(block);
        for (const look of [...waiting]) look();
      }
    } finally {
      over = true;
      for (const look of [...waiting]) look();
    }
  }

  function take(block: string): void {
    const lines = block.split("\n");
    const field = (name: string) =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? null;
    const data = field("data");
    if (lines[0].startsWith(":")) reader.comments++;
    if (data === null) return;
    reader.events.push({ id: field("id"), event: field("event")!, data: JSON.parse(data) });
  }

  function until(fits: (events: SseEvent[]) => boolean): Promise<SseEvent[]> {
    const { promise, resolve, reject } = Promise.withResolvers<SseEvent[]>();
    const look = () => {
      if (fits(reader.events)) resolve(reader.events);
      else if (over) reject(new Error(`ended before: ${JSON.stringify(reader.events.slice(-3))}`));
    };
    const timer = setTimeout(() => {
      reject(new Error(`waited in vain: ${JSON.stringify(reader.events.slice(-3))}`));
    }, PATIENCE_MS);
    waiting.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(look);
    });
  }
  return reader;
}

const nothing = () => ReadableStream.from<Uint8Array<ArrayBuffer>>([]);

/** The events of one name. */
export const named = (events: SseEvent[], name: string): SseEvent[] =>
  events.filter((event) => event.event === name);

/** The numbers of a task's output, in the order in which it came. */
export const seqs = (events: SseEvent[]): number[] =>
  named(events, "task.output").map((event) => event.data.seq);

/** 1, 2, … n */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
