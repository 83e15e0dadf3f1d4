#!/bin/sh
# First process of a disk that boots by itself: drivers, then the root file system by its label, wherever it is found, to be
# read only. Ends where there is none, and with it the kernel.
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
echo 'lab: the kernel has started its first process'
while read -r module; do
  insmod "/lib/lab/modules/$module" 2>/dev/null
done </lib/lab/modules/order

tries=0
until root=$(findfs LABEL=bare-claims); do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || { echo 'lab: no root file system was found'; exit 1; }
  sleep 0.1
done
mount -t ext4 -o ro "$root" /root || { echo 'lab: the root file system cannot be mounted'; exit 1; }
umount /sys /proc /dev
exec switch_root /root /sbin/init
