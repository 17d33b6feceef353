// placeholder
export const useNotifications = (_options: any): any => ({ notifications: [], unreadCount: 0 });
