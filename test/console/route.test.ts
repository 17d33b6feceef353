// Which page of the console an address names.
import { expect, it } from 'vitest';
import { linkTo, readRoute } from '../../console/state/route.ts';

it('names a page and what is open on it', () => {
  expect(readRoute('')).toEqual({ page: 'live', rest: undefined });
  expect(readRoute('#/queues/Rejected')).toEqual({ page: 'queues', rest: 'Rejected' });
  expect(readRoute(linkTo('users', 'a/b %'))).toEqual({ page: 'users', rest: 'a/b %' });
});

it('opens for an address that is not well-formed', () => {
  expect(readRoute('#/data/%')).toEqual({ page: 'data', rest: '%' });
  expect(readRoute('#/nothing/%')).toEqual({ page: 'live', rest: undefined });
});
