
use builtin;
use str;

set edit:completion:arg-completer[cachecheck] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'cachecheck'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'cachecheck'= {
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand simulate 'Replay logs through the provider''s prompt cache and show what should have hit'
            cand diff 'Compare two versions of a template and their stable prefixes'
            cand lint 'Find mistakes in templates that lose cache hits'
            cand check 'Check a repository''s templates against the gates in cachecheck.yaml'
            cand lock 'Write cachecheck.lock: the stable prefix of each template, by its tokens and their hash'
            cand cost 'Show the cost of requests, without a cache, and with the best possible cache'
            cand curve 'Show the hit ratio at every lifetime or capacity, from one replay'
            cand rates 'List prices in the rate card, with their dates and sources'
            cand parse 'Convert any log to one normalised exchange per line'
            cand profiles 'List the known cache rules, with lifetime and source'
            cand completions 'Print completions for a shell'
        }
        &'cachecheck;simulate'= {
            cand --scope 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]'
            cand --log-format 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]'
            cand --max-line 'Longest line or document that is read, such as 64MB'
            cand --threads 'Number of threads; it changes no result [default: one per core]'
            cand --max-memory 'Memory for texts and tokens that repeat, such as 2GB; it changes no result'
            cand --format 'Output format'
            cand --by 'Give the totals for each of these as well'
            cand --profile 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]'
            cand --ttl 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]'
            cand --delay 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]'
            cand --capacity 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]'
            cand --block-size 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]'
            cand --rates 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`'
            cand --currency 'Currency of the prices, such as CNY [default: USD]'
            cand --fx 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated'
            cand --at 'Time of requests that have none in the log, such as 2026-04-05'
            cand --tier 'Service tier of requests that name none: standard, batch, flex or priority'
            cand --provider 'Provider that bills the requests, such as azure-openai [default: the model''s maker]'
            cand --strict 'Stop at the first line that cannot be read, or that has no price if prices are wanted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;diff'= {
            cand --git 'Compare each path with itself at this revision'
            cand --format 'Output format'
            cand --config 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]'
            cand --logs 'Logs of requests made from the new templates; they tell how many requests there are and which variables never change'
            cand --requests-per-day 'Number of requests per day, for costs per month'
            cand --profile 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]'
            cand --model 'The model of the prompts, which decides tokenizer and prices'
            cand --stable 'A variable that has the same value in each request, and the value if it is known; may be repeated'
            cand --rates 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`'
            cand --currency 'Currency of the prices, such as CNY [default: USD]'
            cand --fx 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated'
            cand --at 'Time of requests that have none in the log, such as 2026-04-05'
            cand --tier 'Service tier of requests that name none: standard, batch, flex or priority'
            cand --provider 'Provider that bills the requests, such as azure-openai [default: the model''s maker]'
            cand --exit-code 'Exit with 1 if anything differs for the model, as diff(1) does'
            cand --allow-outside 'Let the configuration name files outside the repository, such as a rate card that several share'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;lint'= {
            cand --format 'Output format'
            cand --rule 'Apply only this rule; may be repeated'
            cand --no-rule 'Leave out this rule; may be repeated'
            cand --fail-on 'Lowest severity that fails the run'
            cand --explain 'Explain a rule, with an example that it reports and one that it does not'
            cand --config 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]'
            cand --profile 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]'
            cand --model 'The model of the prompts, which decides tokenizer and prices'
            cand --stable 'A variable that has the same value in each request, and the value if it is known; may be repeated'
            cand --rates 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`'
            cand --currency 'Currency of the prices, such as CNY [default: USD]'
            cand --fx 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated'
            cand --at 'Time of requests that have none in the log, such as 2026-04-05'
            cand --tier 'Service tier of requests that name none: standard, batch, flex or priority'
            cand --provider 'Provider that bills the requests, such as azure-openai [default: the model''s maker]'
            cand --list-rules 'List the rules'
            cand --allow-outside 'Let the configuration name files outside the repository, such as a rate card that several share'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;check'= {
            cand --base 'The revision that gates on changes compare with, such as HEAD~1 or origin/main'
            cand --config 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]'
            cand --format 'Output format'
            cand --unknown-is 'Verdict of the run if a gate is unknown'
            cand --max-skipped 'The largest share of lines of logs that cannot be read before gates on them are unknown [default: 1%]'
            cand --allow-outside 'Let the configuration name files outside the repository, such as a rate card that several share'
            cand --strict 'Stop at the first line of a log that cannot be read'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;lock'= {
            cand --config 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]'
            cand --allow-outside 'Let the configuration name files outside the repository, such as a rate card that several share'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;cost'= {
            cand --scope 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]'
            cand --log-format 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]'
            cand --max-line 'Longest line or document that is read, such as 64MB'
            cand --threads 'Number of threads; it changes no result [default: one per core]'
            cand --max-memory 'Memory for texts and tokens that repeat, such as 2GB; it changes no result'
            cand --format 'Output format'
            cand --by 'Give the totals for each of these as well'
            cand --model 'The model: a name from `cachecheck rates`'
            cand --prompt-tokens 'Tokens of the whole prompt'
            cand --hit-ratio 'Share of the prompt that is read from the cache, such as 0.6 or 60%; rounded down to whole tokens'
            cand --hit-ratio-before 'Earlier hit ratio; the result says how much the change saves'
            cand --hit-tokens 'Prompt tokens read from the cache'
            cand --miss-tokens 'Prompt tokens neither read from the cache nor written to it'
            cand --written-tokens 'Prompt tokens written to the cache at a price of their own [default: 0]'
            cand --write-lifetime 'Lifetime of the written tokens: 5m, 30m, 1h or 12h [default: the shortest that the model offers]'
            cand --output-tokens 'Tokens of the answer, reasoning included [default: 0]'
            cand --reasoning-tokens 'Reasoning tokens among them, if they have a price of their own'
            cand --sweep 'Add a table of costs by hit ratio'
            cand --requests-per-day 'Number of requests per day, for the cost of 30 days'
            cand --profile 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]'
            cand --ttl 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]'
            cand --delay 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]'
            cand --capacity 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]'
            cand --block-size 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]'
            cand --rates 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`'
            cand --currency 'Currency of the prices, such as CNY [default: USD]'
            cand --fx 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated'
            cand --at 'Time of requests that have none in the log, such as 2026-04-05'
            cand --tier 'Service tier of requests that name none: standard, batch, flex or priority'
            cand --provider 'Provider that bills the requests, such as azure-openai [default: the model''s maker]'
            cand --strict 'Stop at the first line that cannot be read, or that has no price if prices are wanted'
            cand --monthly 'Scale the cost from the time span of the log to 30 days'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;curve'= {
            cand --scope 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]'
            cand --log-format 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]'
            cand --max-line 'Longest line or document that is read, such as 64MB'
            cand --threads 'Number of threads; it changes no result [default: one per core]'
            cand --max-memory 'Memory for texts and tokens that repeat, such as 2GB; it changes no result'
            cand --over 'The limit on the horizontal axis'
            cand --format 'Output format'
            cand --points 'Largest number of points; each adds about the same number of hits'
            cand --limits 'Only these lifetimes (10m,24h,never) or capacities (5000,20k)'
            cand --profile 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]'
            cand --ttl 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]'
            cand --delay 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]'
            cand --capacity 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]'
            cand --block-size 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]'
            cand --rates 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`'
            cand --currency 'Currency of the prices, such as CNY [default: USD]'
            cand --fx 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated'
            cand --at 'Time of requests that have none in the log, such as 2026-04-05'
            cand --tier 'Service tier of requests that name none: standard, batch, flex or priority'
            cand --provider 'Provider that bills the requests, such as azure-openai [default: the model''s maker]'
            cand --strict 'Stop at the first line that cannot be read, or that has no price if prices are wanted'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;rates'= {
            cand --at 'Only prices valid at this time, such as 2026-08-18T02:00Z'
            cand --currency 'Only prices in this currency, such as CNY'
            cand --provider 'Only prices of this provider'
            cand --rates 'Your own rate card, searched before the built-in one'
            cand --format 'Output format'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand check 'Check a rate card of your own: show its contents, or its first mistake'
            cand import 'Make a rate card from LiteLLM''s model prices (JSON) or models.dev''s (TOML), on stdout'
        }
        &'cachecheck;rates;check'= {
            cand --format 'Output format'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;rates;import'= {
            cand --retrieved 'Day on which the price file was retrieved, such as 2026-11-01'
            cand --since 'First day on which the prices are valid'
            cand --model 'Only these models, such as gpt-5 or ''claude-*''; may be repeated'
            cand --provider 'Only this provider; also the provider of a TOML file whose path does not name it'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;parse'= {
            cand --scope 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]'
            cand --log-format 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]'
            cand --max-line 'Longest line or document that is read, such as 64MB'
            cand --threads 'Number of threads; it changes no result [default: one per core]'
            cand --max-memory 'Memory for texts and tokens that repeat, such as 2GB; it changes no result'
            cand --key-file 'Key of the fingerprints; a new key is written if there is no such file [default: a new key, shown on stderr]'
            cand --profile 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]'
            cand --format 'Output format [default: jsonl, with --summary table]'
            cand --strict 'Stop at the first line that cannot be read, or that has no price if prices are wanted'
            cand --summary 'Summarise what was recognised, what is missing, and what cannot be analysed for that reason'
            cand --redact 'Remove every text; token counts and keyed fingerprints of whole blocks are left, which give the same simulation'
            cand --list-formats 'List the known log formats, one per line'
            cand -v 'List on stderr what was recognised in each log'
            cand --verbose 'List on stderr what was recognised in each log'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;profiles'= {
            cand --format 'Output format'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;completions'= {
            cand -h 'Print help'
            cand --help 'Print help'
        }
    ]
    $completions[$command]
}
