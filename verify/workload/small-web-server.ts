/**
 * First process of a tree that serves /srv/www on port 80, as an image or as the disk of a machine: a machine, which
 * starts with nothing, gets its devices and an address first and says `lab: up` on its console.
 */
export const serveAsInit = `#!/bin/sh
if [ ! -e /proc/self ]; then
  mount -t devtmpfs dev /dev; mount -t proc proc /proc
  ip link set lo up; ip link set eth0 up; ip address add 10.0.2.15/24 dev eth0
  echo 'lab: up' >/dev/console
fi
exec busybox httpd -f -p 80 -h /srv/www
`;

/** Shell command that waits for the server of its own network and prints the content of /word. */
export const askForWord =
  "until printf 'GET /word HTTP/1.0\\r\\n\\r\\n' | busybox nc 127.0.0.1 80 | tail -n 1 | grep .; do usleep 20000; done";
