# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cachecheck_global_optspecs
    string join \n o/output= v/verbose width= color= h/help V/version
end

function __fish_cachecheck_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cachecheck_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_cachecheck_using_subcommand
    set -l cmd (__fish_cachecheck_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c cachecheck -n "__fish_cachecheck_needs_command" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_needs_command" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_needs_command" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_needs_command" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -s V -l version -d 'Print version'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "simulate" -d 'Replay logs through the provider\'s cache: what should have hit'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "diff" -d 'Compare two versions of a template and their stable prefixes'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "lint" -d 'Find mistakes in templates that lose cache hits'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "check" -d 'Check templates against the gates of cachecheck.yaml, in CI'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "lock" -d 'Write cachecheck.lock: tokens and hash of each stable prefix'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "cost" -d 'Show costs: as billed, without a cache, and with the best cache'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "curve" -d 'Show the hit ratio at every lifetime or capacity, from one replay'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "infer" -d 'Infer a cache\'s rule from the hits that logs report'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "compare" -d 'Show why the hit ratio changed between two logs, or within one'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "explain" -d 'Show why a request missed, beside the one that it should continue'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "trend" -d 'Show hit ratio and cost over time, and where the ratio changed'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "plan" -d 'Rank the changes that would save most, each proved on the log'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "rates" -d 'List prices in the rate card, with their dates and sources'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "report" -d 'Merge the parts that `simulate --partial` wrote into one report'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "keys" -d 'Write requests and the keys of their blocks in columns, no texts'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "hits" -d 'Count the hits and costs of requests by the keys that `keys` wrote'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "parse" -d 'Convert any log to one normalised exchange per line'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "profiles" -d 'List the known cache rules, with minimum, lifetime, exactness and source'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "version" -d 'Print the version'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l skip-first -d 'Leave the first requests out of the sums, this share of all, such as 0.5 or 50%: they are replayed and warm the cache, as in published hit ratios. The log\'s requests are counted first, in a pass of its own' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'
jsonl\t'One JSON object for each request'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s b -l by -d 'Break the totals down, such as by model, day or session' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l top -d 'Show at most this many rows of a breakdown: those that cost most' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l partial -d 'Sum only one shard of the requests, such as 2/7, the second of seven, and write its part of the report; `cachecheck report` merges the parts' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l assumptions -d 'File of decisions over the whole log: order of requests, who shares a cache, how tools were sent; read if it is there, else written' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l window -d 'Length of the period up to now that is reported on, such as 15m [default: 1h]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l every -d 'Time between two reports; at least nine times as long as one takes [default: 10s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l fail-under -d 'Stop with exit code 1 once the billed hit ratio of the window is below this share, such as 0.5 or 50%' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l fail-from -d 'Least number of requests in the window before --fail-under is applied [default: 1]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l parts -d 'Show also the tokens, hits and costs of each part of the prompts'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l no-causes -d 'Leave out the causes of misses: requests are not compared with each other'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l own-files -d 'Read only the shard\'s own files, a consecutive part of those named; `report` rejects shards that share a cache'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l follow -d 'Repeat the report on the last hour while the log grows'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l git -d 'Compare each path with itself at this revision' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
markdown\t'Markdown, for a pull request or a wiki'
github\t'Annotations of GitHub Actions'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l config -d 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l logs -d 'Logs of requests made from the new templates, for the number of requests and the variables that never change' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l requests-per-day -d 'Number of requests per day, for costs per month [default: that of `traffic:` in cachecheck.yaml]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -s m -l model -d 'Model of the prompts: it decides tokenizer, cache rule and prices' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l stable -d 'A variable that has the same value in each request, with the value if it is known; may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l syntax -d 'Syntax of variables: plain (none), jinja, handlebars, braces, dollar, percent, erb, go, dify, n8n, semantic-kernel or claude [default: by the file\'s name and text]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l exit-code -d 'Exit with 1 if anything differs for the model, as diff(1) does'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -l allow-outside -d 'Let the configuration name files outside the repository, such as a rate card that several repositories share'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
github\t'Annotations of GitHub Actions'
sarif\t'SARIF 2.1.0, for code scanning'
junit\t'JUnit XML, for test reports'
gitlab\t'Code quality of GitLab, for merge requests'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l rule -d 'Apply only this rule; may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l no-rule -d 'Leave out this rule; may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l fail-on -d 'Lowest severity that fails the run' -r -f -a "error\t'Errors'
warning\t'Warnings and errors'
note\t'Any finding'
never\t'None'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l unknown-is -d 'Verdict of the run if a file is not the YAML, JSON or TOML that its name says' -r -f -a "fail\t'It fails'
pass\t'It passes'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l explain -d 'Explain a rule, with an example that it reports and one that it does not' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l logs -d 'Logs of requests made from the templates, for the time between requests' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l config -d 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -s m -l model -d 'Model of the prompts: it decides tokenizer, cache rule and prices' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l stable -d 'A variable that has the same value in each request, with the value if it is known; may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l syntax -d 'Syntax of variables: plain (none), jinja, handlebars, braces, dollar, percent, erb, go, dify, n8n, semantic-kernel or claude [default: by the file\'s name and text]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l list -d 'List the templates that are found, with the expressions in each, and do nothing else'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l perhaps -d 'Also templates of which nothing shows that a model is given them'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l fix -d 'Fix what is safe to fix'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l diff -d 'Show what --fix would change, and change nothing'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l no-source -d 'Leave prompts in source code out'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l list-rules -d 'List the rules'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -l allow-outside -d 'Let the configuration name files outside the repository, such as a rate card that several repositories share'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l base -d 'The revision that gates on changes compare with, such as HEAD~1 or origin/main' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l quality -d 'Results of evaluations before and after the change, which the gates on quality judge: promptfoo\'s JSON, JUnit, OpenAI\'s evals, or lines `name: rate`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l renders -d 'Compare this many renderings byte by byte: those of --render-command, or those of each template in the logs that the configuration names' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l render-command -d 'The command that writes one rendering of a prompt to stdout each time it is run' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l config -d 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
github\t'Annotations of GitHub Actions'
sarif\t'SARIF 2.1.0, for code scanning'
junit\t'JUnit XML, for test reports'
gitlab\t'Code quality of GitLab, for merge requests'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l unknown-is -d 'Verdict of the run if a gate is unknown' -r -f -a "fail\t'It fails'
pass\t'It passes'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l max-skipped -d 'Share of log lines that cannot be read above which the gates on logs are unknown [default: 1%]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l allow-outside -d 'Let the configuration name files outside the repository, such as a rate card that several repositories share'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -l strict -d 'Stop at the first line of a log that cannot be read'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lock" -l config -d 'Configuration file; options of the command line override it [default: cachecheck.yaml here or above]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lock" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lock" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lock" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lock" -l allow-outside -d 'Let the configuration name files outside the repository, such as a rate card that several repositories share'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lock" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand lock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s b -l by -d 'Break the totals down, such as by model, day or session' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l top -d 'Show at most this many rows of a breakdown: those that cost most' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l invoice -d 'Charge of the provider, such as "123.45 EUR", or its export of costs' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s m -l model -d 'The model: a name from `cachecheck rates`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l prompt-tokens -d 'Tokens of the whole prompt' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l hit-ratio -d 'Share of the prompt that is read from the cache, such as 0.6 or 60%' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l hit-ratio-before -d 'Earlier hit ratio; the result says how much the change saves' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l hit-tokens -d 'Prompt tokens read from the cache' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l miss-tokens -d 'Prompt tokens neither read from the cache nor written to it' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l written-tokens -d 'Prompt tokens written to the cache at a price of their own [default: 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l write-lifetime -d 'Lifetime of the written tokens: 5m, 30m, 1h or 12h [default: the shortest that the model offers]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l output-tokens -d 'Tokens of the answer, reasoning included [default: 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l reasoning-tokens -d 'Reasoning tokens among them, if they have a price of their own' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l sweep -d 'Add a table of costs by hit ratio' -r -f -a "hit-ratio\t'Hit ratios from 0 to 100 %'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l requests-per-day -d 'Number of requests per day, for the cost of 30 days' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -l monthly -d 'Scale the cost from the time span of the log to 30 days'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand cost" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l skip-first -d 'Leave the first requests out of the sums, this share of all, such as 0.5 or 50%: they are replayed and warm the cache, as in published hit ratios. The log\'s requests are counted first, in a pass of its own' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l over -d 'The limit on the horizontal axis' -r -f -a "ttl\t'Time that an entry lives after its last use'
capacity\t'Number of blocks or units that fit'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l points -d 'Largest number of points; each adds about the same number of hits' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l limits -d 'Only these lifetimes (10m,24h,never) or capacities (5000,20k)' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l policy -d 'Order in which a full cache evicts blocks [default: lru]' -r -f -a "lru\t'The least recently used block first'
fifo\t'The block that was written first, however often it was used since'
opt\t'The optimum, which knows all later requests: no other order serves more'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l replicas -d 'Number of servers, each with a cache of its own and the capacity of each point' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l routing -d 'The server that a request is sent to [default: round-robin]' -r -f -a "round-robin\t'Each request to the next server'
session\t'All requests of a session to one server; of a request that names none, those of the conversation that it goes on with'
user\t'All requests of a user to one server'
prefix\t'Each request to the server that holds the longest prefix of it, if that is more than 30 % of the prompt; else to the one that was sent the fewest tokens'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -s m -l model -d 'Show capacities in GiB for this model, such as Llama-3.1-8B or gpt-oss-120b' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l model-config -d 'Show capacities in GiB for the model of this `config.json` of Hugging Face' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l bytes-per-token -d 'Show capacities in GiB, if a token takes this many bytes of the cache' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l kv-dtype -d 'Number format of the keys and values in the cache [default: bf16]' -r -f -a "bf16\t'Two bytes'
fp16\t'Two bytes'
fp8\t'One byte'
fp32\t'Four bytes'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand curve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -s m -l model -d 'Look only at models of this name; `*` stands for anything' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -s f -l format -d 'Output format' -r -f -a "yaml\t'A profile as `--profile` reads it; several are documents of one stream'
json\t'The same values as JSON'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand infer" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l split-at -d 'Divide one log at this time, and compare both halves' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l split-by -d 'Divide one log by this, and compare each value with the one before' -r -f -a "model\t'The model as requested'
version\t'The version of the client, such as Claude Code or Codex'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand compare" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l id -d 'Id of the request, in place of a line' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l no-text -d 'Show no text of any prompt'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -l show-text -d 'Show texts in HTML, too, which leaves them out otherwise, as it is made to be passed on'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -s b -l by -d 'The periods of the series' -r -f -a "hour\t'Hours of the time zone'
day\t'Days of the time zone'
week\t'Weeks, from Monday on'
month\t'Months of the year'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand trend" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l deferrable -d 'Let these requests wait for lower prices: `all`, or a dimension and its value' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l bundle -d 'Write the names of the requests that were served less than promised, and of those they build on, to this file, for `parse --only`' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l models -d 'Use these models in place of those in the log' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l prompts -d 'Undo the causes of misses in the prompts, such as a date before stable text'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l breakpoints -d 'Try policies of breakpoints and lifetimes'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l warm-up -d 'Warm the cache up before bursts, and keep prompts alive'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l compaction -d 'Clear tool results or the oldest turns, as histories grow'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l reorder -d 'Reorder the pieces of independent requests, and these requests, so that they share the most tokens'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -l audit -d 'Compare what the provider\'s rule promised with what was billed'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -l at -d 'Only prices valid at this time, such as 2026-08-18T02:00Z' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -l currency -d 'Only prices in this currency, such as CNY' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -l provider -d 'Only prices of this provider' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -l rates -d 'Your own rate card, searched before the built-in one' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -a "check" -d 'Check a rate card of your own: show its contents, or its first mistake'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -a "import" -d 'Make a rate card from LiteLLM\'s model prices (JSON) or models.dev\'s (TOML), on stdout'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and not __fish_seen_subcommand_from check import help" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from check" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from check" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from check" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from check" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -l retrieved -d 'Day on which the price file was retrieved, such as 2026-11-01' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -s s -l since -d 'First day on which the prices are valid' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -s m -l model -d 'Only these models, such as gpt-5 or \'claude-*\'; may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -l provider -d 'Only this provider; also the provider of a TOML file whose path does not name it' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check a rate card of your own: show its contents, or its first mistake'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from help" -f -a "import" -d 'Make a rate card from LiteLLM\'s model prices (JSON) or models.dev\'s (TOML), on stdout'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand rates; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand report" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand report" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand report" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand report" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand report" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand report" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -s s -l since -d 'Sum only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l until -d 'Sum only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l into -d 'Folder to write to; it is created if it does not exist' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l key-file -d 'File with the secret of the keys, the same for all logs whose requests are compared; a new secret is written if it does not exist' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l first-seq -d 'Number of the first request, if the log is one of several parts' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l assumptions -d 'File of decisions over the whole log, as `simulate --assumptions` writes it' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l partial -d 'Make keys of a run of the files alone, such as 2/7, the second of seven: all files are named, and the assumptions are those of all' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -s b -l by -d 'Add these dimensions to the row of each request, as in `simulate --by`, such as day,/metadata/team' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l capacity -d 'Size of the cache in blocks, such as 50000; when it is full, the least recently used block is evicted [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l block-size -d 'Tokens per block of a block trace [default: as given in the trace, else 512 or 16, whichever fits its lines]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l rates -d 'Your own rate card, a YAML file that extends or replaces the built-in one; check it with `cachecheck rates check`' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l currency -d 'Currency of the prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l fx -d 'Exchange rate, such as CNY/USD=0.14 (one yuan is worth 0.14 dollars); may be repeated' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l at -d 'Time of requests that have none in the log, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l tier -d 'Service tier of requests that name none: standard, batch, flex or priority' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l provider -d 'Provider that bills the requests, such as azure-openai [default: the model\'s maker]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand keys" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -l state-in -d 'Folder with the state that the day before left, under the same lifetime, delay and profile' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -l state-out -d 'Folder for the state that these requests leave to the next day; it may be that of --state-in' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -s p -l profile -d 'The YAML file of the rule under which the keys were made, if the program has no such rule' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -l ttl -d 'Lifetime of a cache entry after its last use, such as 10m or 24h; `never` for entries that do not expire [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -l delay -d 'Time from the end of a request until its cache entries can be hit, such as 5s [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand hits" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l from -d 'Read the sessions of a coding agent from the folder in which it keeps them' -r -f -a "claude\t''
codex\t''
gemini\t''
opencode\t''
pi\t''"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l scope -d 'JSON pointer into each log line, such as /metadata/team: only requests with the same value there share a cache [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l order -d 'The order of replay' -r -f -a "time\t'By time; a line without a time follows the line before it'
log\t'In the order of the lines'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l time-zone -d 'Time zone of hours, days, weeks and months, and of the times in options, such as Europe/Berlin or +02:00 [default: UTC]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l log-format -d 'Format of every line: a name from `cachecheck parse --list-formats` [default: recognised line by line]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l max-line -d 'Size of the longest line or document that is read, such as 64MB' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l threads -d 'Number of threads; it changes no result [default: one per core]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l max-memory -d 'Memory for remembering texts and tokens that repeat, such as 2GB; it changes no result' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l key-file -d 'File with the key of the fingerprints [default: a new key, shown on stderr]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l only -d 'Write only the requests that this file names, one per line as SOURCE:LINE, or SOURCE:LINE#N in a document; `plan --bundle` writes such files' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -s f -l format -d 'Output format [default: jsonl, with --summary table]' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'
jsonl\t'One JSON object for each request'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l round -d 'Round token counts down to multiples of N; the counts are then estimates' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -s p -l profile -d 'Cache rule of all requests: a name of `profiles`, or a YAML file' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l tokenizer -d 'A Hugging Face `tokenizer.json` that replaces the profile\'s tokenizer' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l chat-template -d 'A Jinja chat template, or a `tokenizer_config.json` with one [default: the `tokenizer_config.json` beside --tokenizer]' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -s s -l since -d 'Write only requests from this time on, such as 2026-04-05T16:30, or the last 2h' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l until -d 'Write only requests before this time' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l strict -d 'Fail at the first line that cannot be read, or, if costs are shown, that has no price'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l summary -d 'Summarise what was recognised and what is missing'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l redact -d 'Remove all texts; the log still gives the same simulation'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l list-formats -d 'List the known log formats, one per line'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -l coarse-times -d 'Round times down to whole minutes'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand parse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -s f -l format -d 'Output format' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
csv\t'The first table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'
html\t'One HTML page with pictures, which needs no network'
prometheus\t'Figures as Prometheus reads them'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand completions" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand completions" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand completions" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand completions" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand version" -s o -l output -d 'Write the output to a file, which is replaced when it is complete' -r -F
complete -c cachecheck -n "__fish_cachecheck_using_subcommand version" -l width -d 'Width of tables and sentences, in columns; 0 for no limit [default: `COLUMNS`, else the terminal\'s width; in a pipe, 0]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand version" -l color -d 'Use colours and bold letters in tables and sentences; `NO_COLOR` and `CLICOLOR_FORCE` are respected' -r -f -a "auto\t'On a terminal'
always\t'Also in pipes and files'
never\t'Nowhere'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand version" -s v -l verbose -d 'Show on stderr what is done and why: each pass over the logs; with -vv, also each file'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "simulate" -d 'Replay logs through the provider\'s cache: what should have hit'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "diff" -d 'Compare two versions of a template and their stable prefixes'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "lint" -d 'Find mistakes in templates that lose cache hits'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "check" -d 'Check templates against the gates of cachecheck.yaml, in CI'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "lock" -d 'Write cachecheck.lock: tokens and hash of each stable prefix'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "cost" -d 'Show costs: as billed, without a cache, and with the best cache'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "curve" -d 'Show the hit ratio at every lifetime or capacity, from one replay'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "infer" -d 'Infer a cache\'s rule from the hits that logs report'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "compare" -d 'Show why the hit ratio changed between two logs, or within one'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "explain" -d 'Show why a request missed, beside the one that it should continue'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "trend" -d 'Show hit ratio and cost over time, and where the ratio changed'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "plan" -d 'Rank the changes that would save most, each proved on the log'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "rates" -d 'List prices in the rate card, with their dates and sources'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "report" -d 'Merge the parts that `simulate --partial` wrote into one report'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "keys" -d 'Write requests and the keys of their blocks in columns, no texts'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "hits" -d 'Count the hits and costs of requests by the keys that `keys` wrote'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "parse" -d 'Convert any log to one normalised exchange per line'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "profiles" -d 'List the known cache rules, with minimum, lifetime, exactness and source'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "completions" -d 'Print completions for a shell'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "version" -d 'Print the version'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and not __fish_seen_subcommand_from simulate diff lint check lock cost curve infer compare explain trend plan rates report keys hits parse profiles completions version help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and __fish_seen_subcommand_from rates" -f -a "check" -d 'Check a rate card of your own: show its contents, or its first mistake'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand help; and __fish_seen_subcommand_from rates" -f -a "import" -d 'Make a rate card from LiteLLM\'s model prices (JSON) or models.dev\'s (TOML), on stdout'
