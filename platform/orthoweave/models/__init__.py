"""Published models: functions of views that never see a store."""
