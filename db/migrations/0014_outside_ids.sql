-- A delivery may tell of a comment of our own. Only what is out has an id, so accepting costs nothing.
create index replies_by_outside_id on replies using gin (outside_ids) where outside_ids <> '{}';
