
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
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay logs through the provider''s prompt cache and show what should have hit')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two versions of a template and their stable prefixes')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find mistakes in templates that lose cache hits')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a repository''s templates against the gates in cachecheck.yaml')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Write cachecheck.lock: the stable prefix of each template, by its tokens and their hash')
            [CompletionResult]::new('cost', 'cost', [CompletionResultType]::ParameterValue, 'Show the cost of requests, without a cache, and with the best possible cache')
            [CompletionResult]::new('curve', 'curve', [CompletionResultType]::ParameterValue, 'Show the hit ratio at every lifetime or capacity, from one replay')
            [CompletionResult]::new('infer', 'infer', [CompletionResultType]::ParameterValue, 'Infer a cache''s rule from the hits that logs report')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Show why the hit ratio moved between two logs, or within one')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show one call beside the one that it should have continued, and why its tokens missed')
            [CompletionResult]::new('trend', 'trend', [CompletionResultType]::ParameterValue, 'Show hit ratio and cost over time, and where the hit ratio changed')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Rank the changes that would make the same traffic cheaper, each proved by replaying the log with it')
            [CompletionResult]::new('rates', 'rates', [CompletionResultType]::ParameterValue, 'List prices in the rate card, with their dates and sources')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Merge the parts that `simulate --partial` wrote into the report of the whole')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'Write the calls of logs in columns, and a row for each block of their prompts, without any text')
            [CompletionResult]::new('hits', 'hits', [CompletionResultType]::ParameterValue, 'Count the hits of calls by their keys, as `keys` writes them, and what the calls cost')
            [CompletionResult]::new('parse', 'parse', [CompletionResultType]::ParameterValue, 'Convert any log to one normalised exchange per line')
            [CompletionResult]::new('profiles', 'profiles', [CompletionResultType]::ParameterValue, 'List the known cache rules, with minimum, lifetime, exactness and source')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the version')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachecheck;simulate' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--skip-first', '--skip-first', [CompletionResultType]::ParameterName, 'Leave this share of the calls, the first ones, out of the sums, such as 0.5 or 50%: they are replayed and warm the cache, as in published hit ratios. The log is read once more to count its calls')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Break the totals down by one of these, or by each combination of several: model, scope, user, session, route (the template), turn, version (of the client), tool (whose result is sent), profile, hour, day, week, month, or a JSON pointer into the log line, such as day,/metadata/team')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Break the totals down by one of these, or by each combination of several: model, scope, user, session, route (the template), turn, version (of the client), tool (whose result is sent), profile, hour, day, week, month, or a JSON pointer into the log line, such as day,/metadata/team')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Largest number of rows in a breakdown: those that cost most')
            [CompletionResult]::new('--partial', '--partial', [CompletionResultType]::ParameterName, 'Sum one shard of the requests alone, such as 2/7, the second of seven, and write a part of the report, which `cachecheck report` merges with the others')
            [CompletionResult]::new('--assumptions', '--assumptions', [CompletionResultType]::ParameterName, 'File of decisions over the whole log: order of calls, who shares a cache, how tools were sent; read if it is there, else written')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('--window', '--window', [CompletionResultType]::ParameterName, 'Time before now whose calls are summed, such as 15m [default: 1h]')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Wait so long between two reports, or nine times as long as one takes [default: 10s]')
            [CompletionResult]::new('--fail-under', '--fail-under', [CompletionResultType]::ParameterName, 'End with exit code 1 once the hit ratio of the window, as billed, is below this share, such as 0.5 or 50%')
            [CompletionResult]::new('--fail-from', '--fail-from', [CompletionResultType]::ParameterName, 'Judge --fail-under only if so many calls are in the window [default: 1]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('--parts', '--parts', [CompletionResultType]::ParameterName, 'Give the tokens, hits and costs of each part of the prompts as well: system text, each tool by name and how many answers call it, history, reasoning, documents, the question')
            [CompletionResult]::new('--no-causes', '--no-causes', [CompletionResultType]::ParameterName, 'Leave out why tokens missed: the log is read once, and no request is compared with another')
            [CompletionResult]::new('--own-files', '--own-files', [CompletionResultType]::ParameterName, 'Read only the shard''s own files, a run of those that are named; `report` refuses shards that share a cache')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Report on the last hour again and again while the log grows; with -o FILE the file is replaced each time')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;diff' {
            [CompletionResult]::new('--git', '--git', [CompletionResultType]::ParameterName, 'Compare each path with itself at this revision')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('--logs', '--logs', [CompletionResultType]::ParameterName, 'Logs of requests made from the new templates; they tell how many requests there are and which variables never change')
            [CompletionResult]::new('--requests-per-day', '--requests-per-day', [CompletionResultType]::ParameterName, 'Number of requests per day, for costs per month')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The model of the prompts, which decides tokenizer and prices')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model of the prompts, which decides tokenizer and prices')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'A variable that has the same value in each request, and the value if it is known; may be repeated')
            [CompletionResult]::new('--syntax', '--syntax', [CompletionResultType]::ParameterName, 'Syntax of variables: plain (none), jinja, handlebars, braces, dollar, percent, erb, go, dify, n8n, semantic-kernel or claude [default: by the file''s name and text]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 1 if anything differs for the model, as diff(1) does')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;lint' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--rule', '--rule', [CompletionResultType]::ParameterName, 'Apply only this rule; may be repeated')
            [CompletionResult]::new('--no-rule', '--no-rule', [CompletionResultType]::ParameterName, 'Leave out this rule; may be repeated')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Lowest severity that fails the run')
            [CompletionResult]::new('--unknown-is', '--unknown-is', [CompletionResultType]::ParameterName, 'Verdict of the run if a file is not the YAML, JSON or TOML that its name says')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Explain a rule, with an example that it reports and one that it does not')
            [CompletionResult]::new('--logs', '--logs', [CompletionResultType]::ParameterName, 'Logs of requests made from the templates; they tell how far apart calls come')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The model of the prompts, which decides tokenizer and prices')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model of the prompts, which decides tokenizer and prices')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'A variable that has the same value in each request, and the value if it is known; may be repeated')
            [CompletionResult]::new('--syntax', '--syntax', [CompletionResultType]::ParameterName, 'Syntax of variables: plain (none), jinja, handlebars, braces, dollar, percent, erb, go, dify, n8n, semantic-kernel or claude [default: by the file''s name and text]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the templates that are found, with the expressions in each, and do nothing else')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Mend what is safe: keys of `json.dumps` sorted, line endings, byte order marks, blanks at line ends, braces in quotes')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Show what --fix would change, and change nothing')
            [CompletionResult]::new('--no-source', '--no-source', [CompletionResultType]::ParameterName, 'Leave prompts in source code out')
            [CompletionResult]::new('--list-rules', '--list-rules', [CompletionResultType]::ParameterName, 'List the rules')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;check' {
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'The revision that gates on changes compare with, such as HEAD~1 or origin/main')
            [CompletionResult]::new('--quality', '--quality', [CompletionResultType]::ParameterName, 'Results of evaluations before and after the change, which the gates on quality judge: promptfoo''s JSON, JUnit, OpenAI''s evals, or lines `name: rate`')
            [CompletionResult]::new('--renders', '--renders', [CompletionResultType]::ParameterName, 'Compare so many renderings byte by byte: of a command, or of each template in the logs that the configuration names')
            [CompletionResult]::new('--render-command', '--render-command', [CompletionResultType]::ParameterName, 'The command that writes one rendering of a prompt to stdout each time it is run')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--unknown-is', '--unknown-is', [CompletionResultType]::ParameterName, 'Verdict of the run if a gate is unknown')
            [CompletionResult]::new('--max-skipped', '--max-skipped', [CompletionResultType]::ParameterName, 'The largest share of lines of logs that cannot be read before gates on them are unknown [default: 1%]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line of a log that cannot be read')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;lock' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'The configuration; options given here come before what it says [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several share')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;cost' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Break the totals down by one of these, or by each combination of several: model, scope, user, session, route (the template), turn, version (of the client), tool (whose result is sent), profile, hour, day, week, month, or a JSON pointer into the log line, such as day,/metadata/team')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Break the totals down by one of these, or by each combination of several: model, scope, user, session, route (the template), turn, version (of the client), tool (whose result is sent), profile, hour, day, week, month, or a JSON pointer into the log line, such as day,/metadata/team')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Largest number of rows in a breakdown: those that cost most')
            [CompletionResult]::new('--invoice', '--invoice', [CompletionResultType]::ParameterName, 'Charge of the provider, such as "123.45 EUR", or its export of costs by day (JSON or CSV of OpenAI, Anthropic, AWS or Azure): the difference to the log is split into what is known of it')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The model: a name from `cachecheck rates`')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model: a name from `cachecheck rates`')
            [CompletionResult]::new('--prompt-tokens', '--prompt-tokens', [CompletionResultType]::ParameterName, 'Tokens of the whole prompt')
            [CompletionResult]::new('--hit-ratio', '--hit-ratio', [CompletionResultType]::ParameterName, 'Share of the prompt that is read from the cache, such as 0.6 or 60%; rounded down to whole tokens')
            [CompletionResult]::new('--hit-ratio-before', '--hit-ratio-before', [CompletionResultType]::ParameterName, 'Earlier hit ratio; the result says how much the change saves')
            [CompletionResult]::new('--hit-tokens', '--hit-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens read from the cache')
            [CompletionResult]::new('--miss-tokens', '--miss-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens neither read from the cache nor written to it')
            [CompletionResult]::new('--written-tokens', '--written-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens written to the cache at a price of their own [default: 0]')
            [CompletionResult]::new('--write-lifetime', '--write-lifetime', [CompletionResultType]::ParameterName, 'Lifetime of the written tokens: 5m, 30m, 1h or 12h [default: the shortest that the model offers]')
            [CompletionResult]::new('--output-tokens', '--output-tokens', [CompletionResultType]::ParameterName, 'Tokens of the answer, reasoning included [default: 0]')
            [CompletionResult]::new('--reasoning-tokens', '--reasoning-tokens', [CompletionResultType]::ParameterName, 'Reasoning tokens among them, if they have a price of their own')
            [CompletionResult]::new('--sweep', '--sweep', [CompletionResultType]::ParameterName, 'Add a table of costs by hit ratio')
            [CompletionResult]::new('--requests-per-day', '--requests-per-day', [CompletionResultType]::ParameterName, 'Number of requests per day, for the cost of 30 days')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('--monthly', '--monthly', [CompletionResultType]::ParameterName, 'Scale the cost from the time span of the log to 30 days')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;curve' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--skip-first', '--skip-first', [CompletionResultType]::ParameterName, 'Leave this share of the calls, the first ones, out of the sums, such as 0.5 or 50%: they are replayed and warm the cache, as in published hit ratios. The log is read once more to count its calls')
            [CompletionResult]::new('--over', '--over', [CompletionResultType]::ParameterName, 'The limit on the horizontal axis')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--points', '--points', [CompletionResultType]::ParameterName, 'Largest number of points; each adds about the same number of hits')
            [CompletionResult]::new('--limits', '--limits', [CompletionResultType]::ParameterName, 'Only these lifetimes (10m,24h,never) or capacities (5000,20k)')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'The blocks that go when a cache is full [default: lru]')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Number of servers, each with a cache of its own and the capacity of each point')
            [CompletionResult]::new('--routing', '--routing', [CompletionResultType]::ParameterName, 'The server that a request is sent to [default: round-robin]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Show capacities in GiB for this model, such as Llama-3.1-8B or gpt-oss-120b')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Show capacities in GiB for this model, such as Llama-3.1-8B or gpt-oss-120b')
            [CompletionResult]::new('--model-config', '--model-config', [CompletionResultType]::ParameterName, 'Show capacities in GiB for the model of this `config.json` of Hugging Face')
            [CompletionResult]::new('--bytes-per-token', '--bytes-per-token', [CompletionResultType]::ParameterName, 'Show capacities in GiB where a token takes so many bytes of the cache')
            [CompletionResult]::new('--kv-dtype', '--kv-dtype', [CompletionResultType]::ParameterName, 'Number format of the keys and values in the cache [default: bf16]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;infer' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Look only at models of this name; `*` stands for anything')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Look only at models of this name; `*` stands for anything')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;compare' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--split-at', '--split-at', [CompletionResultType]::ParameterName, 'Compare the calls of one log before this time with those from it on')
            [CompletionResult]::new('--split-by', '--split-by', [CompletionResultType]::ParameterName, 'Divide the calls of one log by this, and compare each value with the one before it, in the order of their first calls')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;explain' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'The call with this id, in place of a line')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('--no-text', '--no-text', [CompletionResultType]::ParameterName, 'Show no text of any prompt')
            [CompletionResult]::new('--show-text', '--show-text', [CompletionResultType]::ParameterName, 'Show the texts in HTML as well, which is made to be passed on and has none otherwise')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;trend' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'The periods of the series')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'The periods of the series')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;plan' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--deferrable', '--deferrable', [CompletionResultType]::ParameterName, 'Let these calls wait, as a batch, at a slower tier or until lower prices: `all`, or a dimension of `--by` and its value, such as /metadata/job=nightly')
            [CompletionResult]::new('--bundle', '--bundle', [CompletionResultType]::ParameterName, 'Write the calls that show what was served less than promised, and those they build on, to this file: `parse --only` takes it')
            [CompletionResult]::new('--models', '--models', [CompletionResultType]::ParameterName, 'Ask these models in place of those in the log')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('--prompts', '--prompts', [CompletionResultType]::ParameterName, 'Undo the causes of misses: what stands in the prompts')
            [CompletionResult]::new('--breakpoints', '--breakpoints', [CompletionResultType]::ParameterName, 'Try policies of breakpoints and lifetimes (Anthropic, Bedrock, Vertex AI, GPT-5.6 and later, Qwen)')
            [CompletionResult]::new('--warm-up', '--warm-up', [CompletionResultType]::ParameterName, 'Send one call of each burst first, so that the others find what it wrote, and calls that keep prompts alive')
            [CompletionResult]::new('--compaction', '--compaction', [CompletionResultType]::ParameterName, 'Clear results of tools, or leave out the oldest turns, as histories grow')
            [CompletionResult]::new('--reorder', '--reorder', [CompletionResultType]::ParameterName, 'Write the pieces of independent calls, and send these calls, in the order that shares most')
            [CompletionResult]::new('--audit', '--audit', [CompletionResultType]::ParameterName, 'Hold what the provider''s rule promised against what was billed')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;rates' {
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Only prices valid at this time, such as 2026-08-18T02:00Z')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Only prices in this currency, such as CNY')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Only prices of this provider')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, searched before the built-in one')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a rate card of your own: show its contents, or its first mistake')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Make a rate card from LiteLLM''s model prices (JSON) or models.dev''s (TOML), on stdout')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachecheck;rates;check' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;rates;import' {
            [CompletionResult]::new('--retrieved', '--retrieved', [CompletionResultType]::ParameterName, 'Day on which the price file was retrieved, such as 2026-11-01')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'First day on which the prices are valid')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'First day on which the prices are valid')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Only these models, such as gpt-5 or ''claude-*''; may be repeated')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Only these models, such as gpt-5 or ''claude-*''; may be repeated')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Only this provider; also the provider of a TOML file whose path does not name it')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;rates;help' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a rate card of your own: show its contents, or its first mistake')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Make a rate card from LiteLLM''s model prices (JSON) or models.dev''s (TOML), on stdout')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachecheck;rates;help;check' {
            break
        }
        'cachecheck;rates;help;import' {
            break
        }
        'cachecheck;rates;help;help' {
            break
        }
        'cachecheck;report' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;keys' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30; those before it are replayed and warm the cache')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only calls before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Folder to write to; it is made if it is not there')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'Secret of the keys, the same for all logs whose calls are to be compared; a new one is written if there is no such file')
            [CompletionResult]::new('--first-seq', '--first-seq', [CompletionResultType]::ParameterName, 'Number of the first call, for one of several parts of a log')
            [CompletionResult]::new('--assumptions', '--assumptions', [CompletionResultType]::ParameterName, 'File of decisions over the whole log, as `simulate --assumptions` writes it')
            [CompletionResult]::new('--partial', '--partial', [CompletionResultType]::ParameterName, 'Make keys of a run of the files alone, such as 2/7, the second of seven: all files are named, and the assumptions are those of all')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Give the row of each call its values of these dimensions as well, those of `simulate --by`, such as day,/metadata/team')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Give the row of each call its values of these dimensions as well, those of `simulate --by`, such as day,/metadata/team')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as the trace says, else 512 or 16, whichever its lines fit]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;hits' {
            [CompletionResult]::new('--state-in', '--state-in', [CompletionResultType]::ParameterName, 'Folder with what the day before left, under the same lifetime, delay and profile')
            [CompletionResult]::new('--state-out', '--state-out', [CompletionResultType]::ParameterName, 'Folder for what these calls leave to the next day; it may be the same')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The YAML file of the rule under which the keys were made, if the program has no such rule')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The YAML file of the rule under which the keys were made, if the program has no such rule')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;parse' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of an agent in its usual place')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line to the owner of the cache, such as /metadata/team; requests of one owner share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of times that name none, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised for each line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'Key of the fingerprints; a new key is written if there is no such file [default: a new key, shown on stderr]')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Write only the calls that this file names, each as SOURCE:LINE on a line of its own; `plan --bundle` makes such files')
            [CompletionResult]::new('--round', '--round', [CompletionResultType]::ParameterName, 'Round token counts down to multiples of N; the counts are then estimates')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The cache rule of all requests: a name from `cachecheck profiles`, or a YAML file [default: chosen for each request by its host, system fingerprint, date and model]')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format [default: jsonl, with --summary table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format [default: jsonl, with --summary table]')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Write only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Write only calls from this time on, such as 2026-04-05 or 2026-04-05T16:30')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Write only calls before this time')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line that cannot be read, or that has no price if prices are wanted')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Summarise what was recognised, what is missing, and what cannot be analysed for that reason')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Remove every text; token counts and keyed fingerprints of whole blocks are left, which give the same simulation')
            [CompletionResult]::new('--coarse-times', '--coarse-times', [CompletionResultType]::ParameterName, 'Round times down to whole minutes')
            [CompletionResult]::new('--list-formats', '--list-formats', [CompletionResultType]::ParameterName, 'List the known log formats, one per line')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;profiles' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;completions' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;version' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Columns of a line in reports for people; 0 for lines as long as they are [default: `COLUMNS`, else the terminal''s; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colours and bold letters in reports for people; `NO_COLOR` and `CLICOLOR_FORCE` are heeded, too')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say on stderr what is done and why: each pass over the logs; twice (-vv), each file too')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;help' {
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay logs through the provider''s prompt cache and show what should have hit')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two versions of a template and their stable prefixes')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find mistakes in templates that lose cache hits')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a repository''s templates against the gates in cachecheck.yaml')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Write cachecheck.lock: the stable prefix of each template, by its tokens and their hash')
            [CompletionResult]::new('cost', 'cost', [CompletionResultType]::ParameterValue, 'Show the cost of requests, without a cache, and with the best possible cache')
            [CompletionResult]::new('curve', 'curve', [CompletionResultType]::ParameterValue, 'Show the hit ratio at every lifetime or capacity, from one replay')
            [CompletionResult]::new('infer', 'infer', [CompletionResultType]::ParameterValue, 'Infer a cache''s rule from the hits that logs report')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Show why the hit ratio moved between two logs, or within one')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show one call beside the one that it should have continued, and why its tokens missed')
            [CompletionResult]::new('trend', 'trend', [CompletionResultType]::ParameterValue, 'Show hit ratio and cost over time, and where the hit ratio changed')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Rank the changes that would make the same traffic cheaper, each proved by replaying the log with it')
            [CompletionResult]::new('rates', 'rates', [CompletionResultType]::ParameterValue, 'List prices in the rate card, with their dates and sources')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Merge the parts that `simulate --partial` wrote into the report of the whole')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'Write the calls of logs in columns, and a row for each block of their prompts, without any text')
            [CompletionResult]::new('hits', 'hits', [CompletionResultType]::ParameterValue, 'Count the hits of calls by their keys, as `keys` writes them, and what the calls cost')
            [CompletionResult]::new('parse', 'parse', [CompletionResultType]::ParameterValue, 'Convert any log to one normalised exchange per line')
            [CompletionResult]::new('profiles', 'profiles', [CompletionResultType]::ParameterValue, 'List the known cache rules, with minimum, lifetime, exactness and source')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the version')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachecheck;help;simulate' {
            break
        }
        'cachecheck;help;diff' {
            break
        }
        'cachecheck;help;lint' {
            break
        }
        'cachecheck;help;check' {
            break
        }
        'cachecheck;help;lock' {
            break
        }
        'cachecheck;help;cost' {
            break
        }
        'cachecheck;help;curve' {
            break
        }
        'cachecheck;help;infer' {
            break
        }
        'cachecheck;help;compare' {
            break
        }
        'cachecheck;help;explain' {
            break
        }
        'cachecheck;help;trend' {
            break
        }
        'cachecheck;help;plan' {
            break
        }
        'cachecheck;help;rates' {
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check a rate card of your own: show its contents, or its first mistake')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Make a rate card from LiteLLM''s model prices (JSON) or models.dev''s (TOML), on stdout')
            break
        }
        'cachecheck;help;rates;check' {
            break
        }
        'cachecheck;help;rates;import' {
            break
        }
        'cachecheck;help;report' {
            break
        }
        'cachecheck;help;keys' {
            break
        }
        'cachecheck;help;hits' {
            break
        }
        'cachecheck;help;parse' {
            break
        }
        'cachecheck;help;profiles' {
            break
        }
        'cachecheck;help;completions' {
            break
        }
        'cachecheck;help;version' {
            break
        }
        'cachecheck;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
