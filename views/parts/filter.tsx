import { withQuery } from "./pager.tsx";

interface FilterProps {
  label: string;
  path: string;
  name: string;
  values: readonly string[];
  chosen: string | undefined;
  /** The other filters, which stay. */
  others?: Record<string, string | undefined>;
  /** Shows the label instead of leaving it to screen readers. */
  shown?: boolean;
}

export function Filter({ label, path, name, values, chosen, others = {}, shown }: FilterProps) {
  return (
    <nav class="filter" aria-label={label}>
      {shown && <span aria-hidden="true">{label}</span>}
      <ul>
        {[undefined, ...values].map((value) => (
          <li key={value ?? "all"}>
            <a
              href={withQuery(path, { ...others, [name]: value })}
              aria-current={value === chosen ? "true" : undefined}
            >
              {value?.replaceAll("_", " ") ?? "all"}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
