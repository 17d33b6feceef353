// Where a push may be sent: callers supply the URLs, so nothing inside a network may be among them.
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry */
const NOT_PUBLIC = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  // All of IPv6 but its global unicast addresses, 2000::/3, and of those what leads to IPv4 or nowhere.
  ...['::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16'],
];

const blocked = new BlockList();
for (const range of NOT_PUBLIC) {
  const [address = '', bits] = range.split('/');
  blocked.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

const isPublic = (address: string): boolean =>
  isIP(address) !== 0 && !blocked.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

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

/** Resolves as Node does, and refuses a name that leads to an address inside a network. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const inside = addresses.find(({ address }) => !isPublic(address));
    if (inside || addresses.length === 0) {
      const refusal = Object.assign(new Error('The host of an endpoint is at no public address.'), {
        name: 'NoPublicAddress',
      });
      return callback(refusal, '');
    }
    if (options.all) return callback(null, addresses);
    const [{ address, family }] = addresses as [(typeof addresses)[number]];
    return callback(null, address, family);
  });
};
