import type { Interaction, SlackEvent } from "./schema.ts";

export interface Thing {
  kind: string;
  id: string;
}

const ABOUT_PEOPLE = /^(?:team_join|user_(?!huddle|typing)\w+)$/;

export function thingOfEvent(event: SlackEvent): Thing | null {
  const { type, file, file_id, item, subteam, subteam_id, user, view, workflow_step } = event;
  return thing("file", file_id ?? file ?? item?.file) ??
    thing("function_execution", event.function_execution_id) ??
    thing("workflow_step_execution", workflow_step?.workflow_step_execute_id) ??
    thing("subteam", subteam_id ?? subteam) ??
    thing("view", view?.root_view_id ?? view?.id) ??
    (ABOUT_PEOPLE.test(type) ? thing("user", user) : null);
}

export const thingOfInteraction = ({ view, container, workflow_step }: Interaction): Thing | null =>
  thing("view", view?.root_view_id ?? view?.id ?? container?.view_id) ??
    thing("workflow_step", workflow_step?.step_id);

const thing = (kind: string, id: string | null | undefined): Thing | null =>
  id ? { kind, id } : null;
