import type { GuestTap } from './types.ts';

/** The descriptor under which QEMU finds its tap device, above all that files can take. */
export const tapDescriptor = 99;

/**
 * Command words that enter the tap's network namespace, open the tap and run what follows with it as a descriptor.
 * /dev/net/tun may be root's alone, and QEMU is not root; Node has no ioctl, perl is part of every Debian and Ubuntu.
 */
export function attachTap({ device, netns }: GuestTap): readonly string[] {
  const enter = netns === undefined ? [] : ['nsenter', `--net=/run/netns/${netns}`, '--'];
  return [...enter, 'perl', '-e', attach, '--', device];
}

// TUNSETIFF, with IFF_TAP | IFF_NO_PI | IFF_VNET_HDR (linux/if_tun.h). $^F: keep descriptors up to this one over exec.
const attach = `
  use POSIX ();
  $^F = ${String(tapDescriptor)};
  my $device = shift @ARGV;
  open(my $tun, "+<", "/dev/net/tun") or die "/dev/net/tun cannot be opened: $!\\n";
  ioctl($tun, 0x400454ca, pack("a16 s x22", $device, 0x5002)) or die "tap device $device cannot be used: $!\\n";
  POSIX::dup2(fileno($tun), ${String(tapDescriptor)}) or die "no descriptor for $device: $!\\n";
  exec { $ARGV[0] } @ARGV or die "$ARGV[0] cannot be run: $!\\n";
`;
