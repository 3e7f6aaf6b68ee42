# All links of a machine; sees neither the node nor the election's engine.
add_library(clustd_mesh STATIC mesh.cpp mesh_alarms.cpp mesh_dialing.cpp mesh_links.cpp roster.cpp)
target_link_libraries(clustd_mesh PUBLIC clustd_link)
clustd_qt_target(clustd_mesh)
