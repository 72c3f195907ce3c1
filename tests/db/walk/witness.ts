import type { Database } from "@/db/client.ts";

/**
 * Lets the database itself refuse what was written by a run that does not hold the task: in a walk
 * every row of output and every answer names the claim of its writer.
 */
export async function watchWriters({ sql }: Database): Promise<void> {
  await sql.unsafe(`
    create function writer_holds_the_task() returns trigger language plpgsql as $$
    begin
      if not exists (select from tasks
        where task_id = new.task_id and status = 'running' and claim_id::text = new.text)
      then raise exception 'output of a run that does not hold its task'; end if;
      return null;
    end $$;
    create trigger witness after insert on task_output
      for each row execute function writer_holds_the_task();

    create function finisher_held_the_task() returns trigger language plpgsql as $$
    begin
      if new.output is distinct from 'answer of ' || old.claim_id
      then raise exception 'ended by a run that does not hold its task'; end if;
      return null;
    end $$;
    create trigger witness after update of status on tasks for each row
      when (old.status = 'running' and new.status = 'completed')
      execute function finisher_held_the_task();
  `);
}
