# Completion of the command drover for bash.

# The values of a property in a listing of the daemon; nothing when it does not answer at once.
_drover_values()
{
    local property=$1
    shift
    timeout 2 drover "${_drover_server[@]}" --json "$@" 2>/dev/null |
        sed -n "s/.*\"$property\" *: *\"\([^\"]*\)\".*/\1/p"
}

# Offers the lines of a list that begin with what was typed.  (Not by compgen -W, which would expand the
# names: nobody's guest is to be called "$(reboot)".)
_drover_offer()
{
    local typed=${2//\\/} word
    COMPREPLY=()
    while IFS= read -r word; do
        [[ -z $word || $word != "$typed"* ]] || COMPREPLY+=("$(printf '%q' "$word")")
    done <<<"$1"
}

_drover_offer_words()
{
    local -a words
    read -r -d '' -a words <<<"$1"
    _drover_offer "$(printf '%s\n' "${words[@]}")" "$2"
}

_drover()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local commands='hosts vms check migrate jobs job error explain suspend resume cancel kill complete watch
        notify settings passwd help'
    local options='--server --user --ca --cert --key --json --color --quiet --help' command='' server i
    local -a _drover_server=()

    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
            --server | -s)
                server=${COMP_WORDS[++i]}
                # readline breaks words at colons
                while [ "${COMP_WORDS[i + 1]}" = : ]; do
                    server+=:${COMP_WORDS[i + 2]}
                    ((i += 2))
                done
                _drover_server=(--server "$server")
                ;;
            --color | --user | -u | --ca | --cert | --key) ((i++)) ;;
            -*) ;;
            *) [ "$command" ] || command=${COMP_WORDS[i]} ;;
        esac
    done

    case $previous in
        --to | -t | --also-to)
            _drover_offer "$(_drover_values Name hosts)" "$current"
            return
            ;;
        --color)
            _drover_offer_words 'auto always never' "$current"
            return
            ;;
        --enabled | -e)
            _drover_offer_words 'yes no' "$current"
            return
            ;;
        --on)
            _drover_offer_words 'error transferred modified error,transferred' "$current"
            return
            ;;
        --ca | --cert | --key | --file | -f)
            compopt -o default
            COMPREPLY=()
            return
            ;;
        --server | -s | --user | -u | --bandwidth | --priority | --address | --max-active | --attempts | --retry-delay | \
            --no-progress-timeout | -[bpm])
            COMPREPLY=()
            return
            ;;
    esac

    case $command in
        '') options+=" --version $commands" ;;
        check) options+=' --to' ;;
        migrate) options+=' --to --detach --notify-url --notify-command --bandwidth --priority --address --compress --tls --post-copy
            --also-to --attempts --retry-delay --no-progress-timeout' ;;
        jobs) options+=' --all' ;;
        job) options+=' --trace' ;;
        notify) options+=' --url --command --arguments --on --off' ;;
        settings) options+=' --max-active --enabled' ;;
        passwd) options+=' --file --delete --stdin' ;;
        help) options+=" $commands" ;;
    esac
    case $command,$current in
        *,-*) _drover_offer_words "$options" "$current" ;;
        check,* | migrate,*) _drover_offer "$(_drover_values ElementName vms)" "$current" ;;
        explain,*) _drover_offer "$(_drover_values MessageID explain)" "${current^^}" ;;
        job,* | error,* | suspend,* | resume,* | cancel,* | kill,* | complete,* | notify,* | watch,*)
            _drover_offer "$(_drover_values InstanceID jobs --all)" "${current^^}"
            ;;
        *) _drover_offer_words "$options" "$current" ;;
    esac
}
complete -F _drover drover
