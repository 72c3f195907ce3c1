/** The world around the product. It lives in the process of the chaos and survives every fault. */
import { type GithubRecorder, startGithubRecorder } from "@/server/demo/github_recorder.ts";
import { type ServiceRecorder, startServiceRecorder } from "@/server/demo/service_recorder.ts";
import type { Scenario } from "@/server/demo/scenarios.ts";
import { type ScriptedModel, startScriptedModel } from "@/server/demo/scripted_model.ts";

export interface Outside extends AsyncDisposable {
  model: ScriptedModel;
  github: GithubRecorder;
  services: ServiceRecorder;
  /** Words of messages into running tasks that a CLI has passed on to the model. */
  heard: Set<string>;
}

/** What the model's answer to a task ends with. */
export const lastWord = (id: string): string => `end-${id}`;
/** A prompt whose answer is `pieces` words, `delay_ms` apart, and then its last word. */
export const script = (id: string, pieces: number, delay_ms: number): string =>
  `[[chaos:${id}:${pieces}:${delay_ms}]]`;
export const SCRIPTED = /\[\[chaos:([a-z0-9]+):/;
export const WORD = /\bsaid-[a-z0-9]+\b/g;

const chaos: Scenario = ([id, pieces, delay_ms]) => [{
  text: [...Array.from({ length: Number(pieces) }, (_, i) => `word${i} `), lastWord(id)],
  delay_ms: Number(delay_ms),
}];

const KEPT_REQUESTS = 500;
const COLLECT_EVERY_MS = 200;

/** Starts the scripted model and the stand-ins for the services. */
export async function startOutside(): Promise<Outside> {
  const stack = new AsyncDisposableStack();
  const model = stack.use(
    await startScriptedModel({ scenarios: { chaos }, keep: KEPT_REQUESTS }),
  );
  const github = startGithubRecorder();
  stack.defer(() => github.close());
  const services = startServiceRecorder();
  stack.defer(() => services.close());
  const heard = new Set<string>();
  const timer = setInterval(() => collect(model, heard), COLLECT_EVERY_MS);
  stack.defer(() => clearInterval(timer));
  return {
    model,
    github,
    services,
    heard,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

// Whole requests of a CLI are large: the words are all that is kept of them.
function collect(model: ScriptedModel, heard: Set<string>): void {
  for (const { body } of model.requests.splice(0)) {
    for (const [word] of JSON.stringify(body.messages).matchAll(WORD)) heard.add(word);
  }
}
