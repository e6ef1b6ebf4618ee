/**
 * Which addresses a trial may reach: a study comes from others, and a worker sits within networks that they do not see. A host is
 * looked up once for each connection, and that connection goes to an address that was looked at; so a name that means something
 * else a moment later changes nothing.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';

/** Every range that is not routed publicly (IANA special-purpose registries), IPv4 and IPv6. */
const INNER: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Public are the global unicast ones alone, but for those that hold an IPv4 address (6to4, Teredo) and documentation. */
const UNICAST = ['2000::', 3] as const;
const NOT_UNICAST: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const inner = new BlockList();
for (const [net, bits] of INNER) inner.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of NOT_UNICAST) inner.addSubnet(net, bits, 'ipv6');
const unicast = new BlockList();
unicast.addSubnet(...UNICAST, 'ipv6');

/** Whether everybody would reach the same host under this IP address; its zone, if any, does not matter. */
export function isPublic(written: string): boolean {
  const [address = ''] = written.split('%');
  if (!isIPv6(address)) return !inner.check(address, 'ipv4');
  return unicast.check(address, 'ipv6') && !inner.check(address, 'ipv6');
}

/** A worker does not reach an address of its own networks for a study. */
export class PrivateAddressError extends Error {}

/** @throws PrivateAddressError where the host is such an address itself: connections to those look nothing up */
export function checkHost(hostname: string): void {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0 && !isPublic(address)) throw new PrivateAddressError();
}

/** Looks a host up for one connection, and hands on its public addresses alone. */
export const publicLookup: LookupFunction = (hostname, { all, ...options }, callback) => {
  resolve(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, '');
    const addresses = found.filter(({ address }) => isPublic(address));
    const [first] = addresses;
    if (!first) return callback(new PrivateAddressError(), '');
    if (all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
