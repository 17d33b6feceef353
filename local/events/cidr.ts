// IP addresses as event patterns compare them, and the CIDR blocks of the operator `cidr`.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-ip-matching
import { BlockList, isIPv6 } from 'node:net';

type Fail = (reason: string) => Error;
interface Address {
  version: 4 | 6;
  /** One spelling for each address. */
  text: string;
}

/** AWS refuses a block of one address (/32, /128), as event-ruler's own check does. */
const MAX_MASK_BITS = { 4: 31, 6: 127 } as const;

/**
 * Only digits and dots, or hexadecimal digits and colons, are read as an address. An IPv4 address mapped into IPv6 is
 * that IPv4 address: `::ffff:a00:1` equals `10.0.0.1`.
 * https://github.com/aws/event-ruler/blob/v1.8.1/src/main/software/amazon/event/ruler/CIDR.java
 */
export function readAddress(text: string): Address | undefined {
  if (/^\d+(\.\d+){3}$/.test(text)) {
    const bytes = text.split('.').map(Number);
    return bytes.every((byte) => byte < 256) && text.length <= 15 ? { version: 4, text: bytes.join('.') } : undefined;
  }
  if (!/^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/.test(text) || !isIPv6(text)) return undefined;
  const groups = expand(text);
  const [high, low] = [groups[6]!, groups[7]!];
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return { version: 4, text: [high >> 8, high & 255, low >> 8, low & 255].join('.') };
  }
  return { version: 6, text: groups.map((group) => group.toString(16)).join(':') };
}

export function cidrRange(cidr: string, fail: Fail): (address: string) => boolean {
  const [network, mask, ...rest] = cidr.split('/');
  if (network === undefined || !mask || rest.length > 0) throw fail("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask)) throw fail('Malformed CIDR, mask bits must be an integer');
  const bits = Number(mask);
  if (bits < 0) throw fail('Malformed CIDR, mask bits must not be negative');
  const base = readAddress(network);
  if (!base) throw fail(`Nonstandard IP address: ${network}`);
  const { version } = base;
  if (bits > MAX_MASK_BITS[version]) throw fail(`IPv${version} mask bits must be < ${MAX_MASK_BITS[version] + 1}`);

  const family = version === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(base.text, bits, family);
  return (text) => {
    const address = readAddress(text);
    return address?.version === version && block.check(address.text, family);
  };
}

/** The eight groups of an IPv6 address that `isIPv6` accepts. */
function expand(text: string): number[] {
  const [before = '', after] = text.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}
