import assert from "node:assert/strict";
import { issueEvent, type Payload } from "./gitlab_payloads.ts";
import { by_path, elsewhere, note, read } from "./gitlab_id_rows.ts";

Deno.test("a project that only the issue names is answered, too; one known by its path is not", () => {
  const target = (change: Payload, attributes: Payload = {}) =>
    read("Issue Hook", elsewhere(issueEvent("open", attributes), change)).reply_target;
  assert.equal(target({}, { project_id: 6 })?.project_id, 6);
  assert.equal(target({ project: by_path }, { project_id: 6 })?.project, "harbour/tea-shop");
  assert.equal(target({ project: by_path }), null);
});

Deno.test("an id that is no id does not hide the one that is", () => {
  for (const odd of ["5", -5, 1.5, null, {}, 2 ** 60]) {
    const payload = elsewhere(issueEvent("open", { project_id: 6 }), { project: { id: odd } });
    assert.equal(read("Issue Hook", payload).external_id, "6#17", String(odd));
  }
});

Deno.test("a comment on a work item is read and answered as one on an issue", () => {
  const on = (confidential: boolean) =>
    read(
      "Confidential Note Hook",
      note({ noteable_type: "WorkItem", project_id: 6 }, {
        event_type: "confidential_note",
        work_item: { iid: 17, title: "Totals", description: "Wrong", confidential },
      }),
    );
  const { text, context, reply_target } = on(true);
  assert.deepEqual([text, context?.body], ["@agent analyze", "Wrong"]);
  assert.deepEqual([reply_target?.iid, reply_target?.internal], [17, false]);
  assert.equal(on(false).reply_target?.internal, true);
});

Deno.test("what is only done by somebody is not about them", () => {
  const event = read("Future Hook", { object_kind: "future", project_id: 5, user_id: 4 });
  assert.deepEqual([event.container?.id, event.object], ["5", null]);
});

Deno.test("two vulnerabilities that one call changes are two things", () => {
  const key = (number: number) =>
    read("Vulnerability Hook", {
      object_kind: "vulnerability",
      object_attributes: {
        project_id: 50,
        url: `https://git.example.com/a/b/-/security/vulnerabilities/${number}`,
        updated_at: "2026-01-08T00:46:14Z",
      },
    }).event_key;
  assert.notEqual(key(1), key(2));
});
