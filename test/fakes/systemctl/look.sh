# Looking is most of what these programs are asked, by commands that have a budget of less than a second for all of it: the
# shell answers at once. Everything else, and what is to go wrong, is left to the program after it. `tool` is who is asked.
root="$HOME/.fake-systemd"
[ -d "$root/began" ] || mkdir -p "$root/enabled" "$root/run" "$root/began" "$root/journal"
printf '%s\n' "$tool $*" >>"$root/calls.log"
faults=
[ ! -e "$root/faults.json" ] || read -r faults <"$root/faults.json"

goes_wrong() {
  case $faults in *"\"$1\""*) return 0 ;; *) return 1 ;; esac
}

# The process of a unit, told from another one of its number by its start.
process_of() {
  [ -e "$root/run/$1" ] || return 1
  read -r pid <"$root/run/$1"
  read -r began <"$root/began/$1"
  { read -r stat <"/proc/$pid/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  case $1 in Z | X) return 1 ;; esac
  [ "${20}" = "$began" ]
}

tell() {
  case $1 in
    Id) printf 'Id=%s\n' "$unit" ;;
    LoadState) [ -e "$file" ] && echo LoadState=loaded || echo LoadState=not-found ;;
    ActiveState) echo "ActiveState=$active" ;;
    SubState) echo "SubState=$sub" ;;
    Result) echo Result=success ;;
    NRestarts) echo NRestarts=0 ;;
    MainPID) echo "MainPID=$pid" ;;
    ExecMainStatus) echo ExecMainStatus=0 ;;
    ExecMainCode) echo "ExecMainCode=$code" ;;
    KillMode) echo KillMode=control-group ;;
    StartLimitBurst) echo StartLimitBurst=10 ;;
    FragmentPath) [ -e "$file" ] && printf 'FragmentPath=%s\n' "$file" || echo FragmentPath= ;;
  esac
}

case $tool in
  loginctl)
    echo Linger=yes
    exit 0
    ;;
  journalctl)
    if ! goes_wrong journal; then
      while [ $# -gt 0 ] && [ "$1" != -u ]; do shift; done
      [ ! -e "$root/journal/$2" ] || tail -n 5 "$root/journal/$2"
      exit 0
    fi
    ;;
  systemctl)
    by= verb= unit= names= now=
    for word; do
      case $word in
        --no-pager | --no-block) ;;
        --now) now=yes ;;
        --user) by=user ;;
        *)
          if [ -z "$verb" ]; then verb=$word
          elif [ -z "$unit" ]; then unit=$word
          else names=$word
          fi
          ;;
      esac
    done
    file="$HOME/.config/systemd/user/$unit"
    if [ -z "$by" ]; then
      printf 'LoadState=not-found\nActiveState=inactive\n'
      exit 0
    fi
    goes_wrong "$verb" || case $verb in
      show)
        if [ "$unit" = -p ]; then
          echo Version=255
          exit 0
        fi
        if process_of "$unit"; then active=active sub=running code=0
        else pid=0 active=inactive sub=dead code=1
        fi
        IFS=,
        for name in $names; do tell "$name"; done
        exit 0
        ;;
      is-enabled)
        if [ ! -e "$file" ]; then
          echo not-found
          exit 4
        fi
        if [ -e "$root/enabled/$unit" ]; then
          echo enabled
          exit 0
        fi
        echo disabled
        exit 1
        ;;
      enable)
        : >"$root/enabled/$unit"
        exit 0
        ;;
      disable)
        if [ -z "$now" ]; then
          rm -f "$root/enabled/$unit"
          exit 0
        fi
        ;;
      start | stop | restart) ;;
      *) exit 0 ;;
    esac
    ;;
esac
