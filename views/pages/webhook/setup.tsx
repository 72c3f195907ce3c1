import { Copyable } from "@/views/parts/copyable.tsx";
import { oneLine, plain } from "@/views/plain.ts";
import type { SetupView } from "@/views/webhooks.ts";

/** What is to be done at the provider, in its own words, with what is to be copied there. */
export function Setup({ setup, provider }: { setup: SetupView; provider: string }) {
  const { secret_setting, steps } = setup;
  return (
    <section class="panel" aria-labelledby="setup-title">
      <h2 id="setup-title">Set-up at {oneLine(provider, 40)}</h2>
      {secret_setting && (
        <p class="about">
          The secret is the one in <code>{secret_setting}</code>.
        </p>
      )}
      <ol class="steps">
        {steps.map(({ label, values }, i) => (
          <li key={i}>
            <span>{plain(label)}</span>
            {values.length === 1 && <Value text={values[0]} label={label} />}
            {values.length > 1 && (
              <ul class="checks">
                {values.map((value) => (
                  <li key={value}>
                    <span class="box" aria-hidden="true"></span>
                    {plain(value)}
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What is one word is to be copied; the rest says where to find it. */
function Value({ text, label }: { text: string; label: string }) {
  if (/\s/.test(text)) return <b class="value">{plain(text)}</b>;
  return <Copyable text={text} label={oneLine(label, 60)} />;
}
