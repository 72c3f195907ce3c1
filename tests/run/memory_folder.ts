/** What a whole run writes at most at a time, with room to spare. */
const NEEDED_BYTES = 4 * 2 ** 30;

/**
 * Mounts a tmpfs on the folder where we may and memory allows; returns whether it did. Making and
 * removing thousands of files in turn, as each Postgres does, costs ext4 several times the CPU.
 */
export async function mountMemory(path: string): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  if (Deno.systemMemoryInfo().available < 2 * NEEDED_BYTES) return false;
  return await succeeds("mount", "-t", "tmpfs", "-o", `size=${NEEDED_BYTES}`, "agent-test", path);
}

/** Also where somebody still has a file open in there. */
export async function unmount(path: string): Promise<void> {
  if (Deno.build.os === "linux") await succeeds("umount", "--lazy", path);
}

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  try {
    const run = new Deno.Command(program, { args, stdout: "null", stderr: "null" });
    return (await run.output()).success;
  } catch {
    return false;
  }
}
