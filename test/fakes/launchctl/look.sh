# Looking for a job is most of what is asked. While nothing is to go wrong, the shell answers it from what was kept: that
# takes a tenth of the time.
state="$HOME/.launchd-double"
if [ "$1" = print ] && [ -d "$state" ] && [ ! -e "$state/faults.json" ]; then
  case "$2" in gui/*/* | system/*)
    echo "[\"print\",\"$2\"]" >> "$state/calls.log"
    case "$2" in gui/*) cat "$state/jobs/${2##*/}/print.txt" 2>/dev/null && exit 0 ;; esac
    echo "Bad request." >&2
    echo "Could not find service \"${2##*/}\" in domain for user gui: 501" >&2
    exit 113
    ;;
  esac
fi
