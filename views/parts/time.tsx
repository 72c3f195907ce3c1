import { ago, duration, utc } from "@/views/format.ts";

/** A moment: how long ago in words, the exact time in UTC beside it. Kept current by app.js. */
export function Ago({ at, now = new Date() }: { at: Date; now?: Date }) {
  return (
    <time datetime={at.toISOString()} title={utc(at)} data-ago>
      {ago(at, now)}
    </time>
  );
}

export function Moment({ at }: { at: Date }) {
  return <time datetime={at.toISOString()}>{utc(at)}</time>;
}

interface LastingProps {
  seconds: number | null;
  /** Set while it still goes on: app.js counts from here. */
  since?: Date | null;
}

export function Lasting({ seconds, since }: LastingProps) {
  if (!since) return <span>{duration(seconds)}</span>;
  return (
    <time datetime={since.toISOString()} title={utc(since)} data-since>{duration(seconds)}</time>
  );
}
