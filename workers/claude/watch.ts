import { getLogger } from "@logtape/logtape";
import type { RunFolders } from "@/workers/claude/folders.ts";
import type { Isolation } from "@/workers/claude/isolation.ts";
import { listProcesses, type Process } from "@/workers/claude/process_tree/processes.ts";
import { membersOf } from "@/workers/claude/process_tree/members.ts";
import { kernelCounts, MB, type ResourceLimits } from "@/workers/claude/resources.ts";
import type { Excess } from "@/workers/claude/run_types.ts";
import { diskBytes, hasRoom } from "@/workers/claude/watch/disk.ts";
import { memoryKb } from "@/workers/claude/watch/memory.ts";

const log = getLogger(["agent", "claude"]);

const EVERY_MS = 1000;
/** Counting a large tree takes long: then it is done less often. */
const DISK_EVERY_MS = 2000;
const DISK_SHARE = 10;

export interface Watched {
  run_id: string;
  pid: number;
  slot: number;
  folders: RunFolders;
  isolation: Isolation;
  limits: ResourceLimits;
  exceeded(excess: Excess): void;
}

interface Account extends Watched {
  disk_bytes: number;
  disk_at: number;
  ended: boolean;
}

const accounts = new Set<Account>();
let looking_for_room = false;
let timer: ReturnType<typeof setInterval> | null = null;

export function watchRun(run: Watched): () => void {
  const account = { ...run, disk_bytes: 0, disk_at: performance.now() + EVERY_MS, ended: false };
  accounts.add(account);
  timer ??= setInterval(look, EVERY_MS);
  return () => {
    account.ended = true;
    accounts.delete(account);
    if (accounts.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function look(): void {
  try {
    const processes = listProcesses();
    for (const account of accounts) {
      const excess = excessOf(account, processes);
      if (excess) end(account, excess);
      else if (performance.now() >= account.disk_at) void lookAtDisk(account);
    }
    lookForRoom().catch(logFailure);
  } catch (error) {
    logFailure(error);
  }
}

function excessOf(
  { run_id, pid, limits, isolation }: Account,
  processes: Process[],
): Excess | null {
  const tree = { marked: (mark: string) => mark === run_id, pid, known: new Set<number>() };
  const members = membersOf(tree, processes, Deno.pid);
  if (members.length > limits.max_processes && !kernelCounts(isolation)) return "processes";
  return memoryKb(members, limits.max_memory_mb * 1024) > limits.max_memory_mb * 1024
    ? "memory"
    : null;
}

async function lookAtDisk(account: Account): Promise<void> {
  if (await countFiles(account)) end(account, "disk");
}

async function countFiles(account: Account): Promise<boolean> {
  const { run_id, limits } = account;
  const began = performance.now();
  account.disk_at = Infinity;
  try {
    account.disk_bytes = await diskBytes(account);
  } catch (error) {
    log.warn("Run {run_id}: its files could not be counted: {error}", { run_id, error });
  }
  const now = performance.now();
  account.disk_at = now + Math.max(DISK_EVERY_MS, DISK_SHARE * (now - began));
  return account.disk_bytes > limits.max_disk_mb * MB;
}

/** One run at a time: the room that it gives back may be enough for the others. */
async function lookForRoom(): Promise<void> {
  const cramped = () => [...accounts].filter(({ folders }) => !hasRoom(folders.root));
  if (looking_for_room || cramped().length === 0) return;
  looking_for_room = true;
  try {
    await Promise.all(cramped().map(countFiles));
    const [largest] = cramped().toSorted((a, b) => b.disk_bytes - a.disk_bytes);
    if (largest && !cramped().some(({ ended }) => ended)) end(largest, "room");
  } finally {
    looking_for_room = false;
  }
}

function logFailure(error: unknown): void {
  log.error("what runs use could not be looked at: {error}", { error });
}

function end(account: Account, excess: Excess): void {
  if (account.ended) return;
  account.ended = true;
  account.exceeded(excess);
}
