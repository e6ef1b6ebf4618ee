#!/bin/sh
# A batch scheduler: scheduler.sh FOLDER VERB …. A job is a folder FOLDER/ID and a session of its own, which outlives whoever submits it.
# FOLDER/starts has a line for each that was started, FOLDER/pids its process. The submission of the trial whose number is in FOLDER/hold
# is answered once that file is gone.
set -u
folder=$1 verb=$2
shift 2

state() {
  echo "$2" > "$folder/$1/state.new" && mv "$folder/$1/state.new" "$folder/$1/state"
}

case $verb in
  submit)
    name=$1 input=$2 log=$3 errors=$4
    shift 4
    id=1
    until mkdir "$folder/$id" 2> /dev/null; do id=$((id + 1)); done
    echo "$name" > "$folder/$id/name"
    state $id PENDING
    setsid sh "$0" "$folder" run $id "$@" < "$input" >> "$log" 2>> "$errors" &
    held=$(cat "$folder/hold" 2> /dev/null)
    case $name in *-"${held:-none}"-*) while [ -e "$folder/hold" ]; do sleep 0.05; done ;; esac
    echo "Submitted batch job $id"
    ;;
  run)
    id=$1
    shift
    [ "$(cat "$folder/$id/state")" = PENDING ] || exit 0
    echo $$ > "$folder/$id/pid"
    echo $$ >> "$folder/pids"
    state "$id" RUNNING
    cat "$folder/$id/name" >> "$folder/starts"
    if "$@"; then state "$id" COMPLETED; else state "$id" FAILED; fi
    ;;
  status)
    cat "$folder/$1/state"
    ;;
  cancel)
    was=$(cat "$folder/$1/state")
    case $was in PENDING | RUNNING) state "$1" CANCELLED ;; esac
    [ "$was" != RUNNING ] || kill -s TERM -- "-$(cat "$folder/$1/pid")"
    ;;
  find)
    for name in "$folder"/*/name; do
      [ "$(cat "$name")" != "$1" ] || basename "$(dirname "$name")"
    done
    ;;
esac
