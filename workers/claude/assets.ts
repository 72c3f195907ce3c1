/** What runs read of `.claude`: a copy that all of them share and none can write to. */
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { findProblems } from "@/server/registry/files.ts";
import { ASSET_NAMES } from "@/workers/claude/assets/place.ts";
import { copyReadOnly, stateOf } from "@/workers/claude/assets/copy.ts";
import { removeNow, removeTree } from "@/workers/claude/folders.ts";

const log = getLogger(["agent", "claude"]);

/** Looking at thousands of files takes long: then it is done less often. */
const QUICK_MS = 5;
const SHARE = 20;

/** One state of the files. It never changes, and stays for as long as somebody holds it. */
export interface AssetVersion {
  readonly path: string;
  readonly names: string[];
}

interface Version extends AssetVersion {
  state: string;
  holders: number;
}

/** Of one `.claude` folder; a new version is made when somebody asks and a file has changed. */
export class Assets {
  readonly #source: string;
  readonly #dir: string;
  #newest: Version | null = null;
  readonly #removing = new Set<Promise<void>>();
  #made = 0;
  #look_again_ms = 0;

  constructor(source: string, dir: string) {
    this.#source = source;
    this.#dir = dir;
  }

  hold(): AssetVersion {
    const version = this.#look();
    version.holders++;
    return version;
  }

  letGo(held: AssetVersion): void {
    const version = held as Version;
    version.holders--;
    this.#removeUnused(version);
  }

  isNewest(version: AssetVersion): boolean {
    return this.#look() === version;
  }

  async settled(): Promise<void> {
    await Promise.all(this.#removing);
  }

  async clear(): Promise<void> {
    await this.settled();
    await removeTree(this.#dir);
  }

  #look(): Version {
    const now = performance.now();
    if (this.#newest && now < this.#look_again_ms) return this.#newest;
    const state = ASSET_NAMES.map((name) => stateOf(join(this.#source, name))).join("\n");
    const took = performance.now() - now;
    this.#look_again_ms = took < QUICK_MS ? 0 : now + SHARE * took;
    return this.#newest?.state === state ? this.#newest : this.#make(state);
  }

  #make(state: string): Version {
    const path = join(this.#dir, String(this.#made++));
    const names = this.#copyTo(path);
    // A run's user walks here where it has no mounts of its own.
    for (const folder of [this.#dir, path]) Deno.chmodSync(folder, 0o711);
    const before = this.#newest;
    this.#newest = { path, names, state, holders: 0 };
    if (before) this.#removeUnused(before);
    void this.#tellProblems();
    return this.#newest;
  }

  /** Returns what there was to copy. Each run tries again: halves of copies would fill the disk. */
  #copyTo(path: string): string[] {
    try {
      Deno.mkdirSync(path, { recursive: true });
      return ASSET_NAMES.filter((name) => copyReadOnly(join(this.#source, name), join(path, name)));
    } catch (error) {
      removeNow(path);
      throw error;
    }
  }

  #removeUnused({ holders, path }: Version): void {
    if (holders > 0 || path === this.#newest?.path) return;
    const removing = removeTree(path)
      .catch((error) =>
        log.warn("{path} is not needed any more, and stays: {error}", { path, error })
      )
      .finally(() => this.#removing.delete(removing));
    this.#removing.add(removing);
  }

  /** The CLI drops what it cannot read without a word. */
  async #tellProblems(): Promise<void> {
    const problems = await findProblems(this.#source).catch((error) => [String(error)]);
    for (const problem of problems) log.warn("in .claude, {problem}", { problem });
  }
}
