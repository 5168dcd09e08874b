"""Published models on views of the graph: functions of plain data that never see a store."""
