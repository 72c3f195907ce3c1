import { Copyable } from "@/views/parts/copyable.tsx";
import { oneLine, plain } from "@/views/plain.ts";
import type { SetupView, WebhookView } from "@/views/webhooks.ts";

/** What to do at the provider, in its own words, and what to copy there. */
export function Setup({ setup, webhook }: {
  setup: SetupView;
  webhook: Pick<WebhookView, "sender">;
}) {
  const { secret_setting, steps } = setup;
  return (
    <section class="panel" aria-labelledby="setup-title">
      <h2 id="setup-title">Set-up at {senderOf(webhook)}</h2>
      {secret_setting && (
        <p class="about">
          The secret is the one in <code>{secret_setting}</code>.
        </p>
      )}
      <ol class="steps">
        {steps.map(({ label, values }, i) => (
          <li key={i}>
            <span>{plain(label)}</span>
            <Values values={values} label={oneLine(label, 60)} />
          </li>
        ))}
      </ol>
    </section>
  );
}

export const senderOf = ({ sender }: Pick<WebhookView, "sender">): string => oneLine(sender, 40);

/** One value, or several with an address among them, are copied; others are ticked. */
function Values({ values, label }: { values: string[]; label: string }) {
  if (values.length === 1) return <Value text={values[0]} label={label} />;
  if (values.some((value) => value.includes("://"))) {
    return (
      <>
        {values.map((value, n) => <Value key={value} text={value} label={`${label}, ${n + 1}`} />)}
      </>
    );
  }
  if (values.length === 0) return null;
  return (
    <ul class="checks">
      {values.map((value) => (
        <li key={value}>
          <span class="box" aria-hidden="true"></span>
          {plain(value)}
        </li>
      ))}
    </ul>
  );
}

/** Words say where to find it; anything else is copied. */
function Value({ text, label }: { text: string; label: string }) {
  if (/^[^/].*\s/.test(text)) return <b>{plain(text)}</b>;
  return <Copyable text={text} label={label} />;
}
