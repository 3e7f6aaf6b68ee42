# The commands that speak to a daemon, and what they share.
target_sources(clustd_daemon PRIVATE
    commands/adopt.cpp
    commands/check_peers.cpp
    commands/control_session.cpp
    commands/doctor.cpp
    commands/doctor_checks.cpp
    commands/drill.cpp
    commands/driver.cpp
    commands/events.cpp
    commands/explain.cpp
    commands/gap.cpp
    commands/links.cpp
    commands/maintenance.cpp
    commands/measured_switchover.cpp
    commands/pause.cpp
    commands/reload.cpp
    commands/resume.cpp
    commands/status.cpp
    commands/status_text.cpp
    commands/switchover.cpp
    commands/text_table.cpp
    commands/watch.cpp
    commands/whatif.cpp)
target_link_libraries(clustd_daemon PUBLIC clustd_control)
