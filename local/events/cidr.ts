// Whether an IP address lies in a CIDR block, IPv4 and IPv6, for the event pattern operator `cidr`.
import { BlockList, isIP } from 'node:net';

type Fail = (reason: string) => Error;

/** AWS refuses a block of one address (/32, /128), as event-ruler's own check does. */
const MAX_MASK_BITS = { 4: 31, 6: 127 } as const;

export function cidrRange(cidr: string, fail: Fail): (address: string) => boolean {
  const [network, mask, ...rest] = cidr.split('/');
  if (network === undefined || mask === undefined || rest.length > 0) throw fail("Malformed CIDR, one '/' required");
  if (!/^-?\d+$/.test(mask)) throw fail('Malformed CIDR, mask bits must be an integer');
  const bits = Number(mask);
  if (bits < 0) throw fail('Malformed CIDR, mask bits must not be negative');
  const version = isIP(network);
  if (version !== 4 && version !== 6) throw fail(`Nonstandard IP address: ${network}`);
  if (bits > MAX_MASK_BITS[version]) throw fail(`IPv${version} mask bits must be < ${MAX_MASK_BITS[version] + 1}`);

  const family = version === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, bits, family);
  return (address) => isIP(address) === version && block.check(address, family);
}
