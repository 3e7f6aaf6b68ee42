clustd_test(NAME tst_monitor_replay LABEL gui SOURCES tst_monitor_replay.cpp LIBS clustd_monitor_timeline)
clustd_test(NAME tst_monitor_events LABEL gui SOURCES tst_monitor_events.cpp LIBS clustd_monitor_timeline)
clustd_test(NAME tst_monitor_timeline LABEL gui SOURCES tst_monitor_timeline.cpp LIBS clustd_monitor_timeline)
clustd_test(NAME tst_monitor_lanes LABEL gui SOURCES tst_monitor_lanes.cpp LIBS clustd_monitor_timeline)
