// What one piece of work adds to the bill: the meter reports here, and what opened the scope reads the sum.
import { AsyncLocalStorage } from 'node:async_hooks';
import { PRICES } from '../protocol/list-prices.ts';
import type { BillingUnit } from './meter.ts';

export interface Bill {
  dollars: number;
}

const scope = new AsyncLocalStorage<Bill>();

export const runBilled = <T>(bill: Bill, run: () => T): T => scope.run(bill, run);

export function addToBill(unit: BillingUnit, amount: number): void {
  const bill = scope.getStore();
  if (bill) bill.dollars += PRICES[unit] * amount;
}
