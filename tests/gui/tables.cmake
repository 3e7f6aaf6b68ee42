clustd_test(NAME tst_monitor_tables LABEL gui SOURCES tst_monitor_tables.cpp
    LIBS clustd_monitor_tables clustd_monitor_charts)
clustd_test(NAME tst_monitor_charts LABEL gui SOURCES tst_monitor_charts.cpp
    LIBS clustd_monitor_tables clustd_monitor_charts)
