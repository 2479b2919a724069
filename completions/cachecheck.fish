# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cachecheck_global_optspecs
    string join \n h/help V/version
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

complete -c cachecheck -n "__fish_cachecheck_needs_command" -s h -l help -d 'Print help'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -s V -l version -d 'Print version'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "simulate" -d 'Replay logs through the provider\'s prompt cache and show what should have hit'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "profiles" -d 'List the cache rules that are known, with lifetime and source'
complete -c cachecheck -n "__fish_cachecheck_needs_command" -f -a "completions" -d 'Print completions for a shell'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l scope -d 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l format -d 'How the result is written' -r -f -a "table\t'Tables for a person'
json\t'One JSON document, with a schema version'
jsonl\t'One JSON object per exchange'
csv\t'The table as comma-separated values'
markdown\t'Markdown, for a pull request or a wiki'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l by -d 'Break the totals down' -r -f -a "model\t'The model as requested'
scope\t'Who shares a cache'
profile\t'The cache\'s rule'
hour\t'Hours, UTC'
day\t'Days, UTC'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l profile -d 'The cache\'s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l ttl -d 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l delay -d 'How long after a request its entries become visible [default: the profile\'s]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l capacity -d 'How many blocks fit, the least recently used going first [default: no limit]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l block-size -d 'Tokens in a block of a block trace [default: the trace\'s own, else 512]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l currency -d 'The currency of prices, such as CNY [default: USD]' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l at -d 'The time of lines that have none, such as 2026-04-05' -r
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -l strict -d 'Stop at the first line that cannot be read'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -l format -d 'How the list is written' -r -f -a "table\t'A table for a person'
json\t'One JSON document'
csv\t'Comma-separated values'
markdown\t'Markdown'"
complete -c cachecheck -n "__fish_cachecheck_using_subcommand profiles" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cachecheck -n "__fish_cachecheck_using_subcommand completions" -s h -l help -d 'Print help'
