import { milliseconds } from "@/views/charts/answer_bar.tsx";
import { Icon } from "@/views/parts/icon.tsx";
import { Said } from "@/views/parts/said.tsx";
import { plain } from "@/views/plain.ts";
import type { SelfTest, SelfTestStage } from "@/views/webhooks.ts";

const NAMES: Record<SelfTestStage["name"], string> = {
  sign: "Sign a sample",
  send: "Send it",
  answer: "Answer",
  record: "Record",
  verify: "Verify",
  read: "Read",
  match: "Match",
};

export function SelfTestForm({ webhook_id }: { webhook_id: string }) {
  const path = `/webhooks/${webhook_id}/settings/self-test`;
  return (
    <section class="panel" aria-labelledby="self-test-title">
      <h2 id="self-test-title">Self-test</h2>
      <p class="about">
        Signs a sample that causes nothing with this webhook's secret, and posts it to its public
        address.
      </p>
      <form
        method="post"
        action={path}
        hx-post={path}
        hx-target="#self-test"
        hx-swap="innerHTML"
        data-busy="Testing…"
      >
        <button type="submit">Run the self-test</button>
      </form>
      <Said selector="#self-test .verdict" />
      <div id="self-test"></div>
    </section>
  );
}

export function SelfTestResult({ test }: { test: SelfTest }) {
  return (
    <div class="self-test">
      <p class={test.ok ? "is-completed verdict" : "is-failed verdict"}>
        <Icon name={test.ok ? "completed" : "failed"} />
        {test.ok ? "All stages passed" : "It did not get through"}
        {test.answered_ms !== null && `, answered in ${milliseconds(test.answered_ms)}`}
      </p>
      <ol class="checks">
        {test.stages.map(({ name, ok, detail }) => (
          <li key={name} class={ok ? "is-completed" : "is-failed"}>
            <Icon name={ok ? "completed" : "failed"} />
            <span>
              <b>{NAMES[name]}</b>
              <span class="sr-only">{ok ? " passed: " : " failed: "}</span> {plain(detail)}
            </span>
          </li>
        ))}
      </ol>
      {test.delivery_id && (
        <p>
          <a href={`/deliveries/${test.delivery_id}`}>The delivery that it made</a>
        </p>
      )}
    </div>
  );
}
