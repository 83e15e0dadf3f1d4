#!/bin/sh
# network [address [gateway]]: sets them, by default as the kernel's command line names them:
# lab.address=10.0.2.15/24 lab.gateway=10.0.2.2
for word in $(cat /proc/cmdline); do
  case $word in
    lab.address=*) address=${word#lab.address=} ;;
    lab.gateway=*) gateway=${word#lab.gateway=} ;;
    lab.delay=*) sleep "${word#lab.delay=}" ;;
  esac
done
ip link set lo up
if [ -n "$1" ]; then
  address=$1
  gateway=$2
fi
[ -n "$address" ] || exit 0
for device in /sys/class/net/*; do
  # The first one with a driver of its own: not lo, no bridges of an engine in here.
  [ -e "$device/device" ] || continue
  ip address flush dev "${device##*/}"
  ip address add "$address" dev "${device##*/}"
  ip link set "${device##*/}" up
  [ -z "$gateway" ] || ip route add default via "$gateway"
  exit 0
done
