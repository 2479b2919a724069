
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
            cand profiles 'List the cache rules that are known, with lifetime and source'
            cand completions 'Print completions for a shell'
        }
        &'cachecheck;simulate'= {
            cand --scope 'Who shares a cache: a JSON pointer into each log line, such as /metadata/team [default: API key and user]'
            cand --format 'How the result is written'
            cand --by 'Break the totals down'
            cand --profile 'The cache''s rule for all requests: a name from `cachecheck profiles`, or a YAML file [default: by host, system fingerprint, date and model]'
            cand --ttl 'How long an entry lives after its last use, such as 10m or 24h; `never` for no end [default: the profile''s]'
            cand --delay 'How long after a request its entries become visible [default: the profile''s]'
            cand --capacity 'How many blocks fit, the least recently used going first [default: no limit]'
            cand --block-size 'Tokens in a block of a block trace [default: the trace''s own, else 512]'
            cand --currency 'The currency of prices, such as CNY [default: USD]'
            cand --at 'The time of lines that have none, such as 2026-04-05'
            cand --strict 'Stop at the first line that cannot be read'
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
