import { FORM_TYPE, type Read, read } from "@/tests/server/providers/slack_payloads.ts";

export const folder = new URL("../../../../shared/fixtures/slack/", import.meta.url);
export const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch(
  () => [],
);

/** What the names of tests say when there are none. */
export const missing = files.length > 0 ? "" : " (../shared/fixtures is absent: nothing to try)";

/** One of the real payloads, read. */
export const fixture = async (name: string): Promise<Read> => {
  const text = await Deno.readTextFile(new URL(name, folder));
  const { raw_body } = JSON.parse(text);
  if (raw_body) return read(raw_body, FORM_TYPE);
  const is_event = /^(event_callback|url_verification)/.test(name);
  return is_event ? read(text) : read(new URLSearchParams({ payload: text }).toString(), FORM_TYPE);
};
