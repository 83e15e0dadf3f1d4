#!/bin/sh
# First process of every guest, in the initial file system: drivers, then either the root disk's own init or ours.
mount -t devtmpfs dev /dev
echo 'lab: the kernel has started its first process'
mount -t proc proc /proc
mount -t sysfs sys /sys
while read -r module; do
  insmod "/lib/lab/modules/$module"
done </lib/lab/modules/order

for word in $(cat /proc/cmdline); do
  case $word in
    lab.root=*) root=${word#lab.root=} ;;
  esac
done
[ -n "$root" ] || exec /sbin/init

mount -t ext4 "$root" /root || exec sh
umount /sys /proc /dev
exec switch_root /root /sbin/init
