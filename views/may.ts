/** What the one who looks may do; views hide what they may not. */
export interface May {
  ask: boolean;
  steer_tasks: boolean;
  replay: boolean;
  create_webhook: boolean;
  change_webhook: boolean;
  switch_webhook: boolean;
  test_webhook: boolean;
  add_command: boolean;
  switch_command: boolean;
}
