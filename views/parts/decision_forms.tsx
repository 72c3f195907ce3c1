import type { ComponentChildren } from "preact";
import type { Approval } from "@/db/approvals.ts";

const MOST_CHARACTERS = 4000;

/** Approve, send back, reject: plain forms, which name the plan that was read. */
export function DecisionForms({ approval }: { approval: Approval }) {
  return (
    <section class="decide" aria-labelledby="decide-title">
      <h2 id="decide-title">Your decision</h2>
      <Form approval={approval} way="approve">
        <Note id="approve-note" label="Note for the agent (optional)" />
        <button type="submit" class="primary">Approve</button>
      </Form>
      <div class="actions">
        <details class="confirm">
          <summary class="button">Send back…</summary>
          <Form approval={approval} way="send-back">
            <Note id="send-back-note" label="What should the plan do otherwise?" required />
            <button type="submit">Ask for a new plan</button>
          </Form>
        </details>
        <details class="confirm">
          <summary class="button danger">Reject…</summary>
          <Form approval={approval} way="reject">
            <Note id="reject-note" label="Why? It is told where the work was asked for." />
            <button type="submit" class="danger">Reject this plan</button>
          </Form>
        </details>
      </div>
    </section>
  );
}

function Form({ approval: { approval_id, plan_hash }, way, children }: {
  approval: Approval;
  way: string;
  children: ComponentChildren;
}) {
  return (
    <form method="post" action={`/approvals/${approval_id}/${way}`} class="confirm-box">
      <input type="hidden" name="plan_hash" value={plan_hash} />
      {children}
    </form>
  );
}

function Note({ id, label, required }: { id: string; label: string; required?: boolean }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} name="note" rows={2} maxLength={MOST_CHARACTERS} required={required}>
      </textarea>
    </div>
  );
}
