import { cpuUsage } from "node:process";
import v8 from "node:v8";
import vm from "node:vm";

const EVERY_MS = 2_000;
/** Right behind a burst the next one may come: it would start on a cold heap, a third slower. */
const QUIET_LOOKS = 7;
/** A collection takes 50 to 100 ms: not for less than this. */
const WORTH_BYTES = 32 * 1024 * 1024;
const COLLECTING_SHARE = 0.02;
/** Of one core: who computes more has no time for it, and garbage is cheaper left lying. */
const BUSY_SHARE = 0.1;

export interface Look {
  cpu_seconds: number;
  at_seconds: number;
}

/** V8 leaves garbage lying while anything happens, and glibc what is free: 200 MB of 350 together. */
export function freeMemoryWhenQuiet(every_ms = EVERY_MS): () => Promise<void> {
  const collect = collector();
  const libc = openLibc();
  let before = lookAtProcess();
  let quiet_looks = 0;
  let trimming: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    const now = lookAtProcess();
    quiet_looks = isQuiet(before, now) ? quiet_looks + 1 : 0;
    if (quiet_looks >= QUIET_LOOKS) {
      collect();
      trimming = trimming.then(() => libc?.symbols.malloc_trim(0n));
    }
    before = now;
  }, every_ms);
  Deno.unrefTimer(timer);
  return async () => {
    clearInterval(timer);
    await trimming;
    libc?.close();
  };
}

export function isQuiet(before: Look, now: Look): boolean {
  const share = (now.cpu_seconds - before.cpu_seconds) / (now.at_seconds - before.at_seconds);
  return share < BUSY_SHARE;
}

function lookAtProcess(): Look {
  const { user, system } = cpuUsage();
  return { cpu_seconds: (user + system) / 1e6, at_seconds: performance.now() / 1000 };
}

function usedBytes(): number {
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

function collector(): () => void {
  // here, not on the command line: so it holds however the process was started
  v8.setFlagsFromString("--expose-gc");
  const collect = vm.runInNewContext("gc");
  let kept_bytes = 0;
  let rests_until = 0;
  return () => {
    kept_bytes = Math.min(kept_bytes, usedBytes());
    const started = performance.now();
    if (usedBytes() - kept_bytes < WORTH_BYTES || started < rests_until) return;
    collect();
    kept_bytes = usedBytes();
    rests_until = started + (performance.now() - started) / COLLECTING_SHARE;
  };
}

/** Null where there is no glibc, or no permission to call it. */
function openLibc() {
  if (Deno.build.os !== "linux") return null;
  try {
    return Deno.dlopen("libc.so.6", {
      // in a thread: it takes 30 ms for 100 MB, and none when nothing is free
      malloc_trim: { parameters: ["usize"], result: "i32", nonblocking: true },
    });
  } catch {
    return null;
  }
}
