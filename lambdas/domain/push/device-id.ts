// A device's id is made from its endpoint, so either of them leads to the device and its owner without a search.
import { v5 } from 'uuid';

/** Any fixed UUID will do; this one is ours. */
const NAMESPACE = '6f1f3a52-8c0b-4f0e-9a53-6a1c0e1d7b42';

export const deviceId = (endpointArn: string): string => v5(endpointArn, NAMESPACE);
