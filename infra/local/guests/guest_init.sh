#!/bin/sh
# The first process of the tiny guest: drivers, network, metadata, user data, then a root shell on the serial port.
# Every line for tests and people starts with GUEST.
export PATH=/bin HOME=/
mount -t devtmpfs none /dev
mount -t proc none /proc
mount -t sysfs none /sys
mount -t tmpfs none /tmp
mkdir -p /dev/pts /tmp/dhcp
mount -t devpts none /dev/pts

say() { echo "GUEST $*" > /dev/console; }
uptime_seconds() { cut -d' ' -f1 /proc/uptime; }

# HTTP GET of path $2 from server $1; fails unless the answer is 200. $3 is one more header line, $4 the port.
fetch() {
  printf 'GET %s HTTP/1.0\r\nHost: %s\r\n%s\r\n' "$2" "$1" "${3:+$3
}" | nc -w 8 "$1" "${4:-80}" > /tmp/answer 2> /dev/null
  head -n 1 /tmp/answer | grep -q ' 200 ' || return 1
  sed '1,/^\r*$/d' /tmp/answer
}

start_network() {
  ip link set "$1" up
  say "nic $1 mac=$(cat "/sys/class/net/$1/address")"
  udhcpc -i "$1" -s /guest_dhcp.sh -F "$(hostname)" -t 8 -T 1 -A 2 -b -p "/tmp/dhcp/$1.pid" > /dev/null 2>&1
}

obey_power_button() {
  for event in /sys/class/input/event*; do
    grep -qi 'power button' "$event/device/name" 2> /dev/null || continue
    (
      head -c 24 < "/dev/input/${event##*/}" > /dev/null
      say "acpi power button"
      sync
      umount /mnt
      poweroff -f
    ) &
  done
}

count_boot() {
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    [ -b /dev/vda2 ] && break
    sleep 0.1
  done
  mount -t ext4 /dev/vda2 /mnt 2> /dev/null || return
  boots=$(($(cat /mnt/boots 2> /dev/null || echo 0) + 1))
  echo "$boots" > /mnt/boots
  sync
  say "boots=$boots"
}

# Metadata from a config drive (CloudStack or NoCloud), else from the network's metadata service.
read_metadata() {
  source=none
  for drive in /dev/sr0 /dev/vd[b-z] /dev/sd[a-z]; do
    [ -b "$drive" ] && mount -t iso9660 -o ro "$drive" /cd 2> /dev/null || continue
    if [ -d /cd/cloudstack ]; then
      source="configdrive:$drive"
      instance=$(cat /cd/cloudstack/metadata/instance-id.txt)
      name=$(cat /cd/cloudstack/metadata/local-hostname.txt 2> /dev/null)
      keys=$(cat /cd/cloudstack/metadata/public-keys.txt 2> /dev/null)
      cp /cd/cloudstack/userdata/user_data.txt /tmp/user-data 2> /dev/null
    elif [ -f /cd/meta-data ]; then
      source="nocloud:$drive"
      instance=$(sed -n 's/^instance-id: *//p' /cd/meta-data)
      name=$(sed -n 's/^local-hostname: *//p' /cd/meta-data)
      cp /cd/user-data /tmp/user-data 2> /dev/null
    fi
    umount /cd
    [ "$source" = none ] || return
  done
  for server in 169.254.169.254 $(cat /tmp/dhcp/*.server 2> /dev/null); do
    instance=$(fetch "$server" /latest/meta-data/instance-id) || continue
    source="http:$server"
    name=$(fetch "$server" /latest/meta-data/local-hostname)
    keys=$(fetch "$server" /latest/meta-data/public-keys)
    fetch "$server" /latest/user-data > /tmp/user-data
    return
  done
}

# The password server's protocol: ask once, confirm, never print.
read_password() {
  for server in $(cat /tmp/dhcp/*.server 2> /dev/null); do
    password=$(fetch "$server" / "DomU_Request: send_my_password" 8080) || continue
    case $password in '' | saved_password | bad_request) continue ;; esac
    fetch "$server" / "DomU_Request: saved_password" 8080 > /dev/null
    say "password length=${#password}"
  done
}

run_user_data() {
  head -c 2 /tmp/user-data 2> /dev/null | grep -q '#!' || return
  chmod +x /tmp/user-data
  /tmp/user-data > /dev/console 2>&1
  say "user-data rc=$?"
}

watch_hotplug() {
  known=" $(ls /sys/class/net /sys/block | tr '\n' ' ') "
  while sleep 1; do
    now=" $(ls /sys/class/net /sys/block | tr '\n' ' ') "
    for device in $now; do
      case "$known" in *" $device "*) continue ;; esac
      say "hotplug add $device"
      [ -e "/sys/class/net/$device" ] && start_network "$device"
    done
    for device in $known; do
      case "$now" in *" $device "*) ;; *) say "hotplug remove $device" ;; esac
    done
    known=$now
  done
}

say "init uptime=$(uptime_seconds) cpus=$(grep -c ^processor /proc/cpuinfo)"
while read -r module; do insmod "/lib/modules/$module" 2> /dev/null; done < /lib/modules/order
hostname tiny
ip link set lo up
obey_power_button
count_boot
for device in /sys/class/net/eth*; do
  [ -e "$device" ] && start_network "${device##*/}"
done
read_metadata
[ -n "$name" ] && hostname "$name"
say "metadata source=$source instance-id=$instance hostname=$(hostname)"
[ -n "$keys" ] && echo "$keys" | while read -r key; do say "key $key"; done
read_password
run_user_data
hostname > /www/index.html
httpd -p 80 -h /www
say "boot-finished uptime=$(uptime_seconds) hostname=$(hostname)"
watch_hotplug &
while :; do
  setsid sh -c 'exec sh -i < /dev/ttyS0 > /dev/ttyS0 2>&1'
  sleep 1
done
