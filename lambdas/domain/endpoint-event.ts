// What SNS reports of a platform endpoint, when the application's events are attached to our topic.
// https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html

export interface EndpointEvent {
  endpointArn: string;
}

/** undefined when the message is nothing of the kind. Every kind is treated alike: how the endpoint stands is asked. */
export function parseEndpointEvent(body: string): EndpointEvent | undefined {
  if (!body.includes('"EndpointArn"')) return undefined;
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    return undefined; // No event of SNS; the bus's parser will say what is wrong with it.
  }
  if (typeof event !== 'object' || event === null) return undefined;
  const { EndpointArn: endpointArn, EventType: eventType, Service: service } = event as Record<string, unknown>;
  if (service !== 'SNS' || typeof eventType !== 'string' || typeof endpointArn !== 'string') return undefined;
  return { endpointArn };
}
