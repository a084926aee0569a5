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

_drover()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local common=$'--server\n--json\n--color\n--quiet\n--help' command='' server i
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
            --color) ((i++)) ;;
            -*) ;;
            *)
                [ "$command" ] || command=${COMP_WORDS[i]}
                ;;
        esac
    done

    case $previous in
        --to | -t)
            _drover_offer "$(_drover_values Name hosts)" "$current"
            return
            ;;
        --color)
            _drover_offer $'auto\nalways\nnever' "$current"
            return
            ;;
        --enabled | -e)
            _drover_offer $'yes\nno' "$current"
            return
            ;;
        --server | -s | --bandwidth | --priority | --address | --max-active | -[bpm])
            COMPREPLY=()
            return
            ;;
    esac

    case $command in
        '')
            _drover_offer "$common"$'\n--version
hosts\nvms\ncheck\nmigrate\njobs\njob\nerror\nsuspend\nresume\ncancel\nkill\ncomplete
watch\nsettings\nhelp' "$current"
            ;;
        check | migrate)
            case $current in
                -*)
                    common+=$'\n--to'
                    [ "$command" = check ] ||
                        common+=$'\n--detach\n--bandwidth\n--priority\n--address\n--compress'
                    _drover_offer "$common" "$current"
                    ;;
                *) _drover_offer "$(_drover_values ElementName vms)" "$current" ;;
            esac
            ;;
        job | error | suspend | resume | cancel | kill | complete | watch)
            case $current in
                -*) _drover_offer "$common" "$current" ;;
                *) _drover_offer "$(_drover_values InstanceID jobs --all)" "${current^^}" ;;
            esac
            ;;
        jobs) _drover_offer "$common"$'\n--all' "$current" ;;
        settings) _drover_offer "$common"$'\n--max-active\n--enabled' "$current" ;;
        help)
            _drover_offer $'hosts\nvms\ncheck\nmigrate\njobs\njob\nerror\nsuspend\nresume\ncancel
kill\ncomplete\nwatch\nsettings' "$current"
            ;;
        *) _drover_offer "$common" "$current" ;;
    esac
}
complete -F _drover drover
