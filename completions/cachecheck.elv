
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
            cand cost 'Show what requests cost, against no cache at all and against the best cache'
            cand curve 'Show the hit ratio at every lifetime or capacity, from one replay'
            cand rates 'List prices: what is in the rate card, since when, and from where'
            cand parse 'Turn any log into one normalised exchange on each line'
            cand profiles 'List the cache rules that are known, with lifetime and source'
            cand completions 'Print completions for a shell'
        }
        &'cachecheck;simulate'= {
            cand --scope 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]'
            cand --log-format 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]'
            cand --max-line 'The longest line or document that is read, in bytes'
            cand --threads 'Threads that read and count; no result depends on it [default: one for each core]'
            cand --max-memory 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it'
            cand --format 'How the result is written'
            cand --by 'Break the totals down'
            cand --profile 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]'
            cand --ttl 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile''s]'
            cand --delay 'How long after a request its entries become visible [default: the profile''s]'
            cand --capacity 'How many blocks fit, the least recently used going first [default: no limit]'
            cand --block-size 'Tokens in a block of a block trace [default: the trace''s own, else 512 or 16 as its lines fit]'
            cand --rates 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it'
            cand --currency 'The currency of prices, such as CNY [default: USD]'
            cand --fx 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated'
            cand --at 'The time of lines that have none, such as 2026-04-05'
            cand --tier 'The service tier of requests that do not say: standard, batch, flex or priority'
            cand --provider 'Who sold the requests, such as azure-openai [default: the model''s maker]'
            cand --strict 'Stop at the first line that cannot be read, or has no price where prices are asked for'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;diff'= {
            cand --git 'Compare each path with itself at this revision'
            cand --format 'How the result is written'
            cand --config 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]'
            cand --logs 'Logs of requests made from the new templates: how many there are, and which variables never change'
            cand --requests-per-day 'How many requests a day there are, for costs per month'
            cand --profile 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]'
            cand --model 'The model that the prompts are for, which also has the prices'
            cand --stable 'A variable that is the same in each request, with its value where that is known; may be repeated'
            cand --rates 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it'
            cand --currency 'The currency of prices, such as CNY [default: USD]'
            cand --fx 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated'
            cand --at 'The time of lines that have none, such as 2026-04-05'
            cand --tier 'The service tier of requests that do not say: standard, batch, flex or priority'
            cand --provider 'Who sold the requests, such as azure-openai [default: the model''s maker]'
            cand --exit-code 'Exit with 1 if anything differs for the model, as diff(1) does'
            cand --allow-outside 'Let the configuration name files outside the repository, such as a rate card that several share'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;lint'= {
            cand --format 'How the result is written'
            cand --rule 'Apply only this rule; may be repeated'
            cand --no-rule 'Leave out this rule; may be repeated'
            cand --fail-on 'Lowest severity that fails the run'
            cand --explain 'Explain a rule, with an example that it reports and one that it does not'
            cand --config 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]'
            cand --profile 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]'
            cand --model 'The model that the prompts are for, which also has the prices'
            cand --stable 'A variable that is the same in each request, with its value where that is known; may be repeated'
            cand --rates 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it'
            cand --currency 'The currency of prices, such as CNY [default: USD]'
            cand --fx 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated'
            cand --at 'The time of lines that have none, such as 2026-04-05'
            cand --tier 'The service tier of requests that do not say: standard, batch, flex or priority'
            cand --provider 'Who sold the requests, such as azure-openai [default: the model''s maker]'
            cand --list-rules 'List the rules'
            cand --allow-outside 'Let the configuration name files outside the repository, such as a rate card that several share'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;check'= {
            cand --base 'The revision that gates on changes compare with, such as HEAD~1 or origin/main'
            cand --config 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]'
            cand --format 'How the result is written'
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
            cand --scope 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]'
            cand --log-format 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]'
            cand --max-line 'The longest line or document that is read, in bytes'
            cand --threads 'Threads that read and count; no result depends on it [default: one for each core]'
            cand --max-memory 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it'
            cand --format 'How the result is written'
            cand --by 'Break the totals down'
            cand --model 'The model, by a name of `cachecheck rates`'
            cand --prompt-tokens 'Tokens of the whole prompt'
            cand --hit-ratio 'Share of the prompt that hits, such as 0.6 or 60%; rounded down to whole tokens'
            cand --hit-ratio-before 'Another hit ratio to compare with: what the change from it saves'
            cand --hit-tokens 'Prompt tokens read from the cache'
            cand --miss-tokens 'Prompt tokens neither read nor written'
            cand --written-tokens 'Prompt tokens written to the cache at a price of their own [default: 0]'
            cand --write-lifetime 'How long what is written lives: 5m, 30m, 1h or 12h [default: the shortest the model sells]'
            cand --output-tokens 'Tokens of the answer, reasoning included [default: 0]'
            cand --reasoning-tokens 'Of them reasoning, where that has a price of its own'
            cand --sweep 'A table of costs over hit ratios'
            cand --requests-per-day 'Turn one request into a month: so many a day, for 30 days'
            cand --profile 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]'
            cand --ttl 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile''s]'
            cand --delay 'How long after a request its entries become visible [default: the profile''s]'
            cand --capacity 'How many blocks fit, the least recently used going first [default: no limit]'
            cand --block-size 'Tokens in a block of a block trace [default: the trace''s own, else 512 or 16 as its lines fit]'
            cand --rates 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it'
            cand --currency 'The currency of prices, such as CNY [default: USD]'
            cand --fx 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated'
            cand --at 'The time of lines that have none, such as 2026-04-05'
            cand --tier 'The service tier of requests that do not say: standard, batch, flex or priority'
            cand --provider 'Who sold the requests, such as azure-openai [default: the model''s maker]'
            cand --strict 'Stop at the first line that cannot be read, or has no price where prices are asked for'
            cand --monthly 'Scale to 30 days from the log''s own span'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;curve'= {
            cand --scope 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]'
            cand --log-format 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]'
            cand --max-line 'The longest line or document that is read, in bytes'
            cand --threads 'Threads that read and count; no result depends on it [default: one for each core]'
            cand --max-memory 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it'
            cand --over 'What runs through all its values'
            cand --format 'How the result is written'
            cand --points 'So many points at most, each of which adds about as many hits as any other'
            cand --limits 'At these lifetimes (10m,24h,never) or capacities (5000,20k) alone'
            cand --profile 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]'
            cand --ttl 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile''s]'
            cand --delay 'How long after a request its entries become visible [default: the profile''s]'
            cand --capacity 'How many blocks fit, the least recently used going first [default: no limit]'
            cand --block-size 'Tokens in a block of a block trace [default: the trace''s own, else 512 or 16 as its lines fit]'
            cand --rates 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it'
            cand --currency 'The currency of prices, such as CNY [default: USD]'
            cand --fx 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated'
            cand --at 'The time of lines that have none, such as 2026-04-05'
            cand --tier 'The service tier of requests that do not say: standard, batch, flex or priority'
            cand --provider 'Who sold the requests, such as azure-openai [default: the model''s maker]'
            cand --strict 'Stop at the first line that cannot be read, or has no price where prices are asked for'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;rates'= {
            cand --at 'Only what holds at this time, such as 2026-08-18T02:00Z'
            cand --currency 'Only prices in this currency, such as CNY'
            cand --provider 'Only what this provider sells'
            cand --rates 'A rate card of your own before the built-in one'
            cand --format 'How the list is written'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand check 'Read a rate card of your own and say what is in it, or where its first mistake is'
            cand import 'Make a rate card from LiteLLM''s model prices (JSON) or models.dev''s (TOML), on stdout'
        }
        &'cachecheck;rates;check'= {
            cand --format 'How the result is written'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;rates;import'= {
            cand --retrieved 'The day the prices were read, such as 2026-11-01'
            cand --since 'The first day on which they hold'
            cand --model 'Only these models, such as gpt-5 or ''claude-*''; may be repeated'
            cand --provider 'Only this provider; also the provider of a TOML file whose path does not name it'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;parse'= {
            cand --scope 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]'
            cand --log-format 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]'
            cand --max-line 'The longest line or document that is read, in bytes'
            cand --threads 'Threads that read and count; no result depends on it [default: one for each core]'
            cand --max-memory 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it'
            cand --key-file 'The key of the fingerprints, made where there is no such file [default: a new one, shown on stderr]'
            cand --profile 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]'
            cand --tokenizer 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer'
            cand --chat-template 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]'
            cand --format 'How it is written [default: jsonl, with --summary table]'
            cand --strict 'Stop at the first line that cannot be read, or has no price where prices are asked for'
            cand --summary 'Say what was recognised, what is missing, and what each gap costs the analysis'
            cand --redact 'Take out every text: token counts and keyed fingerprints of whole blocks are left, which simulate alike'
            cand --list-formats 'List the formats that are known, one on each line'
            cand -v 'Say on stderr what was recognised in each log'
            cand --verbose 'Say on stderr what was recognised in each log'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cachecheck;profiles'= {
            cand --format 'How the list is written'
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
