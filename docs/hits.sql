-- Hits of calls to caches of blocks, by the view `lives` of docs/lives.sql; the same text in DuckDB and in Spark.
with opened as (
  select *, min(visible) over (partition by key_high, key_low, life order by today, seq
    rows between unbounded preceding and current row) as opened from lives
),
looked_up as (
  select *, lag(opened) over (partition by key_high, key_low order by today, seq) as open_before from opened
),
missed as (
  select seq, pos, tokens, case when is_seen is null or expired = 1
    or (t <> -9223372036854775808 and open_before <> -9223372036854775808 and t < open_before) then 1 else 0 end as is_missed
  from looked_up where today = 1 and read
)
-- A call is served up to the first block that it misses. Of rules that do not keep blocks this says nothing.
select r.seq, case when max(r.policy) = 'blocks'
  then coalesce(min(case when m.is_missed = 1 then (m.pos - 1) * r.block_size end), max(m.tokens), 0)
  when max(r.policy) = 'none' then 0 end as hit_tokens
from requests r left join missed m on m.seq = r.seq
group by r.seq order by r.seq
