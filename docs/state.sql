-- The state that a day leaves to the next for caches of blocks, from the same tables and with the same settings as docs/hits.sql: when each
-- key was last used, from when on it can be served, and the last call that had it.
with block as (
  select b.seq, b.key_high, b.key_low, r.started as t,
    case when b.after_answer then r.ended else r.started end as wrote, 1 as today, cast(null as bigint) as open_from
  from blocks b join requests r on b.seq = r.seq where b.written and r.policy = 'blocks'
  union all
  select s.owner, s.key_high, s.key_low, s.last_use, s.last_use, 0, s.open_from from state s
),
used as (
  select *, max(t) over (partition by key_high, key_low order by today, seq
    rows between unbounded preceding and 1 preceding) as before from block
),
aged as (
  select *,
    case when t = -9223372036854775808 or before is null or before = -9223372036854775808 then 0
      when t - before >= {lifetime} then 1 else 0 end as expired,
    case when today = 0 then open_from when wrote = -9223372036854775808 then wrote else wrote + {delay} end as visible
  from used
),
lives as (
  select *, sum(expired) over (partition by key_high, key_low order by today, seq
    rows between unbounded preceding and current row) as life from aged
),
ended as (
  select *, max(life) over (partition by key_high, key_low) as last_life,
    max(today * 2 - 1) over (partition by key_high, key_low) as is_today from lives
)
select key_high, key_low, max(t) as last_use, min(case when life = last_life then visible end) as open_from,
  case when {lifetime} = 9223372036854775807 then cast(null as bigint) else {lifetime} end as lifetime,
  -- Calls are numbered anew each day.
  max(case when today = 1 or is_today < 0 then seq end) as owner
from ended group by key_high, key_low
