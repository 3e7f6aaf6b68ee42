# What people and scripts talk to, and the timeline. control_mesh.cpp alone needs a mesh at link time.
add_library(clustd_control_server STATIC control_mesh.cpp control_requests.cpp control_server.cpp journal.cpp
    journal_file.cpp)
target_link_libraries(clustd_control_server PUBLIC clustd_control_api clustd_crypto clustd_wire clustd_mesh
    clustd_election Qt6::Network Threads::Threads)
clustd_qt_target(clustd_control_server)
