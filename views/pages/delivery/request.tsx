import type { RawRequest } from "@/db/deliveries/list.ts";
import { bytes } from "@/views/format.ts";
import { Code } from "@/views/output/tool_input.tsx";
import { oneLine } from "@/views/plain.ts";
import { LONGEST_READABLE, readableBody } from "@/views/readable_body.ts";
import { isSecretName, REDACTED } from "@/views/redact_payload.ts";

const SHOWN = 64_000;

/** The request without its secrets. */
export function Request({ raw }: { raw: RawRequest | null }) {
  const headers = Object.entries(raw?.headers ?? {});
  return (
    <section aria-labelledby="request" class="request">
      <h2 id="request">The request</h2>
      {headers.length > 0 && (
        <details class="fold">
          <summary>Headers, without secrets</summary>
          <dl class="fields">
            {headers.map(([name, value]) => (
              <Header
                key={name}
                name={name}
                value={isSecretName(name) ? REDACTED : String(value)}
              />
            ))}
          </dl>
        </details>
      )}
      <Body body={raw?.body ?? null} />
    </section>
  );
}

function Header({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{oneLine(name, 80)}</dt>
      <dd>
        <code>{oneLine(value, 300)}</code>
      </dd>
    </>
  );
}

function Body({ body }: { body: Uint8Array | null }) {
  if (!body) {
    return (
      <p class="muted">The body was not kept: only authentic, readable, first deliveries are.</p>
    );
  }
  const text = readableBody(body);
  if (text === null) {
    return (
      <p class="muted">
        {body.length > LONGEST_READABLE
          ? `The body has ${bytes(body.length)}: more than is shown here.`
          : "The body is no text."}
      </p>
    );
  }
  return (
    <details class="fold" open>
      <summary>Body, without secrets</summary>
      <Code text={text} label="Body" longest={SHOWN} />
    </details>
  );
}
