import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "@/views/parts/icon.tsx";

export type StageState = "done" | "failed" | "idle";

const SIGNS: Record<StageState, [IconName, string]> = {
  done: ["completed", "completed"],
  failed: ["failed", "failed"],
  idle: ["cancelled", "cancelled"],
};

export function Stage({ id, title, state, children }: {
  id: string;
  title: string;
  state: StageState;
  children: ComponentChildren;
}) {
  const [icon, tone] = SIGNS[state];
  return (
    <li class={`stage is-${state}`} data-stage={id} data-state={state}>
      <span class={`stage-sign is-${tone}`}>
        <Icon name={icon} />
      </span>
      <section aria-labelledby={`stage-${id}`}>
        <h2 id={`stage-${id}`}>{title}</h2>
        {children}
      </section>
    </li>
  );
}

/** Nothing where there is no value. */
export function Pair({ name, value }: { name: string; value: ComponentChildren }) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
