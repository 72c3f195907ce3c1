import type { Repository } from "@/db/nouns/repository.ts";
import type { May } from "@/views/may.ts";
import { Icon, type IconName } from "@/views/parts/icon.tsx";
import { Ago } from "@/views/parts/time.tsx";
import { oneLine, plain } from "@/views/plain.ts";

type Shown = Omit<Repository, "repository_id">;

export function RepositoryCard(
  { repository, may, now }: { repository: Shown; may: May; now: Date },
) {
  const { provider, name, looked_at, look_wanted_at, preflight_error } = repository;
  return (
    <li class="flow-card repository">
      <p class="kicker">
        <Standing repository={repository} />
        {looked_at && (
          <span>
            looked at <Ago at={looked_at} now={now} />
          </span>
        )}
        {look_wanted_at && <span>a worker is asked to look…</span>}
      </p>
      <h2 class="title">{oneLine(`${provider}:${name}`, 200)}</h2>
      {preflight_error && <p class="sub-line why">{plain(preflight_error)}</p>}
      <Told repository={repository} />
      {may.look_at_repository && <Forms repository={repository} />}
    </li>
  );
}

/** Shape, colour and words say the same. */
function Standing(
  { repository: { preflight, preflight_error, looked_at } }: { repository: Shown },
) {
  const [icon, tone, words] = standing();
  return (
    <span class={`badge is-${tone}`}>
      <Icon name={icon} />
      {words}
    </span>
  );

  function standing(): [IconName, string, string] {
    if (looked_at === null) return ["queued", "queued", "not looked at"];
    if (preflight_error !== null) return ["failed", "failed", "could not be asked"];
    const cannot = preflight?.cannot ?? [];
    if (cannot.some(({ stops }) => stops === "changes")) {
      return ["failed", "failed", "takes no changes"];
    }
    if (cannot.length > 0) return ["ignored", "refused", "takes changes, with limits"];
    return ["completed", "completed", "takes changes"];
  }
}

function Told({ repository: { preflight } }: { repository: Shown }) {
  if (!preflight) return null;
  const { can, cannot, notes, default_branch, archived } = preflight;
  return (
    <ul class="told">
      {can.length > 0 && (
        <li>
          <b>May</b> {plain(can.join(", "))}
        </li>
      )}
      {cannot.map(({ what, why, stops }) => (
        <li key={what} class={stops === "changes" ? "why" : undefined}>
          <b>May not</b> {plain(`${what}: ${why}`)}
        </li>
      ))}
      {notes.map((note) => (
        <li key={note}>
          <b>Note</b> {plain(note)}
        </li>
      ))}
      <li>
        <b>Default branch</b> {plain(default_branch) || "none yet"}
        {archived && ", archived"}
      </li>
    </ul>
  );
}

function Forms({ repository: { provider, name, submodules, lfs } }: { repository: Shown }) {
  const repository = `${provider}:${name}`;
  // `a/b-c` and `a-b/c` are two
  const id = repository.replaceAll(/[^A-Za-z0-9]/g, (letter) => `_${letter.codePointAt(0)}_`);
  return (
    <div class="repository-forms">
      <form method="post" action="/repositories/settings/look">
        <input type="hidden" name="repository" value={repository} />
        <button type="submit" aria-label={`Look again at ${repository}`}>Look again</button>
      </form>
      <form method="post" action="/repositories/settings/save" class="fetching">
        <input type="hidden" name="repository" value={repository} />
        <span>Fetch for tasks:</span>
        <Box id={`submodules-${id}`} name="submodules" label="submodules" checked={submodules} />
        <Box id={`lfs-${id}`} name="lfs" label="files of Git LFS" checked={lfs} />
        <button type="submit" class="quiet" aria-label={`Save for ${repository}`}>Save</button>
      </form>
    </div>
  );
}

function Box(
  { id, name, label, checked }: { id: string; name: string; label: string; checked: boolean },
) {
  return (
    <span class="choice">
      <input type="checkbox" id={id} name={name} checked={checked} />
      <label for={id}>{label}</label>
    </span>
  );
}
