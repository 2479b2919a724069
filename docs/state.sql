-- The state that a day leaves to the next for caches of blocks, by the view `lives` of docs/lives.sql and with its {lifetime}: when each key was last
-- used, from when on it can be served, the last request that had it, and the least prompt that had it.
with ended as (
  select *, max(life) over (partition by key_high, key_low) as last_life, max(today) over (partition by key_high, key_low) as last_day
  from lives
)
select key_high, key_low, max(t) as last_use, min(case when life = last_life then visible end) as open_from,
  case when {lifetime} = 9223372036854775807 then cast(null as bigint) else {lifetime} end as lifetime,
  -- Requests are numbered anew each day.
  max(case when today = last_day then seq end) as owner,
  min(core) as least_core
from ended group by key_high, key_low
