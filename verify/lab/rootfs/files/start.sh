#!/bin/sh
# What busybox init runs once in a guest: file systems, network, web server.
mount_once() {
  grep -q " $1 " /proc/mounts || {
    mkdir -p "$1"
    mount -t "$2" -o "$3" "$2" "$1"
  }
}
[ -e /proc/mounts ] || mount -t proc proc /proc
mount_once /sys sysfs rw
mount_once /dev devtmpfs rw
mount_once /run tmpfs mode=755
mount_once /tmp tmpfs mode=1777
mount_once /dev/pts devpts rw
mount_once /dev/shm tmpfs mode=1777
hostname guest
/lib/lab/network
httpd -h /srv/www -p 80
