// The second opinion: payloads that nobody of this project wrote, where they are at hand.
import assert from "node:assert/strict";
import { gitlab } from "@/server/providers/gitlab.ts";

const folder = new URL("../../../../shared/fixtures/gitlab/", import.meta.url);
const names = await Array.fromAsync(Deno.readDir(folder)).then(
  (entries) => entries.map(({ name }) => name).sort(),
  () => [] as string[],
);
const absent = names.length > 0 ? "" : " (../shared/fixtures is absent: nothing to try)";

/** What the hook is called at GitLab, the event type and the outside id. */
const WANTED: Record<string, [hook: string, event_type: string, external_id: string | null]> = {
  "build.json": ["Job Hook", "job", "380@2293ada6b400935a1378653304eaf6221e0fdb8f"],
  "deployment.json": ["Deployment Hook", "deployment", "30:1.0.0"],
  "feature_flag.json": ["Feature Flag Hook", "feature_flag", "1/feature_flag/6"],
  // keys of this one end with blanks, so of its ids only the merge request's own is there
  "group_merge_request.json": [
    "Merge Request Hook",
    "merge_request.merge",
    "exm-namespace/example-project/merge_request/15917",
  ],
  "issue.json": ["Issue Hook", "issue.open", "1#23"],
  "job.json": ["Job Hook", "job", "31537070@95d49d1efbd941908580e79d65e4b5ecaf4a8305"],
  "member.json": ["Member Hook", "member.user_add_to_group", "group:100/user/64"],
  "merge_request.json": ["Merge Request Hook", "merge_request.open", "1!1"],
  "note_commit.json": ["Note Hook", "note.create", "5@cfe32cf61b73a0d5e9f13e774abde7ff789b1660"],
  "note_issue.json": ["Note Hook", "note.create", "5#17"],
  "note_merge_request.json": ["Note Hook", "note.create", "5!1"],
  "note_snippet.json": ["Note Hook", "note.create", "5$53"],
  "pipeline.json": ["Pipeline Hook", "pipeline", "1!1"],
  "push.json": ["Push Hook", "push", "15:refs/heads/master"],
  "release.json": ["Release Hook", "release.create", "327622/release/1.0.0"],
  "resource_access_token_group.json": [
    "Resource Access Token Hook",
    "resource_access_token.expiring_access_token",
    "group:35/access_token/25",
  ],
  "resource_access_token_project.json": [
    "Resource Access Token Hook",
    "resource_access_token.expiring_access_token",
    "7/access_token/25",
  ],
  "service_merge_request.json": ["Merge Request Hook", "merge_request.update", "2!2"],
  "subgroup.json": ["Subgroup Hook", "subgroup.subgroup_create", "group:2/group/2"],
  "tag_push.json": ["Tag Push Hook", "tag_push", "1:refs/tags/v1.0.0"],
  "wiki_page.json": ["Wiki Page Hook", "wiki_page.create", "1/wiki_page/awesome"],
};

Deno.test(`every fixture has its event type and outside id${absent}`, async () => {
  for (const name of names) {
    const body = await Deno.readFile(new URL(name, folder));
    const [hook, event_type, external_id] = WANTED[name] ?? assert.fail(`${name} is new`);
    const reading = gitlab.read(new Headers({ "x-gitlab-event": hook }), body);
    assert.ok(reading.kind === "event", `${name}: ${JSON.stringify(reading)}`);
    assert.deepEqual([reading.event.event_type, reading.event.external_id], [
      event_type,
      external_id,
    ], name);
  }
});

Deno.test(`and is read without any header${absent}`, async () => {
  for (const name of names) {
    const reading = gitlab.read(new Headers(), await Deno.readFile(new URL(name, folder)));
    assert.ok(reading.kind === "event", name);
    assert.equal(reading.event.external_id, WANTED[name][2], name);
  }
});

Deno.test(`comments are read with their text and who wrote them${absent}`, async () => {
  for (const name of names.filter((name) => name.startsWith("note_"))) {
    const body = await Deno.readFile(new URL(name, folder));
    const reading = gitlab.read(new Headers({ "x-gitlab-event": "Note Hook" }), body);
    assert.ok(reading.kind === "event");
    const { text, actor, reply_target } = reading.event;
    assert.ok(text && actor.id && actor.name && reply_target, name);
  }
});
