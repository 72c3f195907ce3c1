-- A delivery without what the commands of these names would write.
create or replace function without_commands(item jsonb, names jsonb) returns jsonb
language sql immutable as $$
  select item || jsonb_build_object(
    'tasks', (
      select coalesce(jsonb_agg(t), '[]') from jsonb_array_elements(item -> 'tasks') t
      where not names ? (t ->> 'command')),
    'task_ids', (
      select coalesce(jsonb_agg(t -> 'task_id'), '[]') from jsonb_array_elements(item -> 'tasks') t
      where not names ? (t ->> 'command')),
    'replies', (
      select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(item -> 'replies') r
      where not names ? (r ->> 'command')),
    'workflows', (
      select jsonb_agg(w) from jsonb_array_elements(item -> 'workflows') w
      where not names ? (w ->> 'command')),
    'news', (
      select jsonb_agg(n) from jsonb_array_elements(item -> 'news') n
      where not names ? coalesce(n ->> 'command', '')),
    'question',
      case when names ? (item #>> '{question,command}') then null else item -> 'question' end)
$$;
