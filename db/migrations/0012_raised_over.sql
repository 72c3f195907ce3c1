-- Whoever raises a profile trusts what is there by then. Ids of these messages, and no time: clocks
-- of machines differ, and what commits later may have begun before.
alter table tasks add column profile_raised_over uuid[];
