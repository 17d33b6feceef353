// Where a push may be sent: callers supply the URLs, so nothing inside a network may be among them.
import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry */
const NOT_PUBLIC_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
];
/** All but the global unicast addresses, 2000::/3, and of those what leads to IPv4 or nowhere. */
const NOT_PUBLIC_IPV6 = ['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16'];

/** Two lists, because one takes an IPv4 address for an IPv6 one in `::/3`. */
const blocked = { ipv4: blockList(NOT_PUBLIC_IPV4, 'ipv4'), ipv6: blockList(NOT_PUBLIC_IPV6, 'ipv6') };

function blockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return !blocked[family].check(address, family);
}

/** What is wrong with it, to follow the field's name. `localOrigin` is accepted as it is. */
export function endpointProblem(endpoint: string, localOrigin: string | undefined): string | undefined {
  if (!URL.canParse(endpoint)) return 'is no URL';
  const { protocol, origin, hostname, username, password, port } = new URL(endpoint);
  if (localOrigin !== undefined && origin === localOrigin) return undefined;
  if (protocol !== 'https:') return 'must be an https URL';
  if (username !== '' || password !== '') return 'must not hold a user name or password';
  if (port !== '') return 'must use the port 443';
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0) return 'must name its host, not an address';
  const isLocal = !hostname.includes('.') || /\.(localhost|local|internal|home\.arpa)\.?$/.test(hostname);
  return isLocal ? 'must be at a public host' : undefined;
}

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** Resolves as Node does, and refuses a name that leads to an address inside a network. */
export const publicLookup =
  (resolve: Resolve = lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '');
      const [first] = addresses;
      if (first === undefined || addresses.some(({ address }) => !isPublic(address))) {
        const refusal = new Error('The host of an endpoint is at no public address.');
        return callback(Object.assign(refusal, { name: 'NoPublicAddress' }), '');
      }
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
