# Completion of clustd for bash. Commands come from the program itself, so that only those of the
# installed build are offered.
_clustd()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    case $previous in
        -c | --config | --token-file)
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            return
            ;;
    esac

    local word command=
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [[ $word != -* ]]; then
            command=$word
            break
        fi
    done

    if [[ $current == -* ]]; then
        local options
        options=$(clustd ${command:+"$command"} --help 2>/dev/null | grep -oE -- '--[a-z][a-z-]*' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    elif [[ -z $command ]]; then
        local commands
        commands=$(clustd --help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p')
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
    elif [[ $command == check ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    elif [[ $command == token ]]; then
        mapfile -t COMPREPLY < <(compgen -W "observer admin driver" -- "$current")
    elif [[ $command == maintenance ]]; then
        mapfile -t COMPREPLY < <(compgen -W "on off" -- "$current")
    elif [[ $command == driver ]]; then
        mapfile -t COMPREPLY < <(compgen -W "test start stop check" -- "$current")
    fi
}
complete -F _clustd clustd
