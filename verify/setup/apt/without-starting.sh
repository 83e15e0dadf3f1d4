#!/bin/sh
# Runs a command (apt-get) while nothing that it installs may start, stop or restart a service, now or at the next boot.
#
#   without-starting.sh <root> <report> <command> [arguments]
#
# root: folder of the system, empty for this one. report: file that receives the path of each link that would have
# started a newly installed service at the next boot, and was removed.
#
# invoke-rc.d and deb-systemd-invoke ask policy-rc.d before they touch a service; 101 forbids it. Whatever policy the
# machine had is put back: the same file, not a copy. A shell of its own session does this, and not the program that
# wants the packages, so that neither Ctrl-C nor the end of that program leaves dpkg half done or the policy behind.
# What even a killed shell left is put right by the next one.
set -u
root=$1
report=$2
shift 2
policy=$root/usr/sbin/policy-rc.d
kept=$policy.kept-by-bare-claims
fresh=$policy.new-of-bare-claims
lock=$root/run/bare-claims-install.lock
marker='# Left by a bare-claims installation; safe to delete when none is running.'

put_back() {
  if [ -e "$kept" ] || [ -L "$kept" ]; then
    mv -f "$kept" "$policy"
  elif [ -f "$policy" ] && grep -qxF "$marker" "$policy"; then
    rm -f "$policy"
  fi
}

enabled() {
  find "$root/etc/systemd/system" -type l 2>/dev/null
  find "$root"/etc/rc[0-6S].d -name 'S*' 2>/dev/null
}

switch_off_new() {
  enabled | while read -r link; do
    case "
$before
" in *"
$link
"*) continue ;; esac
    echo "$link" >>"$report"
    case $link in
      */S[0-9][0-9]*) DPKG_ROOT=$root update-rc.d "${link##*/S[0-9][0-9]}" disable ;;
      *) rm -f "$link" ;;
    esac
  done
}

# One installation at a time: a second one would take the first one's policy for the machine's own.
mkdir -p "$root/run"
exec 9>"$lock" || exit 75
flock 9
trap '' INT HUP TERM
put_back
before=$(enabled)
trap 'switch_off_new; put_back' EXIT

if [ -e "$policy" ] || [ -L "$policy" ]; then ln "$policy" "$kept" || exit 75; fi
printf '#!/bin/sh\n%s\nexit 101\n' "$marker" >"$fresh" || exit 75
chmod 755 "$fresh"
mv -f "$fresh" "$policy" || exit 75

"$@" 9>&-
