
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'cachecheck' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'cachecheck'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'cachecheck' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay logs through the provider''s prompt cache and show what should have hit')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two versions of a template and their stable prefixes')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find mistakes in templates that lose cache hits')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a repository''s templates against the gates in cachecheck.yaml')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Write cachecheck.lock: the stable prefix of each template, by its tokens and their hash')
            [CompletionResult]::new('cost', 'cost', [CompletionResultType]::ParameterValue, 'Show what requests cost, against no cache at all and against the best cache')
            [CompletionResult]::new('curve', 'curve', [CompletionResultType]::ParameterValue, 'Show the hit ratio at every lifetime or capacity, from one replay')
            [CompletionResult]::new('rates', 'rates', [CompletionResultType]::ParameterValue, 'List prices: what is in the rate card, since when, and from where')
            [CompletionResult]::new('parse', 'parse', [CompletionResultType]::ParameterValue, 'Turn any log into one normalised exchange on each line')
            [CompletionResult]::new('profiles', 'profiles', [CompletionResultType]::ParameterValue, 'List the cache rules that are known, with lifetime and source')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            break
        }
        'cachecheck;simulate' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line or document that is read, in bytes')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads that read and count; no result depends on it [default: one for each core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is written')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Break the totals down')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'How long after a request its entries become visible [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'How many blocks fit, the least recently used going first [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens in a block of a block trace [default: the trace''s own, else 512 or 16 as its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'The currency of prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of lines that have none, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'The service tier of requests that do not say: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Who sold the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or has no price where prices are asked for')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;diff' {
            [CompletionResult]::new('--git', '--git', [CompletionResultType]::ParameterName, 'Compare each path with itself at this revision')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is written')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('--logs', '--logs', [CompletionResultType]::ParameterName, 'Logs of requests made from the new templates: how many there are, and which variables never change')
            [CompletionResult]::new('--requests-per-day', '--requests-per-day', [CompletionResultType]::ParameterName, 'How many requests a day there are, for costs per month')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that the prompts are for, which also has the prices')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'A variable that is the same in each request, with its value where that is known; may be repeated')
            [CompletionResult]::new('--syntax', '--syntax', [CompletionResultType]::ParameterName, 'How variables are written: plain (none), jinja, handlebars, braces, dollar or erb [default: by the file''s name and text]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'The currency of prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of lines that have none, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'The service tier of requests that do not say: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Who sold the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 1 if anything differs for the model, as diff(1) does')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;lint' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is written')
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'Apply only this rule; may be repeated')
            [CompletionResult]::new('--no-rule', '--no-rule', [CompletionResultType]::ParameterName, 'Leave out this rule; may be repeated')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Lowest severity that fails the run')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain a rule, with an example that it reports and one that it does not')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model that the prompts are for, which also has the prices')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'A variable that is the same in each request, with its value where that is known; may be repeated')
            [CompletionResult]::new('--syntax', '--syntax', [CompletionResultType]::ParameterName, 'How variables are written: plain (none), jinja, handlebars, braces, dollar or erb [default: by the file''s name and text]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'The currency of prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of lines that have none, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'The service tier of requests that do not say: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Who sold the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('--list-rules', '--list-rules', [CompletionResultType]::ParameterName, 'List the rules')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;check' {
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'The revision that gates on changes compare with, such as HEAD~1 or origin/main')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is written')
            [CompletionResult]::new('--unknown-is', '--unknown-is', [CompletionResultType]::ParameterName, 'Verdict of the run if a gate is unknown')
            [CompletionResult]::new('--max-skipped', '--max-skipped', [CompletionResultType]::ParameterName, 'The largest share of lines of logs that cannot be read before gates on them are unknown [default: 1%]')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line of a log that cannot be read')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;lock' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;cost' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line or document that is read, in bytes')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads that read and count; no result depends on it [default: one for each core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is written')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Break the totals down')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model, by a name of `cachecheck rates`')
            [CompletionResult]::new('--prompt-tokens', '--prompt-tokens', [CompletionResultType]::ParameterName, 'Tokens of the whole prompt')
            [CompletionResult]::new('--hit-ratio', '--hit-ratio', [CompletionResultType]::ParameterName, 'Share of the prompt that hits, such as 0.6 or 60%; rounded down to whole tokens')
            [CompletionResult]::new('--hit-ratio-before', '--hit-ratio-before', [CompletionResultType]::ParameterName, 'Another hit ratio to compare with: what the change from it saves')
            [CompletionResult]::new('--hit-tokens', '--hit-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens read from the cache')
            [CompletionResult]::new('--miss-tokens', '--miss-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens neither read nor written')
            [CompletionResult]::new('--written-tokens', '--written-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens written to the cache at a price of their own [default: 0]')
            [CompletionResult]::new('--write-lifetime', '--write-lifetime', [CompletionResultType]::ParameterName, 'How long what is written lives: 5m, 30m, 1h or 12h [default: the shortest the model sells]')
            [CompletionResult]::new('--output-tokens', '--output-tokens', [CompletionResultType]::ParameterName, 'Tokens of the answer, reasoning included [default: 0]')
            [CompletionResult]::new('--reasoning-tokens', '--reasoning-tokens', [CompletionResultType]::ParameterName, 'Of them reasoning, where that has a price of its own')
            [CompletionResult]::new('--sweep', '--sweep', [CompletionResultType]::ParameterName, 'A table of costs over hit ratios')
            [CompletionResult]::new('--requests-per-day', '--requests-per-day', [CompletionResultType]::ParameterName, 'Turn one request into a month: so many a day, for 30 days')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'How long after a request its entries become visible [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'How many blocks fit, the least recently used going first [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens in a block of a block trace [default: the trace''s own, else 512 or 16 as its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'The currency of prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of lines that have none, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'The service tier of requests that do not say: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Who sold the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or has no price where prices are asked for')
            [CompletionResult]::new('--monthly', '--monthly', [CompletionResultType]::ParameterName, 'Scale to 30 days from the log''s own span')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;curve' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line or document that is read, in bytes')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads that read and count; no result depends on it [default: one for each core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it')
            [CompletionResult]::new('--over', '--over', [CompletionResultType]::ParameterName, 'What runs through all its values')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is written')
            [CompletionResult]::new('--points', '--points', [CompletionResultType]::ParameterName, 'So many points at most, each of which adds about as many hits as any other')
            [CompletionResult]::new('--limits', '--limits', [CompletionResultType]::ParameterName, 'At these lifetimes (10m,24h,never) or capacities (5000,20k) alone')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'How long after a request its entries become visible [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'How many blocks fit, the least recently used going first [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens in a block of a block trace [default: the trace''s own, else 512 or 16 as its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'A rate card of your own, YAML, that extends or replaces the built-in one; `cachecheck rates check` reads it')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'The currency of prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'A rate of exchange, such as CNY/USD=0.14 for one yuan worth 0.14 dollars; may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'The time of lines that have none, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'The service tier of requests that do not say: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Who sold the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or has no price where prices are asked for')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;rates' {
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Only what holds at this time, such as 2026-08-18T02:00Z')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Only prices in this currency, such as CNY')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Only what this provider sells')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'A rate card of your own before the built-in one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the list is written')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Read a rate card of your own and say what is in it, or where its first mistake is')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Make a rate card from LiteLLM''s model prices (JSON) or models.dev''s (TOML), on stdout')
            break
        }
        'cachecheck;rates;check' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is written')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;rates;import' {
            [CompletionResult]::new('--retrieved', '--retrieved', [CompletionResultType]::ParameterName, 'The day the prices were read, such as 2026-11-01')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'The first day on which they hold')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Only these models, such as gpt-5 or ''claude-*''; may be repeated')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Only this provider; also the provider of a TOML file whose path does not name it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;parse' {
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'The format of every line: a name from `cachecheck parse --list-formats` [default: told by each line''s content]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'The longest line or document that is read, in bytes')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Threads that read and count; no result depends on it [default: one for each core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'What may be remembered of texts and their tokens, so that what repeats is not read again; no result depends on it')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'The key of the fingerprints, made where there is no such file [default: a new one, shown on stderr]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json`, in place of the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` that holds one [default: the one beside --tokenizer]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How it is written [default: jsonl, with --summary table]')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or has no price where prices are asked for')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Say what was recognised, what is missing, and what each gap costs the analysis')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Take out every text: token counts and keyed fingerprints of whole blocks are left, which simulate alike')
            [CompletionResult]::new('--list-formats', '--list-formats', [CompletionResultType]::ParameterName, 'List the formats that are known, one on each line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what was recognised in each log')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what was recognised in each log')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;profiles' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the list is written')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
