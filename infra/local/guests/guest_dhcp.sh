#!/bin/sh
# What udhcpc runs in the tiny guest: use the lease and tell the console about it.
case $1 in bound | renew) ;; *) exit 0 ;; esac
ip addr flush dev "$interface"
ip addr add "$ip/${mask:-24}" dev "$interface"
[ -n "$mtu" ] && ip link set "$interface" mtu "$mtu"
[ -n "$router" ] && ip route replace default via "${router%% *}" dev "$interface"
: > /etc/resolv.conf
[ -n "$domain" ] && echo "search $domain" >> /etc/resolv.conf
for server in $dns; do echo "nameserver $server" >> /etc/resolv.conf; done
echo "$serverid" > "/tmp/dhcp/$interface.server"
[ -n "$hostname" ] && hostname "$hostname"
echo "GUEST dhcp if=$interface ip=$ip/$mask gw=$router server=$serverid hostname=$hostname" > /dev/console
