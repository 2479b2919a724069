
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
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay logs through the provider''s cache: what should have hit')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two versions of a template and their stable prefixes')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find mistakes in templates that lose cache hits')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check templates against the gates of cachecheck.yaml, in CI')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Write cachecheck.lock: tokens and hash of each stable prefix')
            [CompletionResult]::new('cost', 'cost', [CompletionResultType]::ParameterValue, 'Show costs: as billed, without a cache, and with the best cache')
            [CompletionResult]::new('curve', 'curve', [CompletionResultType]::ParameterValue, 'Show the hit ratio at every lifetime or capacity, from one replay')
            [CompletionResult]::new('infer', 'infer', [CompletionResultType]::ParameterValue, 'Infer a cache''s rule from the hits that logs report')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Show why the hit ratio changed between two logs, or within one')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show why a request missed, beside the one that it should continue')
            [CompletionResult]::new('trend', 'trend', [CompletionResultType]::ParameterValue, 'Show hit ratio and cost over time, and where the ratio changed')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Rank the changes that would save most, each proved on the log')
            [CompletionResult]::new('rates', 'rates', [CompletionResultType]::ParameterValue, 'List prices in the rate card, with their dates and sources')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Merge the parts that `simulate --partial` wrote into one report')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'Write requests and the keys of their blocks in columns, no texts')
            [CompletionResult]::new('hits', 'hits', [CompletionResultType]::ParameterValue, 'Count the hits and costs of requests by the keys that `keys` wrote')
            [CompletionResult]::new('parse', 'parse', [CompletionResultType]::ParameterValue, 'Convert any log to one normalised exchange per line')
            [CompletionResult]::new('profiles', 'profiles', [CompletionResultType]::ParameterValue, 'List the known cache rules, with minimum, lifetime, exactness and source')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print completions for a shell')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Print the version')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cachecheck;simulate' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--skip-first', '--skip-first', [CompletionResultType]::ParameterName, 'Leave the first requests out of the sums, this share of all, such as 0.5 or 50%: they are replayed and warm the cache, as in published hit ratios. The log''s requests are counted first, in a pass of its own')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Break the totals down, such as by model, day or session')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Break the totals down, such as by model, day or session')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Show at most this many rows of a breakdown: those that cost most')
            [CompletionResult]::new('--partial', '--partial', [CompletionResultType]::ParameterName, 'Sum only one shard of the requests, such as 2/7, the second of seven, and write its part of the report; `cachecheck report` merges the parts')
            [CompletionResult]::new('--assumptions', '--assumptions', [CompletionResultType]::ParameterName, 'File of decisions over the whole log: order of requests, who shares a cache, how tools were sent; read if it is there, else written')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('--window', '--window', [CompletionResultType]::ParameterName, 'Length of the period up to now that is reported on, such as 15m [default: 1h]')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Time between two reports; at least nine times as long as one takes [default: 10s]')
            [CompletionResult]::new('--fail-under', '--fail-under', [CompletionResultType]::ParameterName, 'Stop with exit code 1 once the billed hit ratio of the window is below this share, such as 0.5 or 50%')
            [CompletionResult]::new('--fail-from', '--fail-from', [CompletionResultType]::ParameterName, 'Least number of requests in the window before --fail-under is applied [default: 1]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('--parts', '--parts', [CompletionResultType]::ParameterName, 'Show also the tokens, hits and costs of each part of the prompts')
            [CompletionResult]::new('--no-causes', '--no-causes', [CompletionResultType]::ParameterName, 'Leave out the causes of misses: requests are not compared with each other')
            [CompletionResult]::new('--own-files', '--own-files', [CompletionResultType]::ParameterName, 'Read only the shard''s own files, a consecutive part of those named; `report` rejects shards that share a cache')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Repeat the report on the last hour while the log grows')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;diff' {
            [CompletionResult]::new('--git', '--git', [CompletionResultType]::ParameterName, 'Compare each path with itself at this revision')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('--logs', '--logs', [CompletionResultType]::ParameterName, 'Logs of requests made from the new templates, for the number of requests and the variables that never change')
            [CompletionResult]::new('--requests-per-day', '--requests-per-day', [CompletionResultType]::ParameterName, 'Number of requests per day, for costs per month [default: that of `traffic:` in cachecheck.yaml]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Model of the prompts: it decides tokenizer, cache rule and prices')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model of the prompts: it decides tokenizer, cache rule and prices')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'A variable that has the same value in each request, with the value if it is known; may be repeated')
            [CompletionResult]::new('--syntax', '--syntax', [CompletionResultType]::ParameterName, 'Syntax of variables: plain (none), jinja, handlebars, braces, dollar, percent, erb, go, dify, n8n, semantic-kernel or claude [default: by the file''s name and text]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--exit-code', '--exit-code', [CompletionResultType]::ParameterName, 'Exit with 1 if anything differs for the model, as diff(1) does')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several repositories share')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
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
            [CompletionResult]::new('--logs', '--logs', [CompletionResultType]::ParameterName, 'Logs of requests made from the templates, for the time between requests')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Model of the prompts: it decides tokenizer, cache rule and prices')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Model of the prompts: it decides tokenizer, cache rule and prices')
            [CompletionResult]::new('--stable', '--stable', [CompletionResultType]::ParameterName, 'A variable that has the same value in each request, with the value if it is known; may be repeated')
            [CompletionResult]::new('--syntax', '--syntax', [CompletionResultType]::ParameterName, 'Syntax of variables: plain (none), jinja, handlebars, braces, dollar, percent, erb, go, dify, n8n, semantic-kernel or claude [default: by the file''s name and text]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'List the templates that are found, with the expressions in each, and do nothing else')
            [CompletionResult]::new('--perhaps', '--perhaps', [CompletionResultType]::ParameterName, 'Also templates of which nothing shows that a model is given them')
            [CompletionResult]::new('--fix', '--fix', [CompletionResultType]::ParameterName, 'Fix what is safe to fix')
            [CompletionResult]::new('--diff', '--diff', [CompletionResultType]::ParameterName, 'Show what --fix would change, and change nothing')
            [CompletionResult]::new('--no-source', '--no-source', [CompletionResultType]::ParameterName, 'Leave prompts in source code out')
            [CompletionResult]::new('--list-rules', '--list-rules', [CompletionResultType]::ParameterName, 'List the rules')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several repositories share')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;check' {
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'The revision that gates on changes compare with, such as HEAD~1 or origin/main')
            [CompletionResult]::new('--quality', '--quality', [CompletionResultType]::ParameterName, 'Results of evaluations before and after the change, which the gates on quality judge: promptfoo''s JSON, JUnit, OpenAI''s evals, or lines `name: rate`')
            [CompletionResult]::new('--renders', '--renders', [CompletionResultType]::ParameterName, 'Compare this many renderings byte by byte: those of --render-command, or those of each template in the logs that the configuration names')
            [CompletionResult]::new('--render-command', '--render-command', [CompletionResultType]::ParameterName, 'The command that writes one rendering of a prompt to stdout each time it is run')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--unknown-is', '--unknown-is', [CompletionResultType]::ParameterName, 'Verdict of the run if a gate is unknown')
            [CompletionResult]::new('--max-skipped', '--max-skipped', [CompletionResultType]::ParameterName, 'Share of log lines that cannot be read above which the gates on logs are unknown [default: 1%]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several repositories share')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Stop at the first line of a log that cannot be read')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;lock' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--allow-outside', '--allow-outside', [CompletionResultType]::ParameterName, 'Let the configuration name files outside the repository, such as a rate card that several repositories share')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;cost' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Break the totals down, such as by model, day or session')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Break the totals down, such as by model, day or session')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Show at most this many rows of a breakdown: those that cost most')
            [CompletionResult]::new('--invoice', '--invoice', [CompletionResultType]::ParameterName, 'Charge of the provider, such as "123.45 EUR", or its export of costs')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'The model: a name from `cachecheck rates`')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'The model: a name from `cachecheck rates`')
            [CompletionResult]::new('--prompt-tokens', '--prompt-tokens', [CompletionResultType]::ParameterName, 'Tokens of the whole prompt')
            [CompletionResult]::new('--hit-ratio', '--hit-ratio', [CompletionResultType]::ParameterName, 'Share of the prompt that is read from the cache, such as 0.6 or 60%')
            [CompletionResult]::new('--hit-ratio-before', '--hit-ratio-before', [CompletionResultType]::ParameterName, 'Earlier hit ratio; the result says how much the change saves')
            [CompletionResult]::new('--hit-tokens', '--hit-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens read from the cache')
            [CompletionResult]::new('--miss-tokens', '--miss-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens neither read from the cache nor written to it')
            [CompletionResult]::new('--written-tokens', '--written-tokens', [CompletionResultType]::ParameterName, 'Prompt tokens written to the cache at a price of their own [default: 0]')
            [CompletionResult]::new('--write-lifetime', '--write-lifetime', [CompletionResultType]::ParameterName, 'Lifetime of the written tokens: 5m, 30m, 1h or 12h [default: the shortest that the model offers]')
            [CompletionResult]::new('--output-tokens', '--output-tokens', [CompletionResultType]::ParameterName, 'Tokens of the answer, reasoning included [default: 0]')
            [CompletionResult]::new('--reasoning-tokens', '--reasoning-tokens', [CompletionResultType]::ParameterName, 'Reasoning tokens among them, if they have a price of their own')
            [CompletionResult]::new('--sweep', '--sweep', [CompletionResultType]::ParameterName, 'Add a table of costs by hit ratio')
            [CompletionResult]::new('--requests-per-day', '--requests-per-day', [CompletionResultType]::ParameterName, 'Number of requests per day, for the cost of 30 days')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('--monthly', '--monthly', [CompletionResultType]::ParameterName, 'Scale the cost from the time span of the log to 30 days')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;curve' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--skip-first', '--skip-first', [CompletionResultType]::ParameterName, 'Leave the first requests out of the sums, this share of all, such as 0.5 or 50%: they are replayed and warm the cache, as in published hit ratios. The log''s requests are counted first, in a pass of its own')
            [CompletionResult]::new('--over', '--over', [CompletionResultType]::ParameterName, 'The limit on the horizontal axis')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--points', '--points', [CompletionResultType]::ParameterName, 'Largest number of points; each adds about the same number of hits')
            [CompletionResult]::new('--limits', '--limits', [CompletionResultType]::ParameterName, 'Only these lifetimes (10m,24h,never) or capacities (5000,20k)')
            [CompletionResult]::new('--policy', '--policy', [CompletionResultType]::ParameterName, 'Order in which a full cache evicts blocks [default: lru]')
            [CompletionResult]::new('--replicas', '--replicas', [CompletionResultType]::ParameterName, 'Number of servers, each with a cache of its own and the capacity of each point')
            [CompletionResult]::new('--routing', '--routing', [CompletionResultType]::ParameterName, 'The server that a request is sent to [default: round-robin]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Show capacities in GiB for this model, such as Llama-3.1-8B or gpt-oss-120b')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Show capacities in GiB for this model, such as Llama-3.1-8B or gpt-oss-120b')
            [CompletionResult]::new('--model-config', '--model-config', [CompletionResultType]::ParameterName, 'Show capacities in GiB for the model of this `config.json` of Hugging Face')
            [CompletionResult]::new('--bytes-per-token', '--bytes-per-token', [CompletionResultType]::ParameterName, 'Show capacities in GiB, if a token takes this many bytes of the cache')
            [CompletionResult]::new('--kv-dtype', '--kv-dtype', [CompletionResultType]::ParameterName, 'Number format of the keys and values in the cache [default: bf16]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;infer' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Look only at models of this name; `*` stands for anything')
            [CompletionResult]::new('--model', '--model', [CompletionResultType]::ParameterName, 'Look only at models of this name; `*` stands for anything')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;compare' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--split-at', '--split-at', [CompletionResultType]::ParameterName, 'Divide one log at this time, and compare both halves')
            [CompletionResult]::new('--split-by', '--split-by', [CompletionResultType]::ParameterName, 'Divide one log by this, and compare each value with the one before')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;explain' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--id', '--id', [CompletionResultType]::ParameterName, 'Id of the request, in place of a line')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('--no-text', '--no-text', [CompletionResultType]::ParameterName, 'Show no text of any prompt')
            [CompletionResult]::new('--show-text', '--show-text', [CompletionResultType]::ParameterName, 'Show texts in HTML, too, which leaves them out otherwise, as it is made to be passed on')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;trend' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'The periods of the series')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'The periods of the series')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;plan' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--deferrable', '--deferrable', [CompletionResultType]::ParameterName, 'Let these requests wait for lower prices: `all`, or a dimension and its value')
            [CompletionResult]::new('--bundle', '--bundle', [CompletionResultType]::ParameterName, 'Write the names of the requests that were served less than promised, and of those they build on, to this file, for `parse --only`')
            [CompletionResult]::new('--models', '--models', [CompletionResultType]::ParameterName, 'Use these models in place of those in the log')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('--prompts', '--prompts', [CompletionResultType]::ParameterName, 'Undo the causes of misses in the prompts, such as a date before stable text')
            [CompletionResult]::new('--breakpoints', '--breakpoints', [CompletionResultType]::ParameterName, 'Try policies of breakpoints and lifetimes')
            [CompletionResult]::new('--warm-up', '--warm-up', [CompletionResultType]::ParameterName, 'Warm the cache up before bursts, and keep prompts alive')
            [CompletionResult]::new('--compaction', '--compaction', [CompletionResultType]::ParameterName, 'Clear tool results or the oldest turns, as histories grow')
            [CompletionResult]::new('--reorder', '--reorder', [CompletionResultType]::ParameterName, 'Reorder the pieces of independent requests, and these requests, so that they share the most tokens')
            [CompletionResult]::new('--audit', '--audit', [CompletionResultType]::ParameterName, 'Compare what the provider''s rule promised with what was billed')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
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
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
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
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
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
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
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
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;keys' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Sum only requests before this time')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'Folder to write to; it is created if it does not exist')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'File with the secret of the keys, the same for all logs whose requests are compared; a new secret is written if it does not exist')
            [CompletionResult]::new('--first-seq', '--first-seq', [CompletionResultType]::ParameterName, 'Number of the first request, if the log is one of several parts')
            [CompletionResult]::new('--assumptions', '--assumptions', [CompletionResultType]::ParameterName, 'File of decisions over the whole log, as `simulate --assumptions` writes it')
            [CompletionResult]::new('--partial', '--partial', [CompletionResultType]::ParameterName, 'Make keys of a run of the files alone, such as 2/7, the second of seven: all files are named, and the assumptions are those of all')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Add these dimensions to the row of each request, as in `simulate --by`, such as day,/metadata/team')
            [CompletionResult]::new('--by', '--by', [CompletionResultType]::ParameterName, 'Add these dimensions to the row of each request, as in `simulate --by`, such as day,/metadata/team')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('--capacity', '--capacity', [CompletionResultType]::ParameterName, 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]')
            [CompletionResult]::new('--block-size', '--block-size', [CompletionResultType]::ParameterName, 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]')
            [CompletionResult]::new('--rates', '--rates', [CompletionResultType]::ParameterName, 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`')
            [CompletionResult]::new('--currency', '--currency', [CompletionResultType]::ParameterName, 'Currency of the prices, such as CNY [default: USD]')
            [CompletionResult]::new('--fx', '--fx', [CompletionResultType]::ParameterName, 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated')
            [CompletionResult]::new('--at', '--at', [CompletionResultType]::ParameterName, 'Time of requests that have none in the log, such as 2026-04-05')
            [CompletionResult]::new('--tier', '--tier', [CompletionResultType]::ParameterName, 'Service tier of requests that name none: standard, batch, flex or priority')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Provider that bills the requests, such as azure-openai [default: the model''s maker]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;hits' {
            [CompletionResult]::new('--state-in', '--state-in', [CompletionResultType]::ParameterName, 'Folder with the state that the day before left, under the same lifetime, delay and profile')
            [CompletionResult]::new('--state-out', '--state-out', [CompletionResultType]::ParameterName, 'Folder for the state that these requests leave to the next day; it may be that of --state-in')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'The YAML file of the rule under which the keys were made, if the program has no such rule')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'The YAML file of the rule under which the keys were made, if the program has no such rule')
            [CompletionResult]::new('--ttl', '--ttl', [CompletionResultType]::ParameterName, 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile''s]')
            [CompletionResult]::new('--delay', '--delay', [CompletionResultType]::ParameterName, 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile''s]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;parse' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Read the sessions of a coding agent from the folder in which it keeps them')
            [CompletionResult]::new('--scope', '--scope', [CompletionResultType]::ParameterName, 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]')
            [CompletionResult]::new('--order', '--order', [CompletionResultType]::ParameterName, 'The order of replay')
            [CompletionResult]::new('--time-zone', '--time-zone', [CompletionResultType]::ParameterName, 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]')
            [CompletionResult]::new('--max-line', '--max-line', [CompletionResultType]::ParameterName, 'Size of the longest line or document that is read, such as 64MB')
            [CompletionResult]::new('--threads', '--threads', [CompletionResultType]::ParameterName, 'Number of threads; it changes no result [default: one per core]')
            [CompletionResult]::new('--max-memory', '--max-memory', [CompletionResultType]::ParameterName, 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'File with the key of the fingerprints [default: a new key, shown on stderr]')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Write only the requests that this file names, one per line as SOURCE:LINE, or SOURCE:LINE#N in a document; `plan --bundle` writes such files')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format [default: jsonl, with --summary table]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format [default: jsonl, with --summary table]')
            [CompletionResult]::new('--round', '--round', [CompletionResultType]::ParameterName, 'Round token counts down to multiples of N; the counts are then estimates')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Cache rule of all requests: a name of `profiles`, or a YAML file')
            [CompletionResult]::new('--tokenizer', '--tokenizer', [CompletionResultType]::ParameterName, 'A Hugging Face `tokenizer.json` that replaces the profile''s tokenizer')
            [CompletionResult]::new('--chat-template', '--chat-template', [CompletionResultType]::ParameterName, 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'Write only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Write only requests from this time on, such as 2026-04-05T16:30, or the last 2h')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Write only requests before this time')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Fail at the first line that cannot be read, or, if costs are shown, that has no price')
            [CompletionResult]::new('--summary', '--summary', [CompletionResultType]::ParameterName, 'Summarise what was recognised and what is missing')
            [CompletionResult]::new('--redact', '--redact', [CompletionResultType]::ParameterName, 'Remove all texts; the log still gives the same simulation')
            [CompletionResult]::new('--list-formats', '--list-formats', [CompletionResultType]::ParameterName, 'List the known log formats, one per line')
            [CompletionResult]::new('--coarse-times', '--coarse-times', [CompletionResultType]::ParameterName, 'Round times down to whole minutes')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;profiles' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Output format')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;completions' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;version' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the output to a file, which is replaced when it is complete')
            [CompletionResult]::new('--width', '--width', [CompletionResultType]::ParameterName, 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal''s width; in a pipe, 0]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cachecheck;help' {
            [CompletionResult]::new('simulate', 'simulate', [CompletionResultType]::ParameterValue, 'Replay logs through the provider''s cache: what should have hit')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Compare two versions of a template and their stable prefixes')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Find mistakes in templates that lose cache hits')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check templates against the gates of cachecheck.yaml, in CI')
            [CompletionResult]::new('lock', 'lock', [CompletionResultType]::ParameterValue, 'Write cachecheck.lock: tokens and hash of each stable prefix')
            [CompletionResult]::new('cost', 'cost', [CompletionResultType]::ParameterValue, 'Show costs: as billed, without a cache, and with the best cache')
            [CompletionResult]::new('curve', 'curve', [CompletionResultType]::ParameterValue, 'Show the hit ratio at every lifetime or capacity, from one replay')
            [CompletionResult]::new('infer', 'infer', [CompletionResultType]::ParameterValue, 'Infer a cache''s rule from the hits that logs report')
            [CompletionResult]::new('compare', 'compare', [CompletionResultType]::ParameterValue, 'Show why the hit ratio changed between two logs, or within one')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show why a request missed, beside the one that it should continue')
            [CompletionResult]::new('trend', 'trend', [CompletionResultType]::ParameterValue, 'Show hit ratio and cost over time, and where the ratio changed')
            [CompletionResult]::new('plan', 'plan', [CompletionResultType]::ParameterValue, 'Rank the changes that would save most, each proved on the log')
            [CompletionResult]::new('rates', 'rates', [CompletionResultType]::ParameterValue, 'List prices in the rate card, with their dates and sources')
            [CompletionResult]::new('report', 'report', [CompletionResultType]::ParameterValue, 'Merge the parts that `simulate --partial` wrote into one report')
            [CompletionResult]::new('keys', 'keys', [CompletionResultType]::ParameterValue, 'Write requests and the keys of their blocks in columns, no texts')
            [CompletionResult]::new('hits', 'hits', [CompletionResultType]::ParameterValue, 'Count the hits and costs of requests by the keys that `keys` wrote')
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
