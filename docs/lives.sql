-- The view `lives`, which docs/hits.sql and docs/state.sql read: each place at which a request to a cache of blocks leaves an entry, when that of
-- the requests before it was last used, and the least prompt that one of them had. From the tables of `cachecheck keys`; the same text in DuckDB and in Spark.
-- {lifetime} and {delay} stand for microseconds; 9223372036854775807 is a lifetime without end.
-- `state` is what the day before left, as docs/state.sql or `cachecheck hits --state-out` writes it; an empty table for the first day.
-- A time that is not known is -9223372036854775808: nothing expires by it, and nothing waits for it.
with block as (
  select b.seq, b.pos, b.key_high, b.key_low, b.read, b.after_answer, b.tokens, r.started as t,
    case when b.after_answer then r.ended else r.started end as wrote, 1 as today, cast(null as bigint) as open_from,
    r.core_tokens - r.core_tokens % r.block_size as core
  from blocks b join requests r on b.seq = r.seq where b.written and r.policy = 'blocks'
  union all
  -- An entry of the day before stands in front of all rows of its key.
  select s.owner, 0, s.key_high, s.key_low, false, false, 0, s.last_use, s.last_use, 0, s.open_from, s.least_core from state s
),
-- The last use of each block before, and whether it was there at all: every request that has a block writes it, served or not.
used as (
  select *, max(t) over w as last_use, max(today) over w as is_seen, min(core) over w as least_core from block
  window w as (partition by key_high, key_low order by today, seq rows between unbounded preceding and 1 preceding)
),
aged as (
  select *,
    case when t = -9223372036854775808 or last_use is null or last_use = -9223372036854775808 then 0
      when t - last_use >= {lifetime} then 1 else 0 end as expired,
    case when today = 0 then open_from when wrote = -9223372036854775808 then wrote else wrote + {delay} end as visible
  from used
)
-- A block that had expired begins a life of its own; within one life its earliest writing decides from when on it can be served.
select *, sum(expired) over (partition by key_high, key_low order by today, seq
  rows between unbounded preceding and current row) as life from aged
