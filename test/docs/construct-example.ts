// The README's lines for a CDK app, where the compiler sees them; readme.test.ts compares.
import { Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { NotificationService } from '../../lib/notification-service.ts';

export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, orders: IGrantable) {
    super(scope, id);
    const notifications = new NotificationService(this, 'Notifications', {
      allowedOrigins: ['https://app.example.com'],
    });
    notifications.grantSend(orders); // a function or a role; without the right to log users out
    notifications.notifyOn('TradeCreated', {
      // another system's event becomes a notification, without code
      detailType: 'trade.created',
      notification: {
        user_id: '$.detail.user_id',
        notification_type: 'trade.created',
        title: 'Trade booked',
        message: '{symbol}, {quantity} pieces',
      },
    });
  }
}
