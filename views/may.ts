/** What the person who looks may do; views hide the rest. */
export interface May {
  ask: boolean;
  steer_tasks: boolean;
  steer_flows: boolean;
  decide: boolean;
  replay: boolean;
  look_at_repository: boolean;
  create_webhook: boolean;
  change_webhook: boolean;
  switch_webhook: boolean;
  test_webhook: boolean;
  add_command: boolean;
  switch_command: boolean;
}
