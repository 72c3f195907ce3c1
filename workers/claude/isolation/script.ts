/** When memory runs out, the kernel ends a run before us or Postgres. */
export const END_FIRST = "{ echo 500 > /proc/self/oom_score_adj; } 2>/dev/null || :\n";

// $1 base folder, $2 file for the list of mounts, $3 fstab lines of the run, $4 how many paths to
// hide, each twice: itself, and as fstab wants it. Then the command. One `mount --all` takes 3 ms,
// ten `mount`s took 18. The list is a real file, since libmount refuses a pipe.
const FURNISH = `
${END_FIRST}base=$1 table=$2 binds=$3 hidden=$4 pairs=$(($4 * 2))
shift 4
empty='tmpfs ro,size=4k,mode=0555 0 0'
list() {
  printf '%s\\n' "agent $base tmpfs size=1m,mode=0755 0 0"
  printf '%s' "$binds"
  while [ "$hidden" -gt 0 ]; do
    if [ -d "$1" ]; then printf '%s\\n' "agent-mask $2 $empty"
    elif [ -e "$1" ]; then printf '%s\\n' "/dev/null $2 none bind 0 0"
    fi
    shift 2
    hidden=$((hidden - 1))
  done
  READ_ONLY
  names=
  for dir in /run/systemd/resolve /run/resolvconf /run/NetworkManager /run/netconfig; do
    [ -d $dir ] || continue
    names=kept
    printf '%s\\n' "$dir $base$dir none rbind,X-mount.mkdir=0755 0 0"
  done
  for dir in /*; do
    [ -d "$dir" ] && [ ! -L "$dir" ] || continue
    case $dir in
      "$base"|/bin|/dev|/etc|/gnu|/lib*|/nix|/opt|/proc|/sbin|/sys|/tmp|/usr|/var) ;;
      *[!A-Za-z0-9/._+@-]*) ;;
      /run)
        if [ $names ]; then printf '%s\\n' "$base/run /run none rbind 0 0"
        else printf '%s\\n' "agent-mask /run $empty"
        fi ;;
      *) printf '%s\\n' "agent-mask $dir $empty" ;;
    esac
  done
  [ -L /var/run ] || [ ! -d /var/run ] || printf '%s\\n' "agent-mask /var/run $empty"
  [ ! -d /dev/shm ] || printf '%s\\n' "agent-mask /dev/shm tmpfs size=256m,mode=1777 0 0"
  [ ! -d /var/tmp ] || printf '%s\\n' "$base/agent/tmp /var/tmp none rbind 0 0"
  printf '%s\\n' "$base/agent/tmp /tmp none rbind 0 0"
}
list "$@" > "$table" && mount -n -a -T "$table" || exit 126
for dir in /*; do
  case $dir in
    *[!A-Za-z0-9/._+@-]*)
      [ ! -d "$dir" ] || mount -n -t tmpfs -o ro,size=4k,mode=0555 agent-mask "$dir" || exit 126 ;;
  esac
done
shift $pairs
cd "$base/agent/work" || exit 126
exec "$@"
`;

/** An ordinary user may own parts of the system folders, which stay visible. */
const OWN_FOLDERS_READ_ONLY = `
  for dir in /opt /opt/* /usr/local /usr/local/* /usr/local/*/* /var/* /var/*/*; do
    case $dir in *[!A-Za-z0-9/._+@-]*) continue ;; esac
    if [ -O "$dir" ] && [ -d "$dir" ] && [ ! -L "$dir" ]; then
      printf '%s\\n' "$dir $dir none rbind,ro,nosuid,nodev 0 0"
    fi
  done
`;

export function furnishScript(kind: "uid" | "namespace"): string {
  return FURNISH.replace("READ_ONLY", () => kind === "namespace" ? OWN_FOLDERS_READ_ONLY : "");
}

export function fstabField(path: string): string {
  return path.replace(
    /[\s\\#]/g,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}
