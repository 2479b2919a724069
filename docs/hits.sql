-- Hits of a cache of blocks, from the tables of `cachecheck keys`; the same text in DuckDB and in Spark.
-- {lifetime} and {delay} stand for microseconds; 9223372036854775807 is a lifetime without end.
-- A time that is not known is -9223372036854775808: nothing expires by it, and nothing waits for it.
with block as (
  select b.seq, b.pos, b.key_high, b.key_low, r.started as t,
    case when b.of_answer then r.ended else r.started end as wrote
  from blocks b join requests r on b.seq = r.seq where b.written
),
-- The last use of each block before, and the last call that had it: every call that has a block writes it, served or not.
used as (
  select *, max(t) over w as last_use, max(seq) over w as owner from block
  window w as (partition by key_high, key_low order by seq rows between unbounded preceding and 1 preceding)
),
aged as (
  select *,
    case when t = -9223372036854775808 or last_use = -9223372036854775808 then 0
      when t - last_use >= {lifetime} then 1 else 0 end as expired,
    case when wrote = -9223372036854775808 then wrote else wrote + {delay} end as visible
  from used
),
-- A block that had expired begins a life of its own; within one life its earliest writing decides from when on it can be served.
lives as (
  select *, sum(expired) over (partition by key_high, key_low order by seq
    rows between unbounded preceding and current row) as life from aged
),
opened as (
  select *, min(visible) over (partition by key_high, key_low, life order by seq
    rows between unbounded preceding and current row) as open_from from lives
),
looked_up as (
  select *, lag(open_from) over (partition by key_high, key_low order by seq) as open_before from opened
),
missed as (
  select seq, pos, case when owner is null or expired = 1
    or (t <> -9223372036854775808 and open_before <> -9223372036854775808 and t < open_before) then 1 else 0 end as is_missed
  from looked_up
)
-- A call is served up to the first block that it misses.
select r.seq, max(r.block_size) as block_size,
  coalesce(min(case when m.is_missed = 1 then m.pos end) - 1, max(m.pos), 0) as hit_blocks
from requests r left join missed m on m.seq = r.seq and m.pos <= r.readable_blocks
group by r.seq order by r.seq
