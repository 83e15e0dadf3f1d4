#!/bin/sh
# Starts the guest's container engine as it boots, makes it a cluster of one node, and has the cluster run a published service
# of several replicas that answer with their names. Ends when each has answered. It takes an emulated processor minutes, which
# is why guests with an engine are restored from one that was halted here.
mount -t cgroup2 cgroup2 /sys/fs/cgroup
modprobe -a overlay bridge br_netfilter veth vxlan ip_vs ip_vs_rr xt_ipvs
mkdir -p /var/lib/docker /run/docker
# Without a name service nobody is waited for: the engine would look for a registry.
: >/etc/resolv.conf
dockerd --host=unix:///run/docker.sock --host=tcp://127.0.0.1:2375 --tls=false --exec-opt=native.cgroupdriver=cgroupfs \
  --log-level=warn --storage-driver=overlay2 >/var/log/dockerd.log 2>&1 </dev/null &
engine=$!

ended() {
  echo "lab: $1"
  tail -n 20 /var/log/dockerd.log
  exit 1
}
# post <path> <content type> <file>: one request to the engine, which must take it.
post() {
  {
    printf 'POST /v1.41%s HTTP/1.0\r\nContent-Type: %s\r\nContent-Length: %s\r\n\r\n' "$1" "$2" "$(stat -c %s "$3")"
    cat "$3"
  } | nc 127.0.0.1 2375 >/run/answer
  head -n 1 /run/answer | grep -q ' 20[01] ' || ended "the engine refused $1: $(cat /run/answer)"
}

until printf 'GET /_ping HTTP/1.0\r\n\r\n' | nc 127.0.0.1 2375 2>/dev/null | grep -q OK; do
  kill -0 "$engine" || ended 'the engine ended as it started'
  sleep 0.2
done

image=/run/image
mkdir -p $image/bin $image/srv/www $image/tmp $image/proc $image/dev $image/sys $image/etc
cp /bin/busybox $image/bin/
for name in sh httpd hostname; do ln -s busybox $image/bin/$name; done
tar -C $image -cf /run/image.tar .
post '/images/create?fromSrc=-&repo=service&tag=latest' application/x-tar /run/image.tar
rm -rf $image /run/image.tar

echo '{"ListenAddr":"127.0.0.1:2377","AdvertiseAddr":"127.0.0.1"}' >/run/request
post /swarm/init application/json /run/request
cat >/run/request <<'EOF'
{
  "Name": "service",
  "TaskTemplate": {
    "ContainerSpec": {
      "Image": "service:latest",
      "Command": ["/bin/sh", "-c", "hostname >/srv/www/who; exec httpd -f -p 80 -h /srv/www"]
    }
  },
  "Mode": { "Replicated": { "Replicas": 3 } },
  "EndpointSpec": {
    "Mode": "vip",
    "Ports": [{ "Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress" }]
  }
}
EOF
post /services/create application/json /run/request

# Only what all replicas answer is a service that runs; the balancer gives each its turn.
answers() { for _ in 1 2 3 4 5 6; do printf 'GET /who HTTP/1.0\r\n\r\n' | nc -w 2 "$address" 8080 2>/dev/null | tail -n 1; done; }
address=$(ip -4 -o address show docker_gwbridge 2>/dev/null | sed 's/.* inet \([0-9.]*\).*/\1/')
until [ "$(answers | grep -c .)" -ge 6 ] && [ "$(answers | sort -u | grep -c .)" -eq 3 ]; do
  kill -0 "$engine" || ended 'the engine ended before the service ran'
  address=$(ip -4 -o address show docker_gwbridge 2>/dev/null | sed 's/.* inet \([0-9.]*\).*/\1/')
  sleep 1
done
