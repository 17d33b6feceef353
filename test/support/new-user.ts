// User ids nobody else uses, so that tests can share a stack that is deployed once.
import { randomUUID } from 'node:crypto';

export const newUser = (name: string): string => `${name}-${randomUUID()}`;
