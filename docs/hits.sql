-- Hits of requests to caches of blocks, and the buckets of their other tokens, by the view `lives` of docs/lives.sql; the same text in DuckDB and in
-- Spark. Buckets are those of `simulate`, to the block.
with opened as (
  select *, min(visible) over (partition by key_high, key_low, life order by today, seq
    rows between unbounded preceding and current row) as opened from lives
),
looked_up as (
  select *, lag(opened) over (partition by key_high, key_low order by today, seq) as open_before from opened
),
-- A request is served up to the first block that it misses; what it misses behind that has been seen before, or not.
request as (
  select r.seq, max(r.policy) as policy, max(r.prompt_tokens) as prompt,
    coalesce(max(case when l.is_seen is not null and not l.after_answer then l.tokens end), 0) as common,
    coalesce(max(case when l.is_seen is not null and l.read then l.tokens end), 0) as looked_at,
    min(case when l.read and l.is_seen is not null and l.t <> -9223372036854775808 and l.open_before <> -9223372036854775808
      and l.t < l.open_before then (l.pos - 1) * r.block_size end) as pending_from,
    min(case when l.read and l.expired = 1 then (l.pos - 1) * r.block_size end) as expired_from,
    -- The last block that was seen has had the fewest requests, the least of which is the greatest of all.
    max(case when l.is_seen is not null and not l.after_answer then l.least_core end) as least_core,
    -- Of a prompt below the minimum no block is known, and a trace does not show where prompts end.
    max(case when (l.seq is not null or r.prompt_tokens < r.block_size) and r.profile <> 'block-trace' then 1 end) as has_blocks
  from requests r left join looked_up l on l.seq = r.seq and l.today = 1
  group by r.seq
),
bounded as (
  select *, least(coalesce(pending_from, looked_at), looked_at) as pending_at,
    greatest(least(common, prompt - 1), looked_at) as servable,
    case when policy = 'blocks' and has_blocks = 1 then prompt - common end as fresh
  from request
)
-- Of rules that do not keep blocks this says nothing.
select seq,
  case when policy = 'blocks' then least(pending_at, coalesce(expired_from, pending_at)) when policy = 'none' then 0 end as hit_tokens,
  case when fresh is not null then least(pending_at, coalesce(expired_from, pending_at)) end as bucket_hit,
  case when fresh is not null then servable - looked_at end as bucket_tail,
  case when fresh is not null then common - least(common, servable) end as bucket_rule,
  case when fresh is not null then looked_at - pending_at end as bucket_pending,
  case when fresh is not null then pending_at - least(pending_at, coalesce(expired_from, pending_at)) end as bucket_expired,
  case when fresh is not null then 0 end as bucket_evicted,
  case when common > 0 and least_core <= common then fresh when fresh is not null then 0 end as bucket_new,
  case when common > 0 and least_core > common then fresh when fresh is not null then 0 end as bucket_diverged,
  case when common = 0 then fresh when fresh is not null then 0 end as bucket_cold
from bounded order by seq
