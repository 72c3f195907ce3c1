import { createContext, type VNode } from "preact";
import { useContext } from "preact/hooks";
import { MOST_COUNTED } from "@/db/nouns/waiting.ts";

/** How many plans wait for a yes; null: this page was made without asking. */
const PlansWaiting = createContext<number | null>(null);

export const withPlans = (plans: number | null, part: VNode): VNode => (
  <PlansWaiting.Provider value={plans}>{part}</PlansWaiting.Provider>
);

// Where a page hears of events, at once; elsewhere now and then.
const CHANGES = ["approval.requested", "approval.decided"]
  .map((event) => `${event} from:#events throttle:1s`).concat("every 30s").join(", ");

/** The count beside a link; it asks for itself again. */
export function PlansCount() {
  const plans = useContext(PlansWaiting);
  return (
    <span
      id="plans-waiting"
      hx-get="/approvals/waiting"
      hx-trigger={plans === null ? `load, ${CHANGES}` : CHANGES}
      hx-swap="outerMorph"
      data-while-visible
    >
      {plans !== null && plans > 0 && (
        <>
          <span class="count">{plans < MOST_COUNTED ? plans : `${MOST_COUNTED - 1}+`}</span>
          <span class="sr-only">{plans === 1 ? "plan waits" : "plans wait"}</span>
        </>
      )}
    </span>
  );
}
