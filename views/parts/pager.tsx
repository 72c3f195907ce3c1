export function Pager({ first, older }: { first: string | null; older: string | null }) {
  if (!first && !older) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {first && <a class="button" href={first}>Newest</a>}
      {older && <a class="button" href={older} rel="next">Older</a>}
    </nav>
  );
}

/** Parameters that are not set are left out. */
export function withQuery(path: string, parameters: Record<string, string | null | undefined>) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  return query.size > 0 ? `${path}?${query}` : path;
}
