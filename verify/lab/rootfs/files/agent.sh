#!/bin/sh
# Runs commands that arrive on the virtio serial port "lab.cmd" and sends back what they printed.
#   request   run <id> <bytes of script> <bytes of stdin>\n<script><stdin>      stop <id>\n      ping <id>\n
#   answer    READY\n once, then   done <id> <exit status> <bytes of stdout> <bytes of stderr>\n<stdout><stderr>
# Requests run side by side; one writer sends the answers, so that they cannot mingle.
work=/run/lab
mkdir -p "$work"
cd "$work" || exit 1

find_port() {
  for entry in /sys/class/virtio-ports/*; do
    name=
    read -r name <"$entry/name" 2>/dev/null
    if [ "$name" = lab.cmd ]; then
      echo "/dev/${entry##*/}"
      return
    fi
  done
}
port=$(find_port)
[ -n "$port" ] || exit 0

# take <bytes>: exactly so many from the port, none of what follows.
take() {
  blocks=$(($1 / 65536))
  rest=$(($1 % 65536))
  [ "$blocks" -eq 0 ] || dd bs=65536 count="$blocks" iflag=fullblock <&3 2>/dev/null
  [ "$rest" -eq 0 ] || dd bs="$rest" count=1 iflag=fullblock <&3 2>/dev/null
}

send_answers() {
  while read -r id status <&4; do
    if [ -e "$id.out" ]; then
      echo "done $id $status $(stat -c %s "$id.out") $(stat -c %s "$id.err")" >&3
      cat "$id.out" "$id.err" >&3
      rm -f "$id.out" "$id.err" "$id.in" "$id.sh" "$id.pid"
    else
      echo "done $id $status 0 0" >&3
    fi
  done
}

run() {
  # By its full name: busybox would run its own shell for the short one, and that prefers applets to programs.
  setsid /bin/sh "$work/$1.sh" <"$1.in" >"$1.out" 2>"$1.err" 3<&- 4<&-
  echo "$1 $?" >&4
}

# The kernel's memory killer must leave the agent alone; each command's script gives itself an ordinary score again.
echo -1000 >/proc/self/oom_score_adj
exec 3<>"$port"
rm -f answers
mkfifo answers
exec 4<>answers
send_answers &
echo READY >&3

while :; do
  while read -r verb id script input <&3; do
    case $verb in
      run)
        take "$script" >"$id.sh"
        take "$input" >"$id.in"
        run "$id" &
        ;;
      stop) kill -KILL "-$(cat "$id.pid")" 2>/dev/null ;;
      ping) echo "$id 0" >&4 ;;
    esac
  done
  # Only when the other end has closed: a restored guest, before its new owner opens the port.
  sleep 0.1
done
