import { Field, type FieldProblem, FormProblems, Tick } from "@/views/parts/field.tsx";
import { plain } from "@/views/plain.ts";

export interface ProviderChoice {
  name: string;
  title: string;
  /** True where the provider makes the secret; else we may. */
  gives_secret: boolean;
}

/** As typed. */
export interface CreateDraft {
  provider: string;
  name: string;
  description: string;
  secret: string;
  command_prefix: string;
  separate_endpoint: boolean;
}

const FIELDS = ["provider", "name", "description", "secret", "command_prefix", "separate_endpoint"];

const EMPTY: CreateDraft = {
  provider: "",
  name: "",
  description: "",
  secret: "",
  command_prefix: "",
  separate_endpoint: true,
};

/** Folded, unless input was refused. */
export function CreateForm({ providers, draft = EMPTY, problems }: {
  providers: ProviderChoice[];
  draft?: CreateDraft;
  problems: FieldProblem[];
}) {
  const given = providers.filter(({ gives_secret }) => gives_secret).map(({ title }) => title);
  return (
    <details class="fold panel" id="create" open={problems.length > 0}>
      <summary>Create a webhook</summary>
      <form class="form" method="post" action="/webhooks">
        <FormProblems problems={problems} fields={FIELDS} />
        <div class="columns">
          <Field name="provider" label="Provider" problems={problems}>
            {(input) => (
              <select {...input}>
                {providers.map(({ name, title }) => (
                  <option key={name} value={name} selected={name === draft.provider}>
                    {title}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field name="name" label="Name" problems={problems} hint="Left empty: the provider's.">
            {(input) => <input {...input} value={plain(draft.name)} maxLength={100} />}
          </Field>
        </div>
        <Field name="description" label="What it is for" problems={problems}>
          {(input) => <input {...input} value={plain(draft.description)} maxLength={300} />}
        </Field>
        <div class="columns">
          <Field
            name="secret"
            label="Secret"
            problems={problems}
            hint={`Left empty, one is made up and shown once. ${
              given.join(" and ")
            } make it up themselves: put theirs here.`}
          >
            {(input) => (
              <input {...input} value={draft.secret} autocomplete="off" spellcheck={false} />
            )}
          </Field>
          <Field
            name="command_prefix"
            label="Prefix"
            problems={problems}
            hint="What addresses the agent. Left empty: as COMMAND_PREFIX says."
          >
            {(input) => <input {...input} value={plain(draft.command_prefix)} maxLength={50} />}
          </Field>
        </div>
        <Tick
          name="separate_endpoint"
          label="An address of its own"
          hint="Without it and without a secret, the provider's webhook that is there is used."
          checked={draft.separate_endpoint}
        />
        <div class="actions">
          <button type="submit" class="primary">Create webhook</button>
        </div>
      </form>
    </details>
  );
}
